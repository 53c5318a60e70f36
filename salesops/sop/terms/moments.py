"""Fixed points: a time of the working day or week, the end of a period, a field, another rule's due time."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from ..calendar import ONE_DAY, Calendar
from ..windows import parse_clock
from . import clocks
from .amounts import Hours
from .base import Term, fact, instant_of
from .lines import Line, due_line, line
from .periods import MONTH, MONTHS_IN, QUARTER, WEEK, last_working_day, period_end, period_start

OPEN, CLOSE = "open", "close"
WEEKDAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MONTH_LAST = "month_last"


class Fixed(Term):
    """A time that stands still while the clock does; one that falls into a pause is the first one after it."""

    def _due(self, start, calendar, facts, pauses):
        due = self.first(start, calendar)
        for stopped, resumed in clocks.merged(pauses):
            if stopped < due < resumed:
                due = self.first(resumed, calendar)
        return due

    def first(self, start: datetime, calendar: Calendar) -> datetime:
        """The one that belongs to `start`, never before it."""
        raise ValueError(f"{self} is no fixed time")


@dataclass(frozen=True)
class At(Fixed):
    """A fixed time: of each working day, of a weekday ("mon" to "sun"), or of the month's last working day.

    `time` is "HH:MM", or "open" or "close" of the office. A free weekday moves to the next working day (顺延);
    see `merges`. The occurrence is that of the week or month in which `start` lies, and the next one where that is
    over. On half days a time "HH:MM" stays as it is.

    Of each working day only: a start later than `cutoff` belongs to the next working day, and is then due at `late`
    (default: `time`). The cutoff is "HH:MM" of that day or office hours before its close; one that is exactly at
    the cutoff is not late, and one on a free day is: the close that it follows was the last working day's. Without a
    cutoff the time itself is it. `after` counts working days onwards from the day: 1 is "on the next working day".
    """

    name: ClassVar[str] = "at"
    time: str
    day: str | None = None
    cutoff: str | Hours | None = None
    late: str | None = None
    after: int = 0

    def __post_init__(self):
        for text in (self.time, self.late, self.cutoff):
            if isinstance(text, str) and text not in (OPEN, CLOSE):
                parse_clock(text)
        if self.day not in (None, MONTH_LAST, *WEEKDAY_NAMES):
            raise ValueError(f"no such day: {self.day!r}")
        if self.day and (self.cutoff or self.late or self.after):
            raise ValueError("a cutoff, a late time and days after belong to a time of each working day")
        if not 0 <= self.after <= 366:
            raise ValueError(f"not a number of working days: {self.after!r}")

    def first(self, start, calendar):
        if self.day is None:
            return self._of_working_day(start, calendar)
        begun = calendar.local(start).date()
        due = self._on(self._occurrence(begun, calendar), calendar)
        while due < start:
            begun = self._next_period(begun)
            due = self._on(self._occurrence(begun, calendar), calendar)
        return due

    def merges(self, start: datetime, calendar: Calendar) -> bool:
        """Whether the duty of the week of `start` moved onto the next week's one, so that only that one is owed."""
        if self.day not in WEEKDAY_NAMES:
            return False
        day = calendar.local(start).date()
        return self._occurrence(day, calendar) >= self._occurrence(self._next_period(day), calendar)

    def _of_working_day(self, start, calendar):
        day = calendar.day_of(start)
        late = self._is_late(start, day, calendar)
        if not calendar.is_working(day) and not self.after:
            day = calendar.next_working_day(day)
        else:
            day = calendar.step(day, self.after + late)
        return _time_on(self.late if late and self.late else self.time, day, calendar)

    def _is_late(self, start, day, calendar) -> bool:
        if not calendar.is_working(day):
            return not self.after
        if not self.after and start > self._on(day, calendar):
            return True
        if self.cutoff is None:
            return False
        if isinstance(self.cutoff, Hours):
            return start > self.cutoff.before(calendar.closes(day), calendar)
        return start > _time_on(self.cutoff, day, calendar)

    def _on(self, day, calendar) -> datetime:
        return _time_on(self.time, day, calendar)

    def _occurrence(self, day: date, calendar) -> date:
        """The day of the occurrence that belongs to the week or month of `day`."""
        if self.day == MONTH_LAST:
            return last_working_day(MONTH, day, calendar)
        return calendar.on_or_after(self._weekday(day))

    def _weekday(self, day: date) -> date:
        return day + timedelta(days=WEEKDAY_NAMES.index(self.day) - day.weekday())

    def _next_period(self, day: date) -> date:
        return day + 7 * ONE_DAY if self.day != MONTH_LAST else period_end(MONTH, day) + ONE_DAY

    def _before(self, due, calendar):
        """A free weekday moves back here: a reminder after the holiday could be too late."""
        day = calendar.local(due).date()
        if self.day is None:
            found = calendar.on_or_before(day)
            return self._earlier(found, lambda: calendar.previous_working_day(found), due, calendar)
        if self.day == MONTH_LAST:
            found = last_working_day(MONTH, day, calendar)
            earlier = day.replace(day=1) - ONE_DAY
            return self._earlier(found, lambda: last_working_day(MONTH, earlier, calendar), due, calendar)
        nominal = self._weekday(day)
        found = calendar.on_or_before(nominal)
        while (moment := self._on(found, calendar)) >= due:
            nominal -= 7 * ONE_DAY
            found = calendar.on_or_before(nominal)
        return moment

    def _earlier(self, day, previous, due, calendar) -> datetime:
        moment = self._on(day, calendar)
        return moment if moment < due else self._on(previous(), calendar)

    def _lines(self, start, due, calendar, facts, pauses):
        return [*_free_lines(start, calendar.day_due(due), calendar), due_line(due, calendar)]

    def sentence(self):
        words = _day_words(self.day, self.after) % {"time": _time_words(self.time)}
        if self.cutoff is None:
            return words
        late = _time_words(self.late or self.time)
        return _("%(words)s; later than %(cutoff)s: %(late)s on the next working day") % {
            "words": words,
            "cutoff": _cutoff_words(self.cutoff),
            "late": late,
        }


