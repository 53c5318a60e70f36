"""Fields in which people change the numbers of a term: "4 [office hours]", "[18:00]". What is no number stays."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext, gettext_lazy

from ..terms import ALWAYS, OFFICE, WORKING_DAYS, Days, Hours, Months, WorkingDays
from ..terms.amounts import MOST_DAYS, MOST_HOURS, MOST_MONTHS
from ..terms.moments import WEEKDAY_NAMES

UNITS = (
    ("office", gettext_lazy("office hours")),
    ("office_m", gettext_lazy("office minutes")),
    ("always", gettext_lazy("hours, day and night")),
    ("always_m", gettext_lazy("minutes, day and night")),
    ("on_days", gettext_lazy("hours of working days")),
    ("working_days", gettext_lazy("working days")),
    ("days", gettext_lazy("days")),
    ("months", gettext_lazy("months")),
)
CLOCKS = {"office": OFFICE, "always": ALWAYS, "on_days": WORKING_DAYS}
DATES = {"working_days": (WorkingDays, MOST_DAYS), "days": (Days, MOST_DAYS), "months": (Months, MOST_MONTHS)}
CLOCK_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True)
class Place:
    """Where a number stands in a term's JSON: the keys that lead there, and what kind of field it takes."""

    path: tuple
    kind: str  # "amount", "time" or "weekday"

    def field(self, term: Mapping, label: str) -> forms.Field:
        """The form field, filled with what the term says."""
        value, extra = self._of(term), {"required": True, "label": label}
        if self.kind == "amount":
            field = AmountField(initial=value, **extra)
            number, unit = field.widget.widgets
            number.attrs["aria-label"], unit.attrs["aria-label"] = label, gettext("%(what)s: unit") % {"what": label}
            return field
        if self.kind == "weekday":
            days = [(name, WEEKDAYS[number]) for number, name in enumerate(WEEKDAY_NAMES)]
            return forms.ChoiceField(choices=days, initial=value, **extra)
        return TimeOfDayField(initial=value, **extra)

    def _of(self, term: Mapping):
        for key in self.path:
            term = term[key]
        return term

    def put(self, term, value):
        """The term's JSON with `value` here; the given one is left as it is."""
        return _put(term, self.path, value)


def _put(content, path: tuple, value):
    if not path:
        return value
    copy = list(content) if isinstance(content, list) else dict(content)
    copy[path[0]] = _put(content[path[0]], path[1:], value)
    return copy


def places(term: Mapping, path: tuple = ()) -> Iterator[Place]:
    """The numbers of a term, as `Term.to_json` writes it, in reading order."""
    if term["term"] in ("hours", *DATES):
        yield Place(path, "amount")
        return
    if term["term"] == "at" and term.get("day") in WEEKDAY_NAMES:
        yield Place((*path, "day"), "weekday")
    for key, value in term.items():
        if isinstance(value, Mapping):
            yield from places(value, (*path, key))
        elif isinstance(value, list):
            for number, inner in enumerate(value):
                yield from places(inner, (*path, key, number))
        elif key in ("time", "cutoff", "late") and ":" in str(value):
            yield Place((*path, key), "time")


class AmountWidget(forms.MultiWidget):
    def __init__(self):
        number = forms.TextInput(attrs={"inputmode": "decimal", "class": "form-control amount", "size": 5})
        super().__init__([number, forms.Select(choices=UNITS, attrs={"class": "form-select"})])

    def decompress(self, value):
        if not value:
            return ["", "office"]
        if value["term"] in DATES:
            return [f"{value['n']:g}", value["term"]]
        unit = next(unit for unit, clock in CLOCKS.items() if clock == value["clock"])
        n = value["n"]
        if unit != "on_days" and n != int(n) and round(n * 60, 6) == round(n * 60):
            return [f"{round(n * 60)}", f"{unit}_m"]
        return [f"{n:g}", unit]


class AmountField(forms.MultiValueField):
    """An amount of time on one of the clocks, as the JSON of its term."""

    widget = AmountWidget

    def __init__(self, **kwargs):
        fields = (forms.CharField(strip=True), forms.ChoiceField(choices=UNITS))
        super().__init__(fields, require_all_fields=True, **kwargs)

    def compress(self, given):
        if not given:
            return None
        text, unit = given
        try:
            n = float(text.replace("，", ".").replace(",", "."))
        except ValueError as error:
            raise ValidationError(gettext("“%(text)s” is not a number.") % {"text": text}) from error
        if unit in DATES:
            make, most = DATES[unit]
            if n != int(n) or not 1 <= n <= most:
                raise ValidationError(gettext("Whole numbers from 1 to %(most)s.") % {"most": most})
            return make(int(n)).to_json()
        hours = n / 60 if unit.endswith("_m") else n
        if not 0 < hours <= MOST_HOURS:
            raise ValidationError(gettext("More than nothing, and at most %(most)s hours.") % {"most": MOST_HOURS})
        return Hours(hours, CLOCKS[unit.removesuffix("_m")]).to_json()

    def has_changed(self, initial, data):
        return True  # compared as terms, by the form


class TimeOfDayField(forms.CharField):
    """A time of the day, as "HH:MM"."""

    widget = forms.TimeInput(attrs={"type": "time", "class": "form-control time"})

    def clean(self, value):
        found = CLOCK_TIME.fullmatch(super().clean(value).replace("：", ":"))
        if not found:
            raise ValidationError(gettext("A time such as 09:30."))
        return f"{int(found[1]):02}:{found[2]}"
