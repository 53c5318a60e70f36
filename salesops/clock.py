"""The application's clock. Read it once per request, task or command, and pass the instant on."""

import datetime
import os

from django.utils import timezone

# For tests of real processes: how far this process's clock is from the machine's, in seconds.
_OFFSET = datetime.timedelta(seconds=float(os.environ.get("SALESOPS_CLOCK_OFFSET", "0")))


def now() -> datetime.datetime:
    """The present instant in UTC."""
    return timezone.now() + _OFFSET


def due_day(at: datetime.datetime, zone: datetime.tzinfo | None = None) -> datetime.date:
    """The day on which something due at that instant has to be done, in `zone` or the viewer's: midnight ends a day."""
    return timezone.localtime(at - datetime.timedelta.resolution, zone).date()


def due_clock(at: datetime.datetime, zone: datetime.tzinfo | None = None) -> str:
    """The clock at an instant by which something is owed: "18:00", and "24:00" at midnight."""
    local = timezone.localtime(at, zone)
    return "24:00" if local.time() == datetime.time() else f"{local:%H:%M}"
