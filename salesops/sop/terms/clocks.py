"""The three clocks in which an amount of time runs (sop.md section 1), on instants in UTC.

Where an amount ends exactly at the end of a window, it ends there and not at the next opening; counted
backwards, it ends at the opening and not at the close before. Every sum is made between UTC instants, so a
change to summer time neither gives nor takes an hour.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from ..calendar import IDLE_LIMIT, ONE_DAY, Calendar, NoWorkingTime, Span

ALWAYS = "always"  # plain elapsed time
OFFICE = "office"  # only the windows of working days
WORKING_DAYS = "working days"  # whole days, from midnight to midnight, except those that are not worked
CLOCKS = (ALWAYS, OFFICE, WORKING_DAYS)

Counted = tuple[date, datetime, datetime]  # day, from, to

NOTHING = timedelta()
REACH = 40_000  # days that one amount may walk over


def spans_of(day: date, calendar: Calendar, clock: str) -> tuple[Span, ...]:
    """The spans of `day` in which the clock runs."""
    if clock == OFFICE:
        return calendar.spans(day)
    if clock == ALWAYS or calendar.is_working(day):
        return ((calendar.midnight(day), calendar.midnight(day + ONE_DAY)),)
    return ()


def add(start: datetime, amount: timedelta, calendar: Calendar, clock: str, pauses: Iterable[Span] = ()) -> datetime:
    """When `amount` has run on the clock since `start`, not counting the pauses.

    Raises NoWorkingTime where the calendar has too little of it, ValueError for a naive start.
    """
    for stopped, resumed in merged(pauses):
        if resumed <= start:
            continue
        stopped = max(stopped, start)
        ran = elapsed(start, stopped, calendar, clock)
        if ran >= amount:
            break
        amount -= ran
        start = resumed
    if clock == ALWAYS:
        return start + amount
    return _walk(start, amount, calendar, clock)


def _walk(start: datetime, amount: timedelta, calendar: Calendar, clock: str) -> datetime:
    day = _first_day(start, calendar)
    last_worked = day
    for _ in range(REACH):
        spans = spans_of(day, calendar, clock)
        for begin, end in spans:
            if end <= start:
                continue
            begin = max(begin, start)
            if amount <= end - begin:
                return begin + amount
            amount -= end - begin
            start = end
        if spans:
            last_worked = day
        elif (day - last_worked).days > IDLE_LIMIT:
            break
        day += ONE_DAY
    raise NoWorkingTime(f"{amount} of working time left over after {last_worked}")


def subtract(end: datetime, amount: timedelta, calendar: Calendar, clock: str) -> datetime:
    """The instant from which `amount` runs on the clock until `end`. Raises as `add` does."""
    if clock == ALWAYS:
        return end - amount
    day = last_worked = calendar.local(end).date()
    for _ in range(REACH):
        spans = spans_of(day, calendar, clock)
        for begin, finish in reversed(spans):
            if begin >= end:
                continue
            finish = min(finish, end)
            if amount <= finish - begin:
                return finish - amount
            amount -= finish - begin
            end = begin
        if spans:
            last_worked = day
        elif (last_worked - day).days > IDLE_LIMIT:
            break
        day -= ONE_DAY
    raise NoWorkingTime(f"{amount} of working time missing before {last_worked}")


def elapsed(start: datetime, end: datetime, calendar: Calendar, clock: str) -> timedelta:
    """How long the clock ran from `start` to `end`; nothing where `end` is not later."""
    if end <= start:
        return NOTHING
    if clock == ALWAYS:
        return end - start
    return sum((till - since for _day, since, till in running(start, end, calendar, clock)), NOTHING)


def along(start: datetime, end: datetime, share: float, calendar: Calendar, clock: str) -> datetime:
    """The instant at `share` (0 to 1) of the clock's time from `start` to `end`, for "at half the time"."""
    return add(start, elapsed(start, end, calendar, clock) * share, calendar, clock)


def running(start: datetime, end: datetime, calendar: Calendar, clock: str) -> Iterator[Counted]:
    """Each span in which the clock runs between two instants."""
    day, last = _first_day(start, calendar), calendar.local(end).date()
    while day <= last:
        for begin, finish in spans_of(day, calendar, clock):
            since, till = max(begin, start), min(finish, end)
            if since < till:
                yield day, since, till
                start = till
        day += ONE_DAY


def merged(pauses: Iterable[Span]) -> list[Span]:
    """The pauses in order, with those that touch joined into one. Raises ValueError for a reversed one."""
    joined: list[Span] = []
    for stopped, resumed in sorted(pauses):
        if resumed < stopped:
            raise ValueError(f"a pause ends ({resumed}) before it begins ({stopped})")
        if joined and stopped <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], resumed))
        else:
            joined.append((stopped, resumed))
    return joined


def _first_day(start: datetime, calendar: Calendar) -> date:
    day = calendar.local(start).date()
    return day - ONE_DAY if calendar.runs_past_midnight else day
