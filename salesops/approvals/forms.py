from django import forms
from django.utils.translation import gettext_lazy as _

from salesops.web.forms import OneTimeForm


class DecisionForm(OneTimeForm):
    """A yes, or a no with its reason."""

    approve = forms.ChoiceField(choices=[("yes", _("Approve")), ("no", _("Refuse"))], widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Needed where it is refused; who asked reads it."),
    )

    def clean(self):
        given = super().clean()
        if given.get("approve") is False and not given.get("reason", "").strip():
            self.add_error("reason", _("Say why it is refused."))
        return given

    def clean_approve(self):
        return self.cleaned_data["approve"] == "yes"

    def clean_reason(self):
        return self.cleaned_data["reason"].strip()
