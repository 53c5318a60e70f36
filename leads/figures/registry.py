"""How a figure is written, and the list of all."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Aggregate, Count, DateField, Model, Q, QuerySet, Sum
from django.db.models.expressions import Combinable
from django.utils.functional import Promise

from .periods import Period


class Unit(StrEnum):
    COUNT = "count"
    YUAN = "yuan"
    PERCENT = "percent"
    DAYS = "days"


@dataclass(frozen=True)
class Source:
    """Rows that happened on a day and are somebody's. `lead` leads from a row to its lead, "" where none does.

    `text` says what a row is besides, in the language of who reads.
    """

    rows: Callable[[], QuerySet]
    day: str
    owner: str
    lead: str = "lead"
    text: Callable[[Model], str] = lambda row: ""

    def within(self, period: Period) -> Q:
        """The condition that a row happened in the period."""
        field = self.rows().model._meta.get_field(self.day)
        if type(field) is DateField:
            return Q(**{f"{self.day}__range": (period.first, period.last)})
        return Q(**{f"{self.day}__gte": period.begins, f"{self.day}__lt": period.ends})


@dataclass(frozen=True)
class Figure:
    """Counts the rows of a source for which `where` holds, or adds up their `total`.

    `definition` is the sentence that people read. A `hidden` one only serves ratios.
    """

    key: str
    title: str | Promise
    definition: str | Promise
    source: Source
    where: Q | Combinable | None = None
    total: str | Combinable | None = None
    unit: Unit = Unit.COUNT
    hidden: bool = False

    @property
    def _where(self) -> Q:
        return Q() if self.where is None else Q(self.where)

    def aggregate(self, period: Period) -> Aggregate:
        """What reckons it over a period, among rows of any day."""
        condition = self.source.within(period) & self._where
        return Count("pk", filter=condition) if self.total is None else Sum(self.total, filter=condition)

    def rows(self, period: Period) -> QuerySet:
        """The rows that it counts in the period, of everybody."""
        return self.source.rows().filter(self.source.within(period), self._where)


@dataclass(frozen=True)
class Ratio:
    """One figure divided by another, by their keys; of several people it is their sums divided."""

    key: str
    title: str | Promise
    definition: str | Promise
    over: str
    under: str
    unit: Unit = Unit.PERCENT


class _Figures:
    def __init__(self):
        self._known: dict[str, Figure | Ratio] = {}

    def __iter__(self) -> Iterator[Figure | Ratio]:
        return iter(self._known.values())

    def __getitem__(self, key: str) -> Figure | Ratio:
        return self._known[key]

    def get(self, key: str) -> Figure | Ratio | None:
        return self._known.get(key)

    def shown(self) -> list[Figure | Ratio]:
        """Those that people see, in the order in which they were registered."""
        return [each for each in self if not getattr(each, "hidden", False)]


figures = _Figures()


def register(*those: Figure | Ratio) -> None:
    """Adds figures. Raises ValueError for a key that is taken, KeyError for a ratio of what is not there yet."""
    for each in those:
        if figures.get(each.key):
            raise ValueError(f"There is a figure {each.key} already.")
        if isinstance(each, Ratio):
            figures[each.over], figures[each.under]
        figures._known[each.key] = each
