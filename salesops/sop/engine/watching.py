"""Enforcement watches itself: heartbeats, outages, and catching up after one (reliability.md I6, I7)."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from ..models import Heartbeat, Outage
from .context import OUTAGE_TAIL
from .writing import GRACE

SWEEP = "sweep"
OUTAGE_AFTER = max(settings.SWEEP_INTERVAL * 3, timedelta(minutes=3))


def begin(now: datetime) -> datetime | None:
    """Notes a gap since the last sweep as an outage. Returns until when heads wait, None in ordinary times."""
    with transaction.atomic():
        last = Heartbeat.objects.select_for_update().filter(name=SWEEP).values_list("at", flat=True).first()
        if last is not None and now - last > OUTAGE_AFTER:
            Outage.objects.create(since=last, until=now)
            Heartbeat.objects.filter(name=SWEEP).update(at=now)
    ended = Outage.objects.filter(until__gt=now - GRACE, until__lte=now).values_list("until", flat=True).first()
    return ended + GRACE if ended else None


def beat(now: datetime) -> None:
    """Notes that a sweep ran to its end; never back in time, unless a clock that was far ahead has set it."""
    behind = Q(at__lt=now) | Q(at__gt=now + OUTAGE_AFTER)
    updated = Heartbeat.objects.filter(behind, name=SWEEP).update(at=now)
    if not updated:
        Heartbeat.objects.get_or_create(name=SWEEP, defaults={"at": now})


def last_sweep() -> datetime | None:
    return Heartbeat.objects.filter(name=SWEEP).values_list("at", flat=True).first()


def current_outage(now: datetime) -> Outage | None:
    """The outage that pages should tell of: one that ended in the last two hours."""
    return Outage.objects.filter(until__gt=now - 4 * OUTAGE_TAIL).first()
