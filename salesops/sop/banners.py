from django.utils import timezone
from django.utils.translation import gettext as _

from salesops.people.models import Role
from salesops.web.banners import Banner, source

from .calendars import calendar_warnings
from .engine.watching import OUTAGE_AFTER, pulse


@source
def enforcement(request):
    """Everybody is told of an outage of ours; administrators when enforcement stands still or a calendar is missing."""
    last, outage = pulse(request.now)
    if outage is not None:
        span = {"since": _clock(outage.since), "until": _clock(outage.until)}
        text = _("The system was interrupted from %(since)s to %(until)s; deadlines of that time are not judged.")
        yield Banner(text % span, "info")
    if request.user.has_role(Role.ADMIN):
        if last is None or request.now - last > OUTAGE_AFTER:
            yield Banner(_("Enforcement stands still: no sweep has run lately. See /healthz."), "error")
        for text in calendar_warnings(request.now):
            yield Banner(text)


def _clock(instant) -> str:
    return timezone.localtime(instant).strftime("%m-%d %H:%M")
