"""Days, weeks (Monday to Sunday), months and quarters in the company's zone."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from django.utils.translation import gettext_lazy as _

from salesops.sop.engine.periods import midnight
from salesops.sop.terms.periods import period_end, period_start

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
        return cls(kind, period_start(kind, day), period_end(kind, day))

    @property
    def before(self) -> "Period":
        return Period.around(self.kind, self.first - timedelta(days=1))

    @property
    def after(self) -> "Period":
        return Period.around(self.kind, self.last + timedelta(days=1))

    @cached_property
    def begins(self) -> datetime:
        return midnight(self.first)

    @cached_property
    def ends(self) -> datetime:
        return midnight(self.last + timedelta(days=1))
