from datetime import datetime

from django.db import transaction

from salesops.events.recording import record
from salesops.people.models import User

from ..models import Deadline


@transaction.atomic
def try_again(*, by: User, at: datetime) -> int:
    """Has the next sweep look at every parked deadline again, instead of an hour later; returns how many there are."""
    parked = Deadline.objects.open().filter(failures__gt=0)
    count = parked.filter(next_at__gt=at).update(next_at=at)
    if count:
        record("deadline.tried_again", at=at, by=by, refs={}, data={"count": count})
    return count
