"""What every term can do. A term says when something is due; it is data, and it holds no clock of its own."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import UTC, date, datetime
from typing import ClassVar

from ..calendar import ONE_DAY, Calendar, Span
from .lines import Line, due_line, line

Facts = Mapping[str, datetime | date | None]


class MissingFact(ValueError):
    """A term needs an instant or a date that the subject does not have."""


class Term(ABC):
    """The base of all terms. They are frozen dataclasses: compared by value, hashable, kept as JSON."""

    name: ClassVar[str]
    kinds: ClassVar[dict[str, type["Term"]]] = {}

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        if "name" in cls.__dict__:
            Term.kinds[cls.name] = cls

    def due(
        self, start: datetime, calendar: Calendar, facts: Facts | None = None, pauses: Iterable[Span] = ()
    ) -> datetime:
        """The due time in UTC of what starts at `start` (aware).

        `facts` maps the subject's fields to instants or dates, and rule keys to their due times. `pauses` are the
        spans (stopped, resumed) in which the clock stood. Raises ValueError for a naive start, MissingFact,
        NoWorkingTime.
        """
        return self._due(instant_of(start), calendar, facts or {}, pauses)

    def before(self, due: datetime, calendar: Calendar) -> datetime:
        """When a reminder goes out this long before `due`, in UTC (sop.md section 2).

        Hours run backwards on their clock. Amounts in days end when the office opens on that day, on the last
        working day before it where that day is free. A fixed time is the last one before `due`.
        """
        return self._before(instant_of(due), calendar)

    def back(self, moment: datetime | date, calendar: Calendar) -> datetime:
        """The due time this long before `moment`, for `Before`: as `before`, but days end at office close.

        A date without a time stands for its office close, on a free day for the last one before it.
        """
        return self.before(moment_before(moment, calendar), calendar)

    def reckon(
        self, start: datetime, calendar: Calendar, facts: Facts | None = None, pauses: Iterable[Span] = ()
    ) -> tuple[datetime, list[Line]]:
        """The due time, and the lines by which a person can check it."""
        due = self.due(start, calendar, facts, pauses)
        return due, self._lines(instant_of(start), due, calendar, facts or {}, pauses)

    @abstractmethod
    def sentence(self) -> str:
        """The term in the reader's language: "4 office hours"."""

    def to_json(self) -> dict:
        """Plain values from which `from_json` makes an equal term."""
        values = {field.name: getattr(self, field.name) for field in fields(self) if self._told(field)}
        return {"term": self.name, **{key: _plain(value) for key, value in values.items()}}

    def _told(self, field) -> bool:
        return getattr(self, field.name) != field.default

    @abstractmethod
    def _due(self, start, calendar, facts, pauses) -> datetime:
        """`due` with a start in UTC and facts that are never None."""

    def _before(self, due, calendar) -> datetime:
        raise ValueError(f"{self} cannot be counted backwards")

    def _lines(self, start, due, calendar, facts, pauses) -> list[Line]:
        """By default the days that were stepped over because they are free, and the day of the due time."""
        return [*free_days_before(due, start, calendar), due_line(due, calendar)]


def from_json(value: Mapping) -> Term:
    """The term that `to_json` wrote. Raises ValueError for anything else."""
    kind = Term.kinds.get(value.get("term")) if isinstance(value, Mapping) else None
    if kind is None:
        raise ValueError(f"not a term: {value!r}")
    try:
        return kind(**{key: _typed(item) for key, item in value.items() if key != "term"})
    except TypeError as error:
        raise ValueError(f"not a term: {value!r}") from error


def _plain(value):
    if isinstance(value, Term):
        return value.to_json()
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


def _typed(value):
    if isinstance(value, Mapping):
        return from_json(value)
    return tuple(_typed(item) for item in value) if isinstance(value, list) else value


def instant_of(instant: datetime) -> datetime:
    """The same instant in UTC. Raises ValueError for a naive one."""
    if instant.tzinfo is UTC:
        return instant
    if instant.tzinfo is None:
        raise ValueError(f"{instant} has no time zone")
    return instant.astimezone(UTC)


def fact(facts: Facts, name: str) -> datetime | date:
    """The fact called `name`. Raises MissingFact."""
    value = facts.get(name)
    if value is None:
        raise MissingFact(f"the subject has no {name}")
    return value


def moment_before(moment: datetime | date, calendar: Calendar) -> datetime:
    if isinstance(moment, datetime):
        return instant_of(moment)
    return calendar.closes(calendar.on_or_before(moment))


def free_days_before(due: datetime, start: datetime, calendar: Calendar) -> list[Line]:
    """The free days right before the day of `due`, not before the day of `start`."""
    days = []
    first, day = calendar.local(start).date(), calendar.day_due(due) - ONE_DAY
    while day >= first and not calendar.is_working(day):
        days.append(line(day, calendar, 0))
        day -= ONE_DAY
    return days[::-1]
