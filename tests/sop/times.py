"""Calendars and instants that the tests of working time share."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from salesops.sop.calendar import PUBLISHED, Calendar
from salesops.sop.statutory import statutory_days
from salesops.sop.windows import parse_windows

SHANGHAI = ZoneInfo("Asia/Shanghai")
YEARS = (2024, 2025, 2026)


def at(text: str) -> datetime:
    """An instant from Shanghai wall time: "2026-09-18 17:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def wall(instant: datetime) -> str:
    """The Shanghai wall time of an instant, as `at` reads it."""
    return f"{instant.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def china(windows: str = "09:00-18:00", own: dict | None = None) -> Calendar:
    """The published calendar with the given office hours, Monday to Friday, and the company's own days."""
    office = parse_windows(windows)
    days = {day: said for year in YEARS for day, said in statutory_days(year).items()} | (own or {})
    return Calendar("Asia/Shanghai", (office,) * 5 + ((),) * 2, days, dict.fromkeys(YEARS, PUBLISHED))


def plain_week(windows: str = "09:00-18:00", days: int = 5, zone: str = "Asia/Shanghai") -> Calendar:
    """A calendar without holidays, worked on the first `days` days of the week."""
    return Calendar(zone, (parse_windows(windows),) * days + ((),) * (7 - days))


def naive(instant: datetime) -> datetime:
    return instant.astimezone(SHANGHAI).replace(tzinfo=None)


def aware(moment: datetime) -> datetime:
    return moment.replace(tzinfo=SHANGHAI)


def midnight(day: date) -> datetime:
    return datetime.combine(day, time())


def minutes(n: int) -> timedelta:
    return timedelta(minutes=n)
