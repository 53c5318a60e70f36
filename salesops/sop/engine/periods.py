"""The periods of rounds, in the company's zone. A period is named by its kind and the date on which it begins."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from ..calendar import ONE_DAY
from ..terms.periods import period_end, period_start


def name_of(period: str, day: date) -> str:
    """The name of the period that a day lies in: its kind, and the date on which it begins."""
    return f"{period} {period_start(period, day).isoformat()}"


def period_of(period: str, now: datetime) -> str:
    """The name of the period that `now` lies in, in the company's zone."""
    return name_of(period, now.astimezone(ZoneInfo(settings.TIME_ZONE)).date())


def midnight(day: date) -> datetime:
    """00:00 of a day in the company's zone, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(settings.TIME_ZONE)).astimezone(UTC)


def start_of(period: str) -> datetime:
    """00:00 of the period's first day in the company's zone, in UTC."""
    return midnight(date.fromisoformat(period.split()[1]))


def next_start(period: str) -> datetime:
    """00:00 of the first day after the period, in UTC."""
    kind, begins = period.split()
    return midnight(period_end(kind, date.fromisoformat(begins)) + ONE_DAY)
