"""A reckoning as a small picture: one bar a day, the working windows, what was counted, pauses, where it fell due.

The words beside it say the same and are the truth; the picture is hidden from screen readers. Numbers are units of the
drawing, for the attributes of an SVG: the content security policy allows no style of its own.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.utils.dates import WEEKDAYS_ABBR

from .calendar import WEEKEND, WORKING, Calendar
from .terms.lines import KINDS, PAUSED, Line

LEFT, WIDTH, ROW, TOP = 104, 480, 22, 18  # the words at the left, the 24 hours, the height of a day, the scale above
MOST = 12  # days; of a longer reckoning the first and the last
DAY = 1440


@dataclass
class Bar:
    """A stretch of a day: its left end and its width."""

    x: float
    width: float


@dataclass
class DayRow:
    """One day of the picture; without a `label` it stands for days that are left out."""

    y: int
    label: str = ""
    why: str = ""
    windows: list[Bar] = field(default_factory=list)
    counted: list[Bar] = field(default_factory=list)
    paused: list[Bar] = field(default_factory=list)
    due: float | None = None
    start: float | None = None

    @property
    def text_y(self) -> int:
        return self.y + 14

    @property
    def bottom(self) -> int:
        return self.y + ROW - 6


@dataclass
class Picture:
    """The days of a reckoning, and the hours that the scale names."""

    rows: list[DayRow]
    scale: tuple[tuple[float, str], ...] = tuple(
        (LEFT + WIDTH * hour / 24, f"{hour}") for hour in (0, 6, 9, 12, 18, 24)
    )
    width: int = LEFT + WIDTH + 16

    @property
    def height(self) -> int:
        return TOP + ROW * len(self.rows) + 4


def picture(lines: Sequence[Line], start: datetime, due: datetime, calendar: Calendar) -> Picture | None:
    """The picture of a reckoning from `start` to `due` (UTC) by its `lines`; None where there is nothing to draw."""
    first, last = calendar.local(start).date(), calendar.day_due(due)
    if not lines or due < start or last < first:
        return None
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    if len(days) > MOST:
        days = [*days[: MOST // 2], None, *days[-MOST // 2 :]]
    rows = [DayRow(TOP + ROW * n) for n in range(len(days))]
    for row, day in zip(rows, days, strict=True):
        if day is not None:
            _draw(row, day, [line for line in lines if _touches(line, day)], start, due, calendar)
    return Picture(rows)


def _touches(line: Line, day: date) -> bool:
    return line.day == day or bool(line.since and line.till and line.since.date() <= day <= line.till.date())


def _draw(row: DayRow, day: date, lines: Iterable[Line], start: datetime, due: datetime, calendar: Calendar) -> None:
    said = calendar.describe(day)
    row.label = f"{day:%m-%d} {WEEKDAYS_ABBR[day.weekday()]}"
    row.why = "" if said.kind in (WORKING, WEEKEND) else str(said.name or KINDS[said.kind])
    row.windows = [_bar(begin, min(end, DAY)) for begin, end in calendar.windows(day)]
    for line in lines:
        if line.since and line.till and line.since < line.till:
            stretch = _bar(_minute(line.since, day), _minute(line.till, day))
            (row.paused if line.kind == PAUSED else row.counted).append(stretch)
        elif line.counted and line.day == day:
            row.counted += row.windows
    local_start, local_due = calendar.local(start), calendar.local(due)
    if local_start.date() == day:
        row.start = _x(_minute(local_start, day))
    if calendar.day_due(due) == day:
        row.due = _x(_minute(local_due, day))


def _minute(instant: datetime, day: date) -> int:
    """Minutes since the day's midnight on the wall clock, within the day."""
    if instant.date() != day:
        return 0 if instant.date() < day else DAY
    return instant.hour * 60 + instant.minute


def _bar(begin: int, end: int) -> Bar:
    return Bar(_x(begin), round(max(end - begin, 1) * WIDTH / DAY, 1))


def _x(minute: int) -> float:
    return round(LEFT + minute * WIDTH / DAY, 1)
