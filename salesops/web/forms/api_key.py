import datetime

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from salesops.people.models import Scope, User

from .once import OneTimeForm

DAYS = {30: _("30 days"), 90: _("90 days"), 180: _("180 days"), 365: _("one year")}


class PersonChoice(forms.ModelChoiceField):
    def label_from_instance(self, person):
        return f"{person.name} · {person.username}"


class ApiKeyForm(OneTimeForm):
    name = forms.CharField(
        label=_("What the key is for"), max_length=80, help_text=_("Such as the company's website, or the call centre.")
    )
    person = PersonChoice(
        User.objects.filter(is_active=True),
        label=_("On whose behalf"),
        help_text=_("The key sees and does what this person may, and no more. It ends when they leave."),
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"), choices=Scope, widget=forms.CheckboxSelectMultiple, initial=[Scope.LEADS_WRITE]
    )
    days = forms.TypedChoiceField(label=_("Valid for"), coerce=int, choices=list(DAYS.items()), initial=90)
    language = forms.ChoiceField(label=_("Language of its answers"), choices=settings.LANGUAGES)

    def clean(self):
        given = super().clean()
        if "days" in given:
            given["expires_in"] = datetime.timedelta(days=given["days"])
        return given
