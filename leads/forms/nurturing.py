from django import forms
from django.utils.translation import gettext_lazy as _

from leads.letters import CASE
from leads.library import unknown_places
from leads.models import Case, Consent
from salesops.web.forms import OneTimeForm

from .inputs import DateInput


class ConsentForm(OneTimeForm):
    how = forms.ChoiceField(label=_("How the contact agreed"), choices=Consent.How)
    given_on = forms.DateField(label=_("When"), widget=DateInput)


class MailingForm(OneTimeForm):
    case = forms.ModelChoiceField(
        Case.objects.in_use().filter(for_customers=True),
        label=_("Case"),
        help_text=_("Only cases that may go to customers."),
    )
    subject = forms.CharField(label=_("Subject"), max_length=150)
    text = forms.CharField(
        label=_("Text"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("{contact}, {company} and {me} are filled in with the lead's own words, {case} with the case."),
        initial=_("Dear {contact},\n\nhere is a case from your industry:\n\n{case}\n\n{me}"),
    )

    def clean_subject(self):
        return " ".join(self.cleaned_data["subject"].split())

    def clean_text(self):
        text = self.cleaned_data["text"]
        unknown = unknown_places(text, also=CASE)
        if unknown:
            raise forms.ValidationError(_("There are no words for {%(place)s}."), params={"place": unknown[0]})
        return text
