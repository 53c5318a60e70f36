"""The application's clock. Read it once per request, task or command, and pass the instant on."""

import datetime
import os

from django.utils import timezone

# For tests of real processes: how far this process's clock is from the machine's, in seconds.
_OFFSET = datetime.timedelta(seconds=float(os.environ.get("SALESOPS_CLOCK_OFFSET", "0")))


def now() -> datetime.datetime:
    """The present instant in UTC."""
    return timezone.now() + _OFFSET
