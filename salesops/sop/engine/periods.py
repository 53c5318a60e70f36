"""The periods of rounds, in the company's zone. A period is named by its kind and the date on which it begins."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings


def period_of(period: str, now: datetime) -> str:
    """The name of the period that `now` lies in, in the company's zone: its kind, and the date on which it begins."""
    day = now.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
    begins = {
        "day": day,
        "week": day - timedelta(days=day.weekday()),
        "month": day.replace(day=1),
        "quarter": date(day.year, day.month - (day.month - 1) % 3, 1),
    }[period]
    return f"{period} {begins.isoformat()}"


def start_of(period: str) -> datetime:
    """00:00 of the period's first day in the company's zone, in UTC."""
    day = date.fromisoformat(period.split()[1])
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(settings.TIME_ZONE)).astimezone(UTC)


def next_start(period: str) -> datetime:
    """00:00 of the first day after the period, in UTC."""
    kind, begins = period.split()
    longest = {"day": 1, "week": 7, "month": 31, "quarter": 92}[kind]
    after = date.fromisoformat(begins) + timedelta(days=longest)
    local = datetime(after.year, after.month, after.day, 12, tzinfo=ZoneInfo(settings.TIME_ZONE))
    return start_of(period_of(kind, local))
