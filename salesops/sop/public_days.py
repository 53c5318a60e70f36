"""Entering the public days of a year: from the installed list, or from a file that an admin uploads."""

import csv
import io
import re
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from .calendar import HOLIDAY, MAKE_UP, PUBLISHED, Day
from .models import CalendarDay, StatutoryYear
from .statutory import FIRST_YEAR, last_published_year, source_of, statutory_days

DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
KINDS = {
    **dict.fromkeys(("休", "放假", "节假日", "holiday", "off"), HOLIDAY),
    **dict.fromkeys(("班", "上班", "调休", "补班", "make_up", "make-up", "work"), MAKE_UP),
}
FIXED = ((1, 1), (5, 1), (10, 1))  # statutory in every year
FEWEST, MOST = 11, 45  # free days of a believable year, weekends inside the holidays included
LARGEST = 100_000  # bytes of a file with some forty rows


class WrongList(ValueError):
    """A file that is not the list of public days of one year. `problems` are sentences for the admin."""

    def __init__(self, problems: list[str]):
        super().__init__(" ".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Change:
    """A date whose public day changes; None where there is none."""

    date: date
    old: Day | None
    new: Day | None

    @property
    def old_words(self) -> str:
        return _words(self.old)

    @property
    def new_words(self) -> str:
        return _words(self.new)


def _words(day: Day | None) -> str:
    if day is None:
        return _("ordinary day")
    kind, source = CalendarDay.Kind(day.kind).label, CalendarDay.Source(day.source).label
    return f"{kind} {_(day.name) if day.name else ''} ({source})"


def days_in_table(year: int) -> dict[date, Day]:
    """The public days of `year` that stand in the table."""
    rows = CalendarDay.objects.exclude(source=CalendarDay.Source.COMPANY).filter(date__year=year)
    return {row.date: row.as_day() for row in rows}


def changes(year: int, new: dict[date, Day]) -> list[Change]:
    """What would change in the table, date by date; a mere change of source or name counts too."""
    old = days_in_table(year)
    return [Change(day, old.get(day), new.get(day)) for day in sorted(old | new) if old.get(day) != new.get(day)]


@transaction.atomic
def replace_year(year: int, days: dict[date, Day], source: str, *, at: datetime, by=None) -> list[Change]:
    """Puts `days` in the place of the public days of `year`; the company's own days stay. Returns what changed.

    Running deadlines are not touched here: compare calendars with `differences` to find the ones to reckon anew.
    """
    StatutoryYear.objects.update_or_create(year=year, defaults={"source": source, "loaded_at": at, "loaded_by": by})
    changed = changes(year, days)
    CalendarDay.objects.exclude(source=CalendarDay.Source.COMPANY).filter(date__year=year).delete()
    CalendarDay.objects.bulk_create(
        CalendarDay(date=day, kind=said.kind, name=said.name, source=source) for day, said in sorted(days.items())
    )
    return changed


def sync_years(now: datetime, *, only: int | None = None, dry_run: bool = False) -> dict[int, list[Change]]:
    """Enters the published years and estimates the ones after them, up to the year after `now`'s.

    A year that stands in the table as published is left as it is, whoever entered it, unless it is `only` that one.
    Returns the changes by year.
    """
    last = max(last_published_year(), now.year + 1)
    wanted = [only] if only else range(FIRST_YEAR, last + 1)
    published = set(StatutoryYear.objects.filter(source=PUBLISHED).values_list("year", flat=True))
    found = {}
    for year in wanted:
        if year in published and (year != only or source_of(year) != PUBLISHED):
            continue
        days = statutory_days(year)
        found[year] = changes(year, days) if dry_run else replace_year(year, days, source_of(year), at=now)
    return found


# Files


def read_list(data: bytes, year: int) -> dict[date, Day]:
    """The public days of `year` in a CSV file with the columns date, kind (休 or 班) and name.

    UTF-8 and GB18030 are read, with or without a header. Raises WrongList with every problem found, and refuses a list
    that cannot be the State Council's: nothing of it would be applied.
    """
    if len(data) > LARGEST:
        raise WrongList([_("The file is too large for a list of one year's public days.")])
    days, problems = {}, []
    for number, row in enumerate(csv.reader(io.StringIO(_text(data))), start=1):
        cells = [cell.strip() for cell in row]
        if not any(cells) or (number == 1 and not any(char.isdigit() for char in "".join(cells))):
            continue
        try:
            day, said = _row(cells, year)
            if day in days:
                raise ValueError(_("%(day)s is in the list twice.") % {"day": day})
            days[day] = said
        except ValueError as error:
            problems.append(_("Line %(n)s: %(problem)s") % {"n": number, "problem": error})
    problems += [] if problems else _doubts(days, year)
    if problems:
        raise WrongList(problems)
    return days


def write_list(days: dict[date, Day]) -> str:
    """The days as the CSV text that `read_list` reads."""
    out = io.StringIO()
    kinds = {HOLIDAY: "休", MAKE_UP: "班"}
    csv.writer(out, lineterminator="\n").writerows(
        (day.isoformat(), kinds[said.kind], said.name) for day, said in sorted(days.items())
    )
    return out.getvalue()


def _text(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise WrongList([_("The file is neither UTF-8 nor GB18030 text.")])


def _row(cells: list[str], year: int) -> tuple[date, Day]:
    found = DATE.fullmatch(cells[0])
    if not found:
        raise ValueError(_("“%(text)s” is not a date.") % {"text": cells[0]})
    day = date(*map(int, found.groups()))
    if day.year != year:
        raise ValueError(_("%(day)s is not in %(year)s.") % {"day": day, "year": year})
    kind = KINDS.get(cells[1].lower()) if len(cells) > 1 else None
    if kind is None:
        raise ValueError(_("Say 休 (free) or 班 (make-up working day) in the second column."))
    if kind == MAKE_UP and day.weekday() < 5:
        raise ValueError(_("%(day)s is no weekend day, so it cannot be a make-up working day.") % {"day": day})
    name = cells[2][:100] if len(cells) > 2 else ""
    return day, Day(kind, () if kind == HOLIDAY else None, name, PUBLISHED)


def _doubts(days: dict[date, Day], year: int) -> list[str]:
    free = {day for day, said in days.items() if said.kind == HOLIDAY}
    doubts = [
        _("%(day)s is a public holiday in every year and is not in the list.") % {"day": date(year, *day)}
        for day in FIXED
        if date(year, *day) not in free
    ]
    if not FEWEST <= len(free) <= MOST:
        doubts.append(
            _("The list has %(n)s free days; a year has between %(fewest)s and %(most)s.")
            % {"n": len(free), "fewest": FEWEST, "most": MOST}
        )
    return doubts
