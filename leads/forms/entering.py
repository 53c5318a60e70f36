from django import forms
from django.utils.translation import gettext_lazy as _

from leads.identity import tidy
from leads.models import Grade, Source
from leads.reading import values
from salesops.web.forms import OneTimeForm


class NewLeadForm(OneTimeForm):
    """A lead that somebody types in: who, how to reach them, from where. All else may come later."""

    pasted = forms.CharField(
        label=_("Paste a text: a business card, a chat, a mail's signature"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    reach = forms.CharField(
        label=_("Phone, WeChat or e-mail"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
    )
    company = forms.CharField(label=_("Company, or the person's name"), max_length=200)
    contact = forms.CharField(label=_("Contact"), max_length=60, required=False)
    source = forms.ChoiceField(label=_("Source"), choices=Source, widget=forms.RadioSelect)
    need = forms.CharField(
        label=_("What it is about"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Nothing about a contact's income or family belongs here."),
    )
    title = forms.CharField(label=_("Job title"), max_length=60, required=False)
    email = forms.EmailField(label=_("E-mail"), required=False)
    industry = forms.CharField(label=_("Industry"), max_length=60, required=False)
    region = forms.CharField(label=_("Region"), max_length=60, required=False)
    product = forms.CharField(label=_("Product"), max_length=60, required=False)
    budget = forms.DecimalField(
        label=_("Budget, 10,000 yuan"), max_digits=12, decimal_places=2, min_value=0, required=False
    )
    keep = forms.ChoiceField(
        label=_("Who follows it up?"),
        choices=[("yes", _("I do")), ("no", _("Sales operations grades and routes it"))],
        widget=forms.RadioSelect,
    )
    grade = forms.ChoiceField(label=_("Grade"), choices=Grade, required=False, widget=forms.RadioSelect)
    other = forms.CharField(label=_("Why is it another company?"), max_length=300, required=False)

    def __init__(self, *args, may_keep: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if not may_keep:
            del self.fields["keep"], self.fields["grade"]

    def clean_company(self):
        return tidy(self.cleaned_data["company"])

    def clean_reach(self):
        found = values.reach(self.cleaned_data["reach"])
        if not found:
            raise forms.ValidationError(
                _("No phone number, WeChat name or mail address can be read here. Landlines need their area code.")
            )
        self.found = found
        return self.cleaned_data["reach"]

    def clean(self):
        given = super().clean()
        if self.keeps and not given.get("grade"):
            self.add_error("grade", _("Choose a grade; it sets how soon the next follow-up is due."))
        return given

    @property
    def keeps(self) -> bool:
        return self.cleaned_data.get("keep") == "yes"

    @property
    def values(self) -> dict[str, object]:
        """What the form says of the lead, by field of NewLead."""
        given = self.cleaned_data
        taken = ("company", "contact", "source", "need", "title", "industry", "region", "product", "budget")
        how = {"phone": self.found.phone, "wechat": self.found.wechat, "email": given["email"] or self.found.email}
        return {name: given[name] for name in taken} | how | {"grade": given.get("grade", "") if self.keeps else ""}


class KnownForm(forms.Form):
    """Is a company, or a number, known? It writes nothing, so it carries no one-time token."""

    asked = forms.CharField(
        label=_("Company or phone number"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
    )


class CollaborationForm(OneTimeForm):
    reason = forms.CharField(label=_("Why do you want to work along?"), max_length=300)


class DecisionForm(OneTimeForm):
    answer = forms.CharField(label=_("Answer"), max_length=300, required=False)
