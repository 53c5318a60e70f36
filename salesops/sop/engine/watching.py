"""Enforcement watches itself: heartbeats, outages, and catching up after one (reliability.md I6, I7)."""

from datetime import datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import Subquery

from salesops.standing import StandingQuery

from .. import subjects
from ..models import Counted, Deadline, Heartbeat, Outage
from ..registry import registry
from .context import OUTAGE_TAIL, Context
from .writing import GRACE, flush

SWEEP = "sweep"
OUTAGE_AFTER = max(settings.SWEEP_INTERVAL * 3, timedelta(minutes=3))


def begin(now: datetime) -> datetime | None:
    """Notes a gap since the last sweep as an outage. Returns until when heads wait, None in ordinary times."""
    last, outage = pulse(now)
    if _silent(last, now):
        _note_outage(now)
        outage = pulse(now).outage
    return outage.until + GRACE if outage and now - GRACE < outage.until <= now else None


def _silent(last: datetime | None, now: datetime) -> bool:
    return last is not None and now - last > OUTAGE_AFTER


@transaction.atomic
def _note_outage(now: datetime) -> None:
    """Once, whichever of several sweeps after the silence is first."""
    last = Heartbeat.objects.select_for_update().values_list("at", flat=True).get(name=SWEEP)
    if _silent(last, now):
        Outage.objects.create(since=last, until=now)
        _excuse(last, now)
        Heartbeat.objects.filter(name=SWEEP).update(at=now)


def _excuse(since: datetime, until: datetime) -> None:
    """Takes back what a write counted as late while no sweep had noted the outage yet.

    Like the rest of the outage it must not depend on who looked at a deadline when.
    """
    ctx = Context(until)
    late = Deadline.objects.filter(counted=Counted.LATE, due_at__gte=since, due_at__lte=until)
    subjects.lock(late.values_list("subject", flat=True))
    for row in ctx.load(late.select_for_update(no_key=True).order_by("id")):
        ctx.count(row, registry[row.rule], Counted.LATE)
    flush(ctx)


def beat(now: datetime) -> None:
    """Notes that a sweep ran to its end; never back in time."""
    updated = Heartbeat.objects.filter(name=SWEEP, at__lt=now).update(at=now)
    if not updated:
        Heartbeat.objects.get_or_create(name=SWEEP, defaults={"at": now})


def last_sweep() -> datetime | None:
    return Heartbeat.objects.filter(name=SWEEP).values_list("at", flat=True).first()


class Pulse(NamedTuple):
    """What pages tell of enforcement itself: its last sweep, and an outage that ended in the last two hours."""

    last_sweep: datetime | None
    outage: Outage | None


def pulse(now: datetime) -> Pulse:
    """One query, on every page. Where no sweep has ever run there can be no gap between two."""
    found = _pulse(now - 4 * OUTAGE_TAIL)
    if not found:
        return Pulse(None, None)
    beat, since, until = found[0]
    return Pulse(beat, Outage(since=since, until=until) if since else None)


def _beat_and_outage(ended_after: datetime):
    recent = Outage.objects.filter(until__gt=ended_after).order_by("-since")
    since, until = Subquery(recent.values("since")[:1]), Subquery(recent.values("until")[:1])
    return Heartbeat.objects.filter(name=SWEEP).values_list("at", since, until)


_pulse = StandingQuery(_beat_and_outage)
