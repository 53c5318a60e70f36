"""The tallies of on-time rates, counted anew from the deadlines: what the engine keeps must be equal to that."""

from datetime import date
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count
from django.db.models.functions import TruncDate

from .models import Deadline, Tally

KINDS = ("in_time", "late", "waived", "void", "outage")
Counts = dict[tuple[str, int | None, int | None, date], tuple[int, ...]]  # by rule, team, person and day, as KINDS


def kept_tallies() -> Counts:
    """What is kept, without rows in which nothing is left."""
    rows = Tally.objects.values_list("rule", "team_id", "owner_id", "day", *KINDS)
    return {tuple(row[:4]): tuple(row[4:]) for row in rows if any(row[4:])}


def recounted_tallies() -> Counts:
    """What the deadlines give; reads all of them."""
    day = TruncDate("due_at", tzinfo=ZoneInfo(settings.TIME_ZONE))
    rows = Deadline.objects.exclude(counted="").values_list("rule", "team_id", "counted_for_id", day, "counted")
    found: dict[tuple, list[int]] = {}
    for *key, counted, number in rows.annotate(number=Count("id")).order_by():
        found.setdefault(tuple(key), [0] * len(KINDS))[KINDS.index(counted)] = number
    return {key: tuple(counts) for key, counts in found.items()}


@transaction.atomic
def rebuild_tallies() -> int:
    """Writes the recount over what is kept, while nothing else is counted; returns how many rows differed."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE sop_tally IN EXCLUSIVE MODE")
    kept, counted = kept_tallies(), recounted_tallies()
    Tally.objects.all().delete()
    Tally.objects.bulk_create(
        [
            Tally(rule=rule, team_id=team, owner_id=owner, day=day, **dict(zip(KINDS, counts, strict=True)))
            for (rule, team, owner, day), counts in sorted(counted.items(), key=str)
        ],
        batch_size=1000,
    )
    return sum(kept.get(key) != counted.get(key) for key in kept.keys() | counted.keys())
