from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, gettext_lazy

from salesops.web.forms import OneTimeForm
from salesops.web.forms.once import FIELD

from ..models import CalendarDay, WorkCalendar
from ..windows import format_windows, parse_windows

USUAL = ""


class DayForm(OneTimeForm):
    """What the company makes of one day: as the list says, closed, a day with its own hours, or worked."""

    kind = forms.ChoiceField(
        label=gettext_lazy("This day is"),
        required=False,
        widget=forms.RadioSelect,
        choices=[
            (USUAL, gettext_lazy("as the ordinary week and the public list say")),
            (CalendarDay.Kind.CLOSURE, gettext_lazy("closed: nobody works")),
            (CalendarDay.Kind.SHORT, gettext_lazy("a half day, or another day with its own hours")),
            (CalendarDay.Kind.EXTRA, gettext_lazy("worked, though it would be free")),
        ],
    )
    windows = forms.CharField(
        label=gettext_lazy("Hours"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"class": "form-control"}),
        help_text=gettext_lazy("Such as 09:00-12:00, for a day with its own hours."),
    )
    name = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"class": "form-control"}),
        help_text=gettext_lazy("Everybody reads it in the calendar and in explanations of deadlines."),
    )
    calendar = forms.ModelChoiceField(
        WorkCalendar.objects.all(),
        label=gettext_lazy("For"),
        required=False,
        empty_label=gettext_lazy("all calendars"),
        widget=forms.Select(attrs={"class": "form-select"}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields[FIELD].required = False  # the page that saves brings its own; looking needs none

    def clean_windows(self):
        try:
            return format_windows(parse_windows(self.cleaned_data["windows"]))
        except ValueError as error:
            raise ValidationError(str(error)) from error

    def clean(self):
        found = super().clean()
        kind = found.get("kind")
        if kind and not found.get("name"):
            self.add_error("name", gettext("Say why, in a few words."))
        if kind == CalendarDay.Kind.SHORT and "windows" in found and not found["windows"]:
            self.add_error("windows", gettext("Give the hours of this day."))
        if kind in (USUAL, CalendarDay.Kind.CLOSURE):
            found["windows"] = ""
        return found
