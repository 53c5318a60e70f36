import datetime

from crispy_forms.bootstrap import InlineRadios
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leads.models import Appointment, Intent, Way
from salesops.sop.forecast import Forecast
from salesops.web.forms import OneTimeForm


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self, **kwargs):
        super().__init__(format="%Y-%m-%d", **kwargs)


class DateTimeInput(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self, **kwargs):
        super().__init__(format="%Y-%m-%dT%H:%M", **kwargs)


class Fold(Div):
    """Fields behind a summary that opens without scripts."""

    template = "web/_fold.html"


class FollowUpForm(OneTimeForm):
    """Log a follow-up. What a first response needs is asked for once the customer was reached."""

    reached = forms.TypedChoiceField(
        label=_("Did you reach the customer?"),
        choices=[("yes", _("Reached")), ("no", _("No answer"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        initial="yes",
    )
    way = forms.ChoiceField(label=_("Way"), choices=Way, initial=Way.CALL)
    note = forms.CharField(
        label=_("What was said"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Nothing about a contact's income or family belongs here."),
    )
    need = forms.CharField(label=_("What the customer needs"), max_length=500, required=False)
    intent = forms.ChoiceField(label=_("Intent"), choices=[("", "–"), *Intent.choices], required=False)
    next_on = forms.DateField(label=_("Next follow-up"), required=False, widget=DateInput)
    later_reason = forms.CharField(label=_("Why later than the SOP asks"), max_length=300, required=False)
    talked_at = forms.DateTimeField(
        label=_("The talk ended"), required=False, widget=DateTimeInput, help_text=_("Empty: just now.")
    )
    important = forms.BooleanField(label=_("Important talk: detailed minutes follow"), required=False)
    appointment = forms.ModelChoiceField(Appointment.objects.none(), label=_("Appointment"), required=False)

    def __init__(self, *args, lead, now, forecast: Forecast, **kwargs):
        super().__init__(*args, **kwargs)
        self.lead, self.now, self.forecast = lead, now, forecast
        planned = lead.appointments.filter(state=Appointment.State.PLANNED, starts_at__lte=now)
        self.fields["appointment"].queryset = planned
        if not planned:
            del self.fields["appointment"]
        self.fields["next_on"].initial = timezone.localtime(forecast.due_at).date()
        self.helper = self._layout()

    def _layout(self):
        """What is always filled in first; what is rarely needed folded away, open where it has a mistake."""
        rare = [name for name in ("later_reason", "talked_at", "important") if name in self.fields]
        opened = {"open": "open"} if any(self.errors.get(name) for name in rare) else {}
        helper = FormHelper()
        helper.form_tag, helper.disable_csrf = False, True
        first = [name for name in ("appointment",) if name in self.fields]
        asked = [Div("need", css_class="col-md-8"), Div("intent", css_class="col-md-4")]
        helper.layout = Layout(
            "once",
            *first,
            Div(Div(InlineRadios("reached"), css_class="col-md-6"), Div("way", css_class="col-md-6"), css_class="row"),
            "note",
            Div(*asked, css_class="row"),
            Div(Div("next_on", css_class="col-md-6"), css_class="row"),
            Fold(*rare, **opened),
        )
        return helper

    def clean_talked_at(self):
        talked_at = self.cleaned_data["talked_at"]
        if talked_at and talked_at > self.now + datetime.timedelta(minutes=1):
            raise ValidationError(_("A talk that lies in the future is an appointment."))
        return talked_at

    def clean(self):
        values = super().clean()
        if values.get("reached"):
            if len(values.get("note", "")) < 2:
                self.add_error("note", _("Say in a few words what was said."))
            if self.lead.responded_at is None:
                self._ask_for_first_response(values)
        self._check_next(values)
        return values

    def _ask_for_first_response(self, values):
        if not values.get("need"):
            self.add_error("need", _("The first response needs what the customer needs."))
        if not values.get("intent"):
            self.add_error("intent", _("The first response needs the intent level."))

    def _check_next(self, values):
        day = values.get("next_on")
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


class MinutesForm(OneTimeForm):
    minutes = forms.CharField(label=_("Detailed minutes"), widget=forms.Textarea(attrs={"rows": 8}))
