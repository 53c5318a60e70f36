"""Amounts: hours on one of the three clocks, working days, days, months (sop.md section 1)."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar

from django.utils.translation import ngettext

from ..calendar import ONE_DAY, Calendar
from . import clocks
from .base import Term, moment_before
from .clocks import ALWAYS, CLOCKS, OFFICE
from .lines import PAUSED, Line, line

MOST_HOURS = 20_000
MOST_DAYS = 5_000
MOST_MONTHS = 240


@dataclass(frozen=True)
class Hours(Term):
    """`n` hours, whole or not, on one clock. Pauses are cut out of the same clock.

    WORKING_DAYS: a start on a free day counts from 00:00 of the next working day. Half days count in full there.
    """

    name: ClassVar[str] = "hours"
    n: float
    clock: str = OFFICE

    def __post_init__(self):
        _check_amount(self.n, MOST_HOURS, "hours", whole=False)
        if self.clock not in CLOCKS:
            raise ValueError(f"no such clock: {self.clock!r}")
        if self.n == int(self.n):
            object.__setattr__(self, "n", int(self.n))

    @property
    def span(self) -> timedelta:
        return timedelta(hours=self.n)

    def _told(self, field) -> bool:
        return True

    def _due(self, start, calendar, facts, pauses):
        return clocks.add(start, self.span, calendar, self.clock, pauses)

    def _before(self, due, calendar):
        return clocks.subtract(due, self.span, calendar, self.clock)

    def _lines(self, start, due, calendar, facts, pauses):
        return hour_lines(start, due, calendar, self.clock, pauses)

    def sentence(self):
        minutes = round(self.n * 60)
        if minutes % 60 and minutes < 240:
            return _minutes_words(self.clock, minutes)
        n = self.n if minutes % 60 else minutes // 60
        return _hours_words(self.clock, n)


def Minutes(n: float, clock: str = OFFICE) -> Hours:
    """`n` minutes, as hours."""
    return Hours(n / 60, clock)


def _minutes_words(clock: str, n: int) -> str:
    words = {
        ALWAYS: ngettext("%(n)s minute, day and night", "%(n)s minutes, day and night", n),
        OFFICE: ngettext("%(n)s office minute", "%(n)s office minutes", n),
    }.get(clock) or ngettext("%(n)s minute of working days", "%(n)s minutes of working days", n)
    return words % {"n": n}


def _hours_words(clock: str, n: float) -> str:
    many = 1 if n == 1 else 2
    words = {
        ALWAYS: ngettext("%(n)s hour, day and night", "%(n)s hours, day and night", many),
        OFFICE: ngettext("%(n)s office hour", "%(n)s office hours", many),
    }.get(clock) or ngettext("%(n)s hour of working days", "%(n)s hours of working days", many)
    return words % {"n": n}


def hour_lines(start: datetime, due: datetime, calendar: Calendar, clock: str, pauses=()) -> list[Line]:
    """A line for each span counted from `start` to `due`, each pause, and each day that gave nothing."""
    stood = [(max(begin, start), min(end, due)) for begin, end in clocks.merged(pauses)]
    stood = [(begin, end) for begin, end in stood if begin < end]
    lines = [
        line(day, calendar, till - since, since, till)
        for begin, end in _between(start, due, stood)
        for day, since, till in clocks.running(begin, end, calendar, clock)
    ]
    lines += [line(calendar.local(begin).date(), calendar, clocks.NOTHING, begin, end, PAUSED) for begin, end in stood]
    told = {said.day for said in lines}
    day, last = calendar.local(start).date(), calendar.local(due).date()
    while day <= last:
        if day not in told and (day < last or not lines):
            lines.append(line(day, calendar, clocks.NOTHING))
        day += ONE_DAY
    return sorted(lines, key=lambda said: (said.day, said.since is not None and said.since.timestamp()))


def _between(start: datetime, due: datetime, stood) -> list:
    edges = [start, *(instant for span in stood for instant in span), due]
    return list(zip(edges[::2], edges[1::2], strict=True))


@dataclass(frozen=True)
class WorkingDays(Term):
    """Office close of the `n`-th working day after the day of the start; that day's own close on a half day.

    Each office close that falls into a pause adds a working day.
    """

    name: ClassVar[str] = "working_days"
    n: int

    def __post_init__(self):
        _check_amount(self.n, MOST_DAYS, "working days")

    def _due(self, start, calendar, facts, pauses):
        day = calendar.step(calendar.day_of(start), self.n)
        for stopped, resumed in clocks.merged(pauses):
            if stopped >= calendar.closes(day):
                break
            day = calendar.step(day, _closes_in(max(stopped, start), resumed, calendar))
        return calendar.closes(day)

    def _before(self, due, calendar):
        return calendar.opens(calendar.step(calendar.day_due(due), -self.n))

    def back(self, moment, calendar):
        return calendar.closes(calendar.step(_day_of(moment, calendar), -self.n))

    def _lines(self, start, due, calendar, facts, pauses):
        first, last = calendar.day_of(start), calendar.day_due(due)
        days = (first + n * ONE_DAY for n in range(1, (last - first).days + 1))
        stood = clocks.merged(pauses)
        return [_day_line(day, calendar, stood) for day in days]

    def sentence(self):
        return ngettext("%(n)s working day", "%(n)s working days", self.n) % {"n": self.n}


def _day_line(day: date, calendar: Calendar, stood) -> Line:
    if not calendar.is_working(day):
        return line(day, calendar, 0)
    close = calendar.closes(day)
    if any(stopped < close <= resumed for stopped, resumed in stood):
        return line(day, calendar, 0, kind=PAUSED)
    return line(day, calendar, 1)


def _closes_in(stopped: datetime, resumed: datetime, calendar: Calendar) -> int:
    day, last, closes = calendar.day_of(stopped), calendar.local(resumed).date(), 0
    while day <= last:
        if calendar.is_working(day) and stopped < calendar.closes(day) <= resumed:
            closes += 1
        day += ONE_DAY
    return closes


class _Dates(Term):
    """What days and months share: a date, its office close, and the next working day where it is free.

    Each midnight that falls into a pause adds a day.
    """

    def shift(self, day: date, sign: int) -> date:
        """`day` moved by this amount, forwards or backwards."""
        raise ValueError(f"{self} moves no dates")

    def _due(self, start, calendar, facts, pauses):
        begun = calendar.day_of(start)
        day = self.shift(begun, 1)
        for stopped, resumed in clocks.merged(pauses):
            if stopped >= calendar.closes(calendar.on_or_after(day)):
                break
            first, last = (calendar.local(instant).date() for instant in (max(stopped, start), resumed))
            day += max(last - first, clocks.NOTHING)
        return calendar.closes(calendar.on_or_after(day))

    def _before(self, due, calendar):
        return calendar.opens(calendar.on_or_before(self.shift(calendar.day_due(due), -1)))

    def back(self, moment, calendar):
        moved = calendar.on_or_after(self.shift(_day_of(moment, calendar), -1))
        return min(calendar.closes(moved), moment_before(moment, calendar))


@dataclass(frozen=True)
class Days(_Dates):
    """Office close `n` calendar days on; moved to the next working day if that day is none."""

    name: ClassVar[str] = "days"
    n: int

    def __post_init__(self):
        _check_amount(self.n, MOST_DAYS, "days")

    def shift(self, day, sign):
        return day + timedelta(days=sign * self.n)

    def sentence(self):
        return ngettext("%(n)s day", "%(n)s days", self.n) % {"n": self.n}


@dataclass(frozen=True)
class Months(_Dates):
    """Office close of the same date `n` months on, or of that month's last day; then as `Days`."""

    name: ClassVar[str] = "months"
    n: int

    def __post_init__(self):
        _check_amount(self.n, MOST_MONTHS, "months")

    def shift(self, day, sign):
        years, month = divmod(day.month - 1 + sign * self.n, 12)
        year, month = day.year + years, month + 1
        return date(year, month, min(day.day, monthrange(year, month)[1]))

    def sentence(self):
        return ngettext("%(n)s month", "%(n)s months", self.n) % {"n": self.n}


def _day_of(moment: datetime | date, calendar: Calendar) -> date:
    return calendar.day_of(moment) if isinstance(moment, datetime) else moment


def _check_amount(n: float, most: int, unit: str, whole: bool = True) -> None:
    if isinstance(n, bool) or not isinstance(n, int if whole else (int, float)) or not 0 < n <= most:
        raise ValueError(f"not an amount of {unit} from {'1' if whole else 'above 0'} to {most}: {n!r}")
