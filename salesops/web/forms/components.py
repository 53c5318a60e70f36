from django import forms
from django.utils.translation import gettext_lazy as _

from .once import OneTimeForm


class SampleForm(OneTimeForm):
    """Every kind of field, for the page of components. It is never sent."""

    company = forms.CharField(label=_("Company"), max_length=60)
    source = forms.ChoiceField(
        label=_("Source"), choices=[("", "–"), ("website", _("Website")), ("referral", _("Referral"))], required=False
    )
    grade = forms.ChoiceField(
        label=_("Grade"), choices=[(grade, grade) for grade in "ABC"], widget=forms.RadioSelect, required=False
    )
    day = forms.DateField(label=_("Date"), widget=forms.DateInput(attrs={"type": "date"}), required=False)
    note = forms.CharField(
        label=_("Note"),
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
        help_text=_("Nothing about a contact's income or family belongs here."),
    )
    important = forms.BooleanField(label=_("Important talk: detailed minutes follow"), required=False)
