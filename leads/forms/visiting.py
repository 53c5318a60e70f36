"""The forms of a visit: planning, preparing, confirming, recording."""

import datetime

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leads.models import Appointment, Contact, Intent, Preparation, VisitRecord
from salesops.documents.forms import FilesField
from salesops.web.forms import EditModelForm, OneTimeForm, OneTimeModelForm

from .inputs import DateInput, DateTimeInput

PRIVATE = _("Nothing about a contact's income or family belongs here.")
PROMISES = 3  # rows of the form


class VisitForm(OneTimeForm):
    """Plan a visit."""

    starts_at = forms.DateTimeField(label=_("Begins"), widget=DateTimeInput)
    minutes = forms.IntegerField(label=_("Minutes"), min_value=5, max_value=480, initial=60)
    place = forms.CharField(label=_("Place"), max_length=200, required=False)
    purpose = forms.CharField(label=_("Purpose"), max_length=200)
    needs_talk = forms.BooleanField(label=_("Needs talk: the list of needs is filled in before"), required=False)


class PreparationForm(EditModelForm):
    class Meta:
        model = Preparation
        exclude = ["visit"]
        widgets = {
            **dict.fromkeys(("past_deals", "preferences", "open_points", "focus"), forms.Textarea(attrs={"rows": 2})),
            "quote_until": DateInput(),
        }
        help_texts = {"preferences": PRIVATE}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["focus"].required = True


class ConfirmationForm(OneTimeForm):
    place = forms.CharField(label=_("Place"), max_length=200)
    route = forms.CharField(
        label=_("Route"), max_length=300, required=False, help_text=_("How one gets there; goes into the invitation.")
    )
    confirmed = forms.BooleanField(label=_("The customer has confirmed time and place"))
    mail = forms.BooleanField(label=_("Send the invitation by mail: the contact agrees to get mail"), required=False)

    def __init__(self, *args, mailable: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if not mailable:
            del self.fields["mail"]


OPENING = ("began_at", "ended_at", "contact", "others", "place", "purpose")
MIDDLE = ("content", "needs", "intent", "signs", "objections")
CLOSING = ("summary", "next_plan")


class VisitRecordForm(OneTimeModelForm):
    """客户拜访记录表, in the order of a visit."""

    intent = forms.ChoiceField(label=_("Intent"), choices=Intent, widget=forms.RadioSelect)
    files = FilesField(required=False)

    class Meta:
        model = VisitRecord
        exclude = ["visit", "follow_up", "at"]
        widgets = {
            **dict.fromkeys(("content", "needs", "signs", "objections", "summary"), forms.Textarea(attrs={"rows": 2})),
            **dict.fromkeys(("latitude", "longitude"), forms.HiddenInput()),
            **dict.fromkeys(("began_at", "ended_at"), DateTimeInput()),
        }
        help_texts = {"content": PRIVATE}

    def __init__(self, *args, visit: Appointment, now: datetime.datetime, **kwargs):
        lead = visit.lead
        first = {"contact": lead.contact_id, "place": visit.place, "purpose": visit.purpose, "needs": lead.need}
        ended = min(visit.ends_at, now) if visit.starts_at < now else visit.ends_at
        first |= {"began_at": visit.starts_at, "ended_at": ended}
        super().__init__(*args, initial=first, **kwargs)
        self.now = now
        self.fields["contact"].queryset = Contact.objects.filter(customer=lead.customer_id)
        self.fields["contact"].required = True
        self.fields["latitude"].required = self.fields["longitude"].required = False
        for n in range(1, PROMISES + 1):
            self.fields[f"promise_{n}"] = forms.CharField(label=_("I promised"), max_length=300, required=False)
            self.fields[f"promise_{n}_on"] = forms.DateField(label=_("By when"), required=False, widget=DateInput)

    def _named(self, names):
        return [self[name] for name in names]

    @property
    def opening(self):
        return self._named(OPENING)

    @property
    def middle(self):
        return self._named(MIDDLE)

    @property
    def closing(self):
        return self._named(CLOSING)

    @property
    def promises(self):
        return [(self[f"promise_{n}"], self[f"promise_{n}_on"]) for n in range(1, PROMISES + 1)]

    def clean(self):
        values = super().clean()
        began, ended = values.get("began_at"), values.get("ended_at")
        if began and ended and ended <= began:
            self.add_error("ended_at", _("A visit ends after it begins."))
        if ended and ended > self.now + datetime.timedelta(minutes=1):
            self.add_error("ended_at", _("A visit that is not over cannot be recorded yet."))
        today = timezone.localtime(self.now).date()
        for n in range(1, PROMISES + 1):
            text, day = values.get(f"promise_{n}"), values.get(f"promise_{n}_on")
            if bool(text) != bool(day):
                self.add_error(f"promise_{n}", ValidationError(_("A promise needs words and a day.")))
            elif day and day < today:
                self.add_error(f"promise_{n}_on", _("A promise is for today or a later day."))
        return values

    def recorded(self) -> dict:
        """What record_visit takes. Call it on a valid form."""
        values = self.cleaned_data
        names = (*OPENING, *(name for name in (*MIDDLE, *CLOSING) if name != "intent"), "latitude", "longitude")
        promises = [(values[f"promise_{n}"], values[f"promise_{n}_on"]) for n in range(1, PROMISES + 1)]
        return {
            "values": {name: values[name] for name in names},
            "intent": values["intent"],
            "promises": [pair for pair in promises if pair[0]],
            "files": values["files"],
        }
