import datetime
from dataclasses import dataclass

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leads.models import Appointment, Intent, Way
from leads.models.follow_up import IMPORTANT, talks
from salesops.documents.forms import FilesField
from salesops.sop.forecast import Forecast
from salesops.web.forms import EditForm, OneTimeForm
from salesops.web.templatetags.shell import day_text, instant_text

from .inputs import DateInput, DateTimeInput
from .noting import WholeRecord


@dataclass(frozen=True)
class Result:
    """What one tap on a chip says: the way, whether the customer was reached, and whether it led anywhere."""

    label: str
    way: str
    reached: bool = True
    progress: bool | None = None


RESULTS = {
    "progress": Result(_("Reached, progress"), Way.CALL, progress=True),
    "no_progress": Result(_("Reached, no progress"), Way.CALL, progress=False),
    "no_answer": Result(_("No answer"), Way.CALL, reached=False),
    "message": Result(_("WeChat"), Way.MESSAGE),
    "visit": Result(Way.VISIT.label, Way.VISIT),
    "mail": Result(Way.MAIL.label, Way.MAIL),
}
IMPORTANT_WAYS = [(way.value, way.label) for way in IMPORTANT]
SHORT = 5  # characters; a shorter note on progress is asked about once


class DayChips(forms.RadioSelect):
    """Days to choose from; those in `later` are marked, because the form asks why."""

    later: frozenset = frozenset()

    def create_option(self, name, value, *args, **kwargs):
        option = super().create_option(name, value, *args, **kwargs)
        if value in self.later:
            option["attrs"]["data-later"] = ""
        return option


