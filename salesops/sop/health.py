from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from salesops.web.health import Fact, check

from .calendars import calendar_warnings
from .engine.watching import OUTAGE_AFTER, last_sweep
from .models import Deadline


@check
def enforcement(now: datetime) -> list[Fact]:
    """The age of the last sweep, deadlines that are parked, and calendars that are missing."""
    last = last_sweep()
    age = round((now - last).total_seconds()) if last else None
    parked = Deadline.objects.open().filter(failures__gt=0).order_by()[:1000].count()
    warnings = calendar_warnings(now)
    return [
        Fact(
            "sweep_age_seconds",
            # One in the future was written by a clock that is wrong; it says nothing about the present.
            last is not None and abs(now - last) <= OUTAGE_AFTER,
            age,
            _("Start the workers and beat, or call manage.py sop sweep from cron; every %(n)s seconds is normal.")
            % {"n": round(settings.SWEEP_INTERVAL.total_seconds())},
        ),
        Fact("parked_deadlines", parked == 0, parked, _("The worker's log says which deadlines raised, and why.")),
        Fact("calendar", True, warnings),
    ]
