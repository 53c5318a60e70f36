"""The calendars of the company as values: who follows which one, and what is not known for certain.

Read once and kept in the process; a stamp in the database, renewed by triggers in the transaction of every change,
tells when to read again. Years that are missing from the table come from `statutory.py` and keep its word for how
certain they are; what lies beyond is a stated fallback. No year is ever taken for an ordinary one in silence.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from salesops import clock

from .calendar import PUBLISHED, Calendar, Day
from .models import CalendarAssignment, CalendarDay, CalendarStamp, StatutoryYear, WorkCalendar
from .statutory import FIRST_YEAR, last_published_year, source_of, statutory_days

ZONE = "Asia/Shanghai"
OFFICE = ((9 * 60, 18 * 60),)
YEARS_AHEAD = 5  # estimated after the last published year; beyond it: FALLBACK
WARN_FROM = (11, 1)  # the State Council publishes the next year in November or December


@dataclass(frozen=True)
class Calendars:
    """All calendars as they stood at one stamp."""

    stamp: object
    default: Calendar
    by_team: dict[int, Calendar]
    by_user: dict[int, Calendar]
    years: dict[int, str]
    by_row: dict[int, Calendar]  # by the id of the WorkCalendar

    def nearest(self, user_id: int | None, team_ids: Iterable[int]) -> Calendar:
        """The person's calendar, else that of the first of `team_ids` (nearest first) with one, else the default."""
        if user_id in self.by_user:
            return self.by_user[user_id]
        return next((self.by_team[pk] for pk in team_ids if pk in self.by_team), self.default)


_known: Calendars | None = None


def current() -> Calendars:
    """The calendars as they stand: one small query, and a few more after a change.

    Take it once for a batch of work, so that the whole batch rests on the same calendars.
    """
    global _known
    # The stamp is read before the rows: what is read too new is only read once more.
    stamp = CalendarStamp.objects.values_list("stamp", flat=True).first()
    known = _known
    if known is None or known.stamp != stamp:
        known = _known = _read(stamp)
    return known


def calendar_for(user=None, team=None, *, user_id: int | None = None, team_ids: Iterable[int] = ()) -> Calendar:
    """The calendar of a person or a team: the person's own, the home team's, that of a team above, the default.

    Give objects, or ids where they are at hand (`team_ids` nearest first). Leave is not part of it: `Calendar.minus`.
    """
    calendars = current()
    if user is not None:
        user_id, team = user.pk, team or user.team
    if team is not None:
        team_ids = team.ancestor_ids()
    return calendars.nearest(user_id, team_ids)


def with_day(calendar_id: int | None, day: date, entered: CalendarDay | None) -> Calendars:
    """The calendars as they would stand with this day of the company's own, or without one; writes nothing."""
    return _read(None, instead=(calendar_id, day, entered))


def _read(stamp, instead: tuple[int | None, date, CalendarDay | None] | None = None) -> Calendars:
    public, company = _days()
    if instead is not None:
        calendar_id, day, entered = instead
        company.setdefault(calendar_id, {}).pop(day, None)
        if entered is not None:
            company[calendar_id][day] = entered.as_day()
    years = _years()
    rows = list(WorkCalendar.objects.all())
    values = {row.pk: _value(row, public, company, years) for row in rows}
    assigned = CalendarAssignment.objects.values_list("calendar_id", "team_id", "user_id")
    pairs = [(values[calendar], team, user) for calendar, team, user in assigned]
    default = next((values[row.pk] for row in rows if row.is_default), None)
    return Calendars(
        stamp=stamp,
        default=default or Calendar(ZONE, (OFFICE,) * 5 + ((),) * 2, public | company.get(None, {}), years),
        by_team={team: value for value, team, _user in pairs if team},
        by_user={user: value for value, _team, user in pairs if user},
        years=years,
        by_row=values,
    )


def _years() -> dict[int, str]:
    known = {year: source_of(year) for year in range(FIRST_YEAR, last_published_year() + YEARS_AHEAD + 1)}
    return known | dict(StatutoryYear.objects.values_list("year", "source"))


def _days() -> tuple[dict[date, Day], dict[int | None, dict[date, Day]]]:
    """The public days, and the company's by calendar (None: for all)."""
    in_table = set(StatutoryYear.objects.values_list("year", flat=True))
    public = {day: said for year in _years() if year not in in_table for day, said in statutory_days(year).items()}
    company: dict[int | None, dict[date, Day]] = {}
    for row in CalendarDay.objects.all():
        days = company.setdefault(row.calendar_id, {}) if row.source == CalendarDay.Source.COMPANY else public
        days[row.date] = row.as_day()
    return public, company


def _value(row: WorkCalendar, public, company, years) -> Calendar:
    days = (public if row.observes_holidays else {}) | company.get(None, {}) | company.get(row.pk, {})
    return Calendar(row.zone, row.week, days, years if row.observes_holidays else None)


# What is not certain


def years_missing(now: datetime | None = None) -> list[int]:
    """The years whose official list is needed and not in the table: this year, and the next from 1 November.

    `now` is an aware instant (default: the application's clock), looked at in the default calendar's zone.
    """
    calendars = current()
    today = calendars.default.local(now or clock.now())
    wanted = [today.year] + ([today.year + 1] if (today.month, today.day) >= WARN_FROM else [])
    return [year for year in wanted if calendars.years.get(year) != PUBLISHED]


def calendar_warnings(now: datetime | None = None) -> list[str]:
    """A sentence for each year that is missing, in the reader's language, for pages and the health check."""
    late = _("The official list of public holidays of %(year)s is out: run sync_calendar to enter it.")
    missing = _(
        "The official list of public holidays of %(year)s is missing; due times in that year are estimates until it "
        "is entered."
    )
    return [(late if year <= last_published_year() else missing) % {"year": year} for year in years_missing(now)]
