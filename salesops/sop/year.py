"""A year of a working calendar at a glance, for looking at and for printing."""

import calendar as gregorian
from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.utils.dates import MONTHS
from django.utils.translation import gettext as _

from .calendar import CLOSURE, EXTRA, HOLIDAY, MAKE_UP, SHORT, WEEKEND, WORKING, Calendar
from .models import CalendarDay
from .terms.lines import KINDS
from .windows import format_windows

MARKED = (HOLIDAY, MAKE_UP, CLOSURE, EXTRA, SHORT)


def sign(kind: str) -> str:
    """The letter that marks a day of this kind, so that colour is never needed to tell it."""
    return {
        HOLIDAY: _("Hol"),
        MAKE_UP: _("Work"),
        CLOSURE: _("Shut"),
        EXTRA: _("Add"),
        SHORT: _("Half"),
    }.get(kind, "")


@dataclass(frozen=True)
class Cell:
    """One day: its kind in code and words, its mark, its name, and its hours where they are not the usual ones."""

    day: date
    kind: str
    sign: str
    name: str
    hours: str
    own: bool  # entered by the company
    today: bool

    @property
    def words(self) -> str:
        """ "make-up working day, National Day, 09:00-12:00"."""
        return _(", ").join(filter(None, [str(KINDS[self.kind]), self.name, self.hours]))


@dataclass(frozen=True)
class Month:
    number: int
    name: str
    weeks: list[list[Cell | None]]
    working: int


def months(year: int, calendar: Calendar, *, own: set[date], today: date) -> list[Month]:
    """The twelve months; `own` are the days that the company itself has entered."""
    found = []
    for number in range(1, 13):
        weeks = [
            [_cell(day, calendar, own, today) if day.month == number else None for day in week]
            for week in gregorian.Calendar().monthdatescalendar(year, number)
        ]
        days = (cell for week in weeks for cell in week if cell)
        working = sum(calendar.is_working(cell.day) for cell in days)
        found.append(Month(number, str(MONTHS[number]), weeks, working))
    return found


def _cell(day: date, calendar: Calendar, own: set[date], today: date) -> Cell:
    said = calendar.describe(day)
    differs = said.kind in (SHORT, EXTRA, MAKE_UP) and said.windows != calendar.week[0]
    return Cell(
        day=day,
        kind=said.kind if said.kind in KINDS else WORKING,
        sign=sign(said.kind),
        name=_(said.name) if said.name else "",
        hours=format_windows(said.windows) if differs else "",
        own=day in own,
        today=day == today,
    )


def marked(found: list[Month]) -> list[list[Cell]]:
    """Runs of marked days of one kind and name, in order: a holiday of a week is one line."""
    runs: list[list[Cell]] = []
    for cell in (cell for month in found for week in month.weeks for cell in week if cell and cell.kind in MARKED):
        last = runs[-1] if runs else []
        same = last and (last[-1].kind, last[-1].name, last[-1].hours) == (cell.kind, cell.name, cell.hours)
        if same and (cell.day - last[-1].day).days == 1:
            last.append(cell)
        else:
            runs.append([cell])
    return runs


def legend(found: list[Month]) -> list[tuple[str, str, str, int]]:
    """(kind, mark, word, how many) of what occurs or may be entered."""
    counted = Counter(cell.kind for month in found for week in month.weeks for cell in week if cell)
    return [(kind, sign(kind), str(KINDS[kind]), counted[kind]) for kind in (*MARKED, WEEKEND)]


def own_days(year: int, calendar_id: int | None) -> set[date]:
    """The days of the year that the company has entered for the calendar or for all."""
    rows = CalendarDay.objects.filter(source=CalendarDay.Source.COMPANY, date__year=year)
    return {day for day, of in rows.values_list("date", "calendar_id") if of in (None, calendar_id)}