def _time_on(text: str, day: date, calendar: Calendar) -> datetime:
    if text == OPEN:
        return calendar.opens(day)
    return calendar.closes(day) if text == CLOSE else calendar.instant(day, parse_clock(text))


def _free_lines(start: datetime, last: date, calendar: Calendar) -> list[Line]:
    first = calendar.local(start).date()
    days = (first + n * ONE_DAY for n in range(max((last - first).days, 0)))
    return [line(day, calendar, 0) for day in days if not calendar.is_working(day)]


def _day_words(day: str | None, after: int) -> str:
    if day == MONTH_LAST:
        return _("%(time)s on the month's last working day")
    if day:
        return _("%(day)s, %(time)s") % {"day": WEEKDAYS[WEEKDAY_NAMES.index(day)], "time": "%(time)s"}
    if after == 1:
        return _("%(time)s on the next working day")
    if after:
        return _("%(time)s, %(n)s working days later") % {"n": after, "time": "%(time)s"}
    return _("%(time)s of the working day")


def _time_words(text: str) -> str:
    return {OPEN: _("office opening"), CLOSE: _("office close")}.get(text) or text


def _cutoff_words(cutoff: str | Hours) -> str:
    if isinstance(cutoff, str):
        return _time_words(cutoff)
    return _("%(amount)s before close") % {"amount": cutoff.sentence()}


@dataclass(frozen=True)
class EndOf(Fixed):
    """Office close of the last working day of the week (Monday to Sunday), month or quarter in which the start lies.

    Where that is over already, of the next period. A period without any working day ends at the close of the first one
    after it. On a person's own calendar a day of leave is no working day, so reckon periods on the team's.
    """

    name: ClassVar[str] = "end_of"
    period: str

    def __post_init__(self):
        if self.period not in (WEEK, *MONTHS_IN):
            raise ValueError(f"no such period: {self.period!r}")

    def first(self, start, calendar):
        day = calendar.local(start).date()
        while (due := calendar.closes(last_working_day(self.period, day, calendar))) < start:
            day = period_end(self.period, day) + ONE_DAY
        return due

    def _before(self, due, calendar):
        day = calendar.local(due).date()
        while (moment := calendar.closes(last_working_day(self.period, day, calendar))) >= due:
            day = period_start(self.period, day) - ONE_DAY
        return moment

    def _lines(self, start, due, calendar, facts, pauses):
        last = calendar.day_due(due)
        end = period_end(self.period, last)
        free = [last + n * ONE_DAY for n in range(1, (end - last).days + 1)]
        return [due_line(due, calendar), *(line(day, calendar, 0) for day in free)]

    def sentence(self):
        return {
            WEEK: _("office close of the week's last working day"),
            MONTH: _("office close of the month's last working day"),
            QUARTER: _("office close of the quarter's last working day"),
        }[self.period]


@dataclass(frozen=True)
class Field(Term):
    """An instant or a date of the subject. "By 12 October" includes that day's office close.

    A date on a free day moves to the next working day, or with `roll="back"` to the one before. Pauses move nothing.
    """

    name: ClassVar[str] = "field"
    field: str
    roll: str = "next"

    def __post_init__(self):
        if self.roll not in ("next", "back"):
            raise ValueError(f"a date moves to the next working day or back, not {self.roll!r}")

    def _due(self, start, calendar, facts, pauses):
        value = fact(facts, self.field)
        if isinstance(value, datetime):
            return instant_of(value)
        return calendar.closes(calendar.on_or_after(value) if self.roll == "next" else calendar.on_or_before(value))

    def _lines(self, start, due, calendar, facts, pauses):
        value = facts[self.field]
        asked = calendar.local(value).date() if isinstance(value, datetime) else value
        lines = [due_line(due, calendar)]
        if not calendar.is_working(asked) and lines[0].day != asked:
            lines.insert(0, line(asked, calendar, 0))
        return lines

    def sentence(self):
        return field_words(self.field)


@dataclass(frozen=True)
class AsDueOf(Term):
    """The due time of another rule on the same subject, given among the facts under the rule's key."""

    name: ClassVar[str] = "as_due_of"
    rule: str

    def _due(self, start, calendar, facts, pauses):
        value = fact(facts, self.rule)
        if not isinstance(value, datetime):
            raise ValueError(f"the due time of {self.rule} is an instant, not {value!r}")
        return instant_of(value)

    def _lines(self, start, due, calendar, facts, pauses):
        return [due_line(due, calendar)]

    def sentence(self):
        return _("when %(rule)s is due") % {"rule": self.rule}


def field_words(field: str) -> str:
    """The field in the reader's language; the rule that uses a field marks its words for translation."""
    return _(field.removesuffix("_at").removesuffix("_on").replace("_", " "))