class FollowUpForm(WholeRecord):
    """Log a follow-up: a chip, some words, a chip. What a first response needs is asked for until there is one."""

    result = forms.ChoiceField(
        label=_("Result"),
        choices=[(key, result.label) for key, result in RESULTS.items()],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a result.")},
    )
    note = forms.CharField(
        label=_("What was said"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Nothing about a contact's income or family belongs here."),
    )
    need = forms.CharField(label=_("What the customer needs"), max_length=500, required=False)
    intent = forms.ChoiceField(label=_("Intent"), choices=Intent, required=False, widget=forms.RadioSelect)
    next = forms.ChoiceField(label=_("Next follow-up"), required=False, widget=DayChips)
    next_on = forms.DateField(label=_("Date of the next follow-up"), required=False, widget=DateInput)
    later_reason = forms.CharField(label=_("Why later than the SOP asks"), max_length=300, required=False)
    appointment = forms.TypedChoiceField(label=_("Appointment"), required=False, coerce=int, empty_value=None)
    important_way = forms.ChoiceField(
        label=_("It was a demo or a negotiation"), choices=[("", "–"), *IMPORTANT_WAYS], required=False
    )
    unanswered = forms.BooleanField(label=_("The message, mail or visit was in vain"), required=False)
    talked_at = forms.DateTimeField(
        label=_("The talk ended"), required=False, widget=DateTimeInput, help_text=_("Empty: just now.")
    )
    important = forms.BooleanField(label=_("Important talk: detailed minutes follow"), required=False)
    needs_talk = forms.BooleanField(label=_("It was the needs talk: the report follows"), required=False)
    asked = forms.CharField(required=False, widget=forms.HiddenInput)
    used = forms.CharField(
        required=False, max_length=500, widget=forms.HiddenInput
    )  # leads.library.Offer.key, by commas

    def __init__(self, *args, lead, now, forecast: Forecast, **kwargs):
        super().__init__(*args, auto_id=f"id_{lead.pk}_%s", **kwargs)
        if lead.responded_at is None:
            del self.fields["intent_now"], self.fields["need_now"]
        if lead.contact_id is None:
            del self.fields["contact_name"], self.fields["contact_title"], self.fields["contact_phone"]
        self.lead, self.now, self.forecast = lead, now, forecast
        self.first = lead.responded_at is None
        begun = [talk for talk in talks(lead.planned) if talk.starts_at <= now and talk.way != Way.VISIT]
        self.visits = [talk for talk in talks(lead.planned) if talk.starts_at <= now and talk.way == Way.VISIT]
        self.fields["appointment"].choices = [("", "–"), *((talk.pk, self._talk_words(talk)) for talk in begun)]
        self.talks = {talk.pk: talk for talk in begun}
        if not begun:
            del self.fields["appointment"]
        if not self.first:
            del self.fields["need"], self.fields["intent"]
        self._offer_days()
        for name in self.errors:
            if name in self.fields:
                self.fields[name].widget.attrs["aria-invalid"] = "true"

    def _talk_words(self, talk) -> str:
        return f"{talk.get_way_display()} · {instant_text(talk.starts_at, self.now)}"

    def _offer_days(self):
        """Tomorrow, the day of the SOP and next Monday, as far as the owner may choose them; or any other."""
        today, due, latest = (
            timezone.localtime(at).date() for at in (self.now, self.forecast.due_at, self.forecast.latest_at)
        )
        monday = today + datetime.timedelta(days=7 - today.weekday())
        by_sop = _("By grade") if self.lead.grade else _("By the SOP")
        named = {"tomorrow": (_("Tomorrow"), today + datetime.timedelta(days=1)), "sop": (by_sop, due)}
        named["monday"] = (_("Next Monday"), monday)
        self.days = {key: day for key, (_label, day) in named.items() if key == "sop" or (day != due and day <= latest)}
        if self.days.get("tomorrow") == self.days.get("monday"):
            self.days.pop("monday", None)
        choices = [
            (key, _("%(name)s, %(day)s") % {"name": named[key][0], "day": day_text(day)})
            for key, day in self.days.items()
        ]
        field = self.fields["next"]
        field.choices = [*choices, ("own", _("Another day"))]
        field.widget.later = frozenset({"own", *(key for key, day in self.days.items() if day > due)})
        field.initial = "sop"
        self.fields["next_on"].widget.attrs |= {"min": today.isoformat(), "max": latest.isoformat()}

    @property
    def opens_rare(self) -> bool:
        """Whether the folded fields hold something to be seen: a mistake."""
        return any(self.errors.get(name) for name in ("important_way", "unanswered", "talked_at", "important"))

    def clean_talked_at(self):
        talked_at = self.cleaned_data["talked_at"]
        if talked_at and talked_at > self.now + datetime.timedelta(minutes=1):
            raise ValidationError(_("A talk that lies in the future is an appointment."))
        return talked_at

    def clean(self):
        values = super().clean()
        result = RESULTS.get(values.get("result"))
        if result and result.reached and not values.get("unanswered"):
            self._ask_what_was_said(result, values.get("note", ""))
            if self.first:
                self._ask_for_first_response(values)
        self._check_next(values)
        return values

    def _ask_what_was_said(self, result, note):
        if len(note) < 2:
            self.add_error("note", _("Say in a few words what was said."))
        elif result.progress and len(note) < SHORT and not self.cleaned_data.get("asked"):
            self.add_error("note", _("What is the progress? Send it again if there is no more to say."))
            self.data = self.data.copy()
            self.data["asked"] = "1"

    def _ask_for_first_response(self, values):
        if not values.get("need"):
            self.add_error("need", _("The first response needs what the customer needs."))
        if not values.get("intent"):
            self.add_error("intent", _("The first response needs the intent level."))

    def _check_next(self, values):
        chosen = values.get("next")
        if chosen in self.days:
            values["next_on"] = None if chosen == "sop" else self.days[chosen]
        day = values.get("next_on")
        if chosen == "own" and not day and "next_on" not in self.errors:
            self.add_error("next_on", _("Choose the day."))
        if not day:
            return
        if day < timezone.localtime(self.now).date():
            self.add_error("next_on", _("The next follow-up cannot lie in the past."))
        elif day > timezone.localtime(self.forecast.latest_at).date():
            latest = timezone.localtime(self.forecast.latest_at).date()
            said = _("At most until %(day)s; for a later date ask your head to agree to it on the lead's page.")
            self.add_error("next_on", ValidationError(said, params={"day": latest.isoformat()}))
        elif day > timezone.localtime(self.forecast.due_at).date() and not values.get("later_reason"):
            self.add_error("later_reason", _("A later date than the SOP asks needs a reason."))

    def logged(self) -> dict:
        """What log_follow_up takes. Call it on a valid form."""
        values = self.cleaned_data
        result = RESULTS[values["result"]]
        taken = ("note", "need", "intent", "next_on", "later_reason", "important")
        taken += ("needs_talk", "feedback", "objection", "objection_answer", "next_step")
        return {name: values[name] for name in taken if name in values} | {
            "intent": values.get("intent") or values.get("intent_now", ""),
            "way": values.get("important_way") or result.way,
            "reached": result.reached and not values.get("unanswered"),
            "progress": None if values.get("unanswered") else result.progress,
            "talked_at": values.get("talked_at") or self.now,
            "appointment": self.talks.get(values.get("appointment")),
        }


class LaterDateForm(OneTimeForm):
    """A head agrees to a follow-up later than the SOP allows the owner."""

    next_on = forms.DateField(label=_("Next follow-up"), widget=DateInput)
    reason = forms.CharField(label=_("Reason"), max_length=300)


class AppointmentForm(OneTimeForm):
    way = forms.ChoiceField(label=_("Way"), choices=Way, initial=Way.CALL)
    starts_at = forms.DateTimeField(label=_("Begins"), widget=DateTimeInput)
    minutes = forms.IntegerField(label=_("Minutes"), min_value=5, max_value=480, initial=60)
    place = forms.CharField(label=_("Place"), max_length=200, required=False)
    purpose = forms.CharField(label=_("Purpose"), max_length=200, required=False)
    needs_talk = forms.BooleanField(label=_("Needs talk: the list of needs is filled in before"), required=False)


class MoveForm(OneTimeForm):
    starts_at = forms.DateTimeField(label=_("Begins"), widget=DateTimeInput)
    minutes = forms.IntegerField(label=_("Minutes"), min_value=5, max_value=480)

    @classmethod
    def of(cls, planned: Appointment, data=None):
        """The form with the time as it is now."""
        minutes = int((planned.ends_at - planned.starts_at).total_seconds() // 60)
        return cls(data, initial={"starts_at": planned.starts_at, "minutes": minutes}, auto_id="move_%s")


class MinutesForm(EditForm):
    minutes = forms.CharField(
        label=_("Detailed minutes"),
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("Nothing about a contact's income or family belongs here."),
    )
    files = FilesField(required=False)
