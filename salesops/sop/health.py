from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from salesops.web.health import Fact, check

from .calendars import calendar_warnings
from .engine.watching import OUTAGE_AFTER, last_sweep
from .models import Deadline


@check
def enforcement(now: datetime) -> list[Fact]:
    """The age of the last sweep, deadlines that are parked, and calendars that are missing.

    A parked deadline is not vital: it is tried again every hour and shown to administrators, while all others are
    enforced; 503 would have a load balancer take away pages that work. A sweep that stands still is.
    """
    last = last_sweep()
    age = round((now - last).total_seconds()) if last else None
    parked = Deadline.objects.open().filter(failures__gt=0).order_by()[:1000].count()
    warnings = calendar_warnings(now)
    seconds = {"n": round(settings.SWEEP_INTERVAL.total_seconds())}
    return [
        Fact(
            "sweep_age_seconds",
            # One in the future was written by a clock that is wrong; it says nothing about the present.
            last is not None and abs(now - last) <= OUTAGE_AFTER,
            age,
            _("Start the workers and beat, or call manage.py sop sweep from cron; every %(n)s seconds is normal.")
            % seconds,
            label=_("Last sweep"),
            said=_("never") if age is None else _("%(n)s seconds ago") % {"n": age},
        ),
        Fact(
            "parked_deadlines",
            parked == 0,
            parked,
            _("Look at the list. The worker's log says why each raised; once that is mended, try them again."),
            vital=False,
            label=_("Deadlines put aside"),
            said=_("none") if not parked else str(parked),
            url="sop:parked",
        ),
        Fact(
            "calendar",
            True,
            warnings,
            label=_("Public holidays"),
            said=_("the lists that are needed are there") if not warnings else "",
            lines=tuple(warnings),
            url="sop:calendar",
        ),
    ]
