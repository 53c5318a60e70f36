from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from salesops.web.forms import OneTimeForm


class ReasonForm(OneTimeForm):
    """Why a deadline is late, in one line."""

    reason = forms.CharField(label=_("Reason"), max_length=500)


class WaiverDecisionForm(OneTimeForm):
    granted = forms.TypedChoiceField(
        label=_("Decision"),
        choices=[("yes", _("Waive it")), ("no", _("Do not waive it"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("Note"), max_length=500, required=False, help_text=_("Needed where it is not waived.")
    )

    def clean(self):
        given = super().clean()
        if given.get("granted") is False and not given.get("note"):
            self.add_error("note", gettext("Say in a sentence why it is not waived."))
        return given
