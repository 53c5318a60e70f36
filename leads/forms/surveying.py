from django import forms
from django.utils.translation import gettext_lazy as _

from leads.models import NeedSurvey
from salesops.web.forms import OneTimeForm


class SurveyForm(OneTimeForm):
    needs = forms.CharField(
        label=_("What they need"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("In the customer's words. Nothing about a person's income or family."),
    )
    situation = forms.CharField(
        label=_("What they use today"), max_length=NeedSurvey._meta.get_field("situation").max_length, required=False
    )
    timing = forms.CharField(
        label=_("When something may come of it"),
        max_length=NeedSurvey._meta.get_field("timing").max_length,
        required=False,
    )
