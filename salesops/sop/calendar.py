"""The working calendar as a value: which days are worked, and in which windows of the day.

sop.md section 1. A `Calendar` is immutable, hashable and knows nothing of the database; `calendars.py`
builds it from the tables. Days are dates in the calendar's zone, instants are aware and in UTC, windows
are minutes since the day's midnight on the wall clock.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from .windows import Window, Windows, without

PUBLISHED = "published"  # the State Council's list (国务院)
ESTIMATE = "estimate"  # statutory days without make-up days: the list is not out yet (估算)
COMPANY = "company"  # entered by an admin, or a calendar that follows no public list (公司)
FALLBACK = "fallback"  # beyond every list: the week's pattern, said to be so
UNCERTAIN = (ESTIMATE, FALLBACK)

WORKING = "working"
WEEKEND = "weekend"
HOLIDAY = "holiday"
MAKE_UP = "make_up"  # 调休: a weekend day that is worked
CLOSURE = "closure"  # the company closes on a day that is worked elsewhere
EXTRA = "extra"  # the company works on a day that is free elsewhere
SHORT = "short"  # a working day with windows of its own, such as a half day
LEAVE = "leave"  # the person's own

ONE_DAY = timedelta(days=1)
IDLE_LIMIT = 400  # days in a row without work after which a search gives up
REMEMBERED = 6000  # days whose instants a calendar keeps at hand

Span = tuple[datetime, datetime]


class NoWorkingTime(ValueError):
    """The calendar has no working day, or no working time, within reach."""


@dataclass(frozen=True, slots=True)
class Day:
    """What a calendar says about one day.

    `windows` is None where the calendar's usual working windows hold, and empty on a free day. `office` is the
    office's own (opening, close) on a day whose windows personal leave has cut, in minutes since midnight.
    """

    kind: str
    windows: Windows | None = None
    name: str = ""
    source: str = COMPANY
    office: Window | None = None


@dataclass(frozen=True, repr=False)
class Calendar:
    """Working windows per weekday (Monday first) with overrides for single days.

    `days` may be given as a mapping. `years` maps each year of the public list to its source; a year that is missing
    from it is a stated FALLBACK. None means that the calendar follows no public list at all (COMPANY).
    """

    zone: str
    week: tuple[Windows, ...]
    days: tuple[tuple[date, Day], ...] = ()
    years: tuple[tuple[int, str], ...] | None = None
    _hash: int = field(init=False, repr=False, compare=False)
    _overrides: dict = field(init=False, repr=False, compare=False)
    _spans: dict = field(init=False, repr=False, compare=False, default_factory=dict)
    _midnights: dict = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self):
        if len(self.week) != 7:
            raise ValueError("a calendar needs the windows of seven weekdays, Monday first")
        put = object.__setattr__
        put(self, "week", tuple(tuple(windows) for windows in self.week))
        usual = next((windows for windows in self.week if windows), ())
        given = self.days.items() if isinstance(self.days, Mapping) else self.days
        filled = {day: replace(said, windows=usual) if said.windows is None else said for day, said in given}
        put(self, "days", tuple(sorted(filled.items(), key=lambda item: item[0])))
        if self.years is not None:
            put(self, "years", tuple(sorted(dict(self.years).items())))
        put(self, "_overrides", filled)
        put(self, "_hash", hash((self.zone, self.week, self.days, self.years)))

    def __hash__(self):
        return self._hash

    def __repr__(self):
        return f"<Calendar {self.zone}, {len(self.days)} days of its own>"

    @cached_property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    @cached_property
    def _sources(self) -> dict:
        return dict(self.years or ())

    @cached_property
    def runs_past_midnight(self) -> bool:
        """Whether some window ends on the day after the one it belongs to (22:00-06:00)."""
        every = [*self.week, *(said.windows for _, said in self.days)]
        return any(end > 1440 for windows in every for _, end in windows)

    # What a day is

    def describe(self, day: date) -> Day:
        """Kind, windows, name and source of `day`."""
        said = self._overrides.get(day)
        if said is not None:
            return said
        windows = self.week[day.weekday()]
        return Day(WORKING if windows else WEEKEND, windows, source=self._source_of_year(day.year))

    def source(self, day: date) -> str:
        """Who says so: PUBLISHED, ESTIMATE, COMPANY or, beyond every list, FALLBACK."""
        said = self._overrides.get(day)
        return said.source if said is not None else self._source_of_year(day.year)

    def _source_of_year(self, year: int) -> str:
        return COMPANY if self.years is None else self._sources.get(year, FALLBACK)

    def uncertain(self, start: datetime, end: datetime) -> bool:
        """Whether the span touches a year whose list is not published, so that it may have to be reckoned anew."""
        years = range(self.local(start).year, self.local(end).year + 1)
        return any(self._source_of_year(year) in UNCERTAIN for year in years)

    def windows(self, day: date) -> Windows:
        """The day's working windows; empty on a free day."""
        said = self._overrides.get(day)
        return self.week[day.weekday()] if said is None else said.windows

    def is_working(self, day: date) -> bool:
        return bool(self.windows(day))

    # Instants

    def local(self, instant: datetime) -> datetime:
        """The same instant on the calendar's wall clock. Raises ValueError for a naive one."""
        if instant.tzinfo is None:
            raise ValueError(f"{instant} has no time zone")
        return instant.astimezone(self.tz)

    def instant(self, day: date, minute: int) -> datetime:
        """The UTC instant at `minute` since midnight of `day`; 1440 and more lie on the days after.

        A wall-clock time that a change to summer time skips is taken as if the clock had not been changed yet.
        """
        over, minute = divmod(minute, 1440)
        if over:
            day += timedelta(days=over)
        return datetime.combine(day, time(*divmod(minute, 60)), self.tz).astimezone(UTC)

    def midnight(self, day: date) -> datetime:
        """00:00 of `day`, in UTC."""
        found = self._midnights.get(day)
        if found is None:
            found = _remember(self._midnights, day, self.instant(day, 0))
        return found

    def spans(self, day: date) -> tuple[Span, ...]:
        """The day's working windows as (begin, end) in UTC. Lengths are real time, also when clocks change."""
        found = self._spans.get(day)
        if found is None:
            spans = ((self.instant(day, begin), self.instant(day, end)) for begin, end in self.windows(day))
            found = _remember(self._spans, day, tuple(span for span in spans if span[0] < span[1]))
        return found

    def day_of(self, instant: datetime) -> date:
        """The working day to which `instant` belongs: its date, or, in a window that began on the evening
        before and runs past midnight, that evening's date."""
        day = self.local(instant).date()
        if self.runs_past_midnight and not any(begin <= instant for begin, _ in self.spans(day)):
            before = day - ONE_DAY
            if any(begin <= instant <= end for begin, end in self.spans(before)):
                return before
        return day

    def day_due(self, due: datetime) -> date:
        """The working day to which a due time belongs: a close at 24:00 belongs to the day that it ends."""
        return self.day_of(due - timedelta.resolution)

    def opens(self, day: date) -> datetime:
        """When the office opens on `day`. Raises NoWorkingTime on a free day; leave does not change it."""
        return self.instant(day, self._office(day)[0])

    def morning(self, day: date) -> datetime:
        """When the office opens on `day`; if that is free, on the last working day before it."""
        try:
            return self.opens(day)
        except NoWorkingTime:
            return self.opens(self.previous_working_day(day))

    def closes(self, day: date) -> datetime:
        """Office close of `day`: the end of its last window. Raises NoWorkingTime on a free day.

        Leave for part of the day does not change it: being away never brings a deadline forward."""
        return self.instant(day, self._office(day)[1])

    def _office(self, day: date) -> Window:
        said = self._overrides.get(day)
        if said is not None and said.office is not None and said.windows:
            return said.office
        windows = self.windows(day)
        if not windows:
            raise NoWorkingTime(f"{day} is not a working day")
        return windows[0][0], windows[-1][1]

    # Steps by day

    def on_or_after(self, day: date) -> date:
        """`day` if it is worked, else the next working day."""
        return self._search(day, ONE_DAY)

    def on_or_before(self, day: date) -> date:
        """`day` if it is worked, else the last working day before it."""
        return self._search(day, -ONE_DAY)

    def next_working_day(self, day: date) -> date:
        """The first working day after `day`. Raises NoWorkingTime after 400 days without one."""
        return self._search(day + ONE_DAY, ONE_DAY)

    def previous_working_day(self, day: date) -> date:
        """The last working day before `day`. Raises NoWorkingTime after 400 days without one."""
        return self._search(day - ONE_DAY, -ONE_DAY)

    def step(self, day: date, count: int) -> date:
        """The `count`-th working day after `day` (before it, where `count` is negative)."""
        move = self.next_working_day if count > 0 else self.previous_working_day
        for _ in range(abs(count)):
            day = move(day)
        return day

    def _search(self, day: date, step: timedelta) -> date:
        for _ in range(IDLE_LIMIT):
            if self.windows(day):
                return day
            day += step
        raise NoWorkingTime(f"no working day within {IDLE_LIMIT} days of {day - IDLE_LIMIT * step}")

    # Other calendars made from this one

    def minus(self, absences: Iterable[Span]) -> "Calendar":
        """This calendar without a person's leave, given as (from, to) instants.

        Office time inside the leave is cut out, to whole minutes; a day of which nothing is left is not a
        working day. Raises ValueError for a naive or reversed span.
        """
        days = dict(self._overrides)
        for start, end in absences:
            first, last = self.local(start), self.local(end)
            if start > end:
                raise ValueError(f"leave ends ({end}) before it begins ({start})")
            day = first.date() - ONE_DAY  # the evening before may run past midnight
            while day <= last.date():
                self._cut(days, day, (_minute(first, day), -_minute(last, day, up=-1)))
                day += ONE_DAY
        return replace(self, days=tuple(days.items()))

    def _cut(self, days: dict, day: date, away: Window) -> None:
        said = days.get(day) or self.describe(day)
        left = without(said.windows, away)
        if left == said.windows:
            return
        office = said.office or (said.windows[0][0], said.windows[-1][1])
        kind, source = (said.kind, said.source) if left else (LEAVE, COMPANY)
        days[day] = replace(said, kind=kind, source=source, windows=left, office=office)


def _minute(local: datetime, day: date, up: int = 1) -> int:
    """Minutes from midnight of `day` to `local`, rounded down; negated and rounded up where `up` is -1."""
    seconds = (local.date() - day).days * 86400 + local.hour * 3600 + local.minute * 60 + local.second
    return (up * seconds) // 60


def _remember(known: dict, day: date, value):
    if len(known) >= REMEMBERED:
        known.clear()
    known[day] = value
    return value


def differences(old: Calendar, new: Calendar, first: date, last: date) -> list[date]:
    """The days from `first` to `last`, both included, on which the two calendars differ in working time.

    Names and sources are left out: an estimate that came true moves no deadline.
    """
    days = (first + n * ONE_DAY for n in range((last - first).days + 1))
    return [day for day in days if _work(old, day) != _work(new, day)]


def _work(calendar: Calendar, day: date):
    return calendar.spans(day), calendar.closes(day) if calendar.is_working(day) else None
