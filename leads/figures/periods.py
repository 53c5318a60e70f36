"""Days, weeks (Monday to Sunday), months and quarters in the company's zone."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

KINDS = {
    "day": _("Day"),
    "week": _("Week"),
    "month": _("Month"),
    "quarter": _("Quarter"),
}


@dataclass(frozen=True)
class Period:
    """From `first` to `last`, both included; `begins` and `ends` are the instants, the end not included."""

    kind: str
    first: date
    last: date

    @classmethod
    def around(cls, kind: str, day: date) -> "Period":
        """The period of a kind in which a day lies. Raises KeyError for a kind that is not in KINDS."""
        if kind == "day":
            return cls(kind, day, day)
        if kind == "week":
            monday = day - timedelta(days=day.weekday())
            return cls(kind, monday, monday + timedelta(days=6))
        months = {"month": 1, "quarter": 3}[kind]
        first = day.replace(day=1, month=(day.month - 1) // months * months + 1)
        following = (first.replace(day=28) + timedelta(days=31 * months - 27)).replace(day=1)
        return cls(kind, first, following - timedelta(days=1))

    @property
    def before(self) -> "Period":
        return Period.around(self.kind, self.first - timedelta(days=1))

    @property
    def after(self) -> "Period":
        return Period.around(self.kind, self.last + timedelta(days=1))

    @cached_property
    def begins(self) -> datetime:
        return _midnight(self.first)

    @cached_property
    def ends(self) -> datetime:
        return _midnight(self.last + timedelta(days=1))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), timezone.get_default_timezone())
