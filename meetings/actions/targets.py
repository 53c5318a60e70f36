"""Targets are set by heads, for their teams and the people in them."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from leads.figures import Period
from meetings.models import Target
from salesops.events.recording import record
from salesops.people.models import Team, User

Wanted = Mapping[tuple[Team | User, str], Decimal | None]


@transaction.atomic
def set_targets(wanted: Wanted, *, period: Period, by: User, at: datetime) -> int:
    """Sets the targets of teams and people by figure for a period; None takes one away. Returns how many changed.

    The caller has made sure that `by` heads them.
    """
    changed = [_set(whose, figure, number, period, by, at) for (whose, figure), number in wanted.items()]
    return sum(changed)


def _set(whose: Team | User, figure: str, number: Decimal | None, period: Period, by: User, at: datetime) -> bool:
    owner = {"team": whose} if isinstance(whose, Team) else {"person": whose}
    key = {"figure": figure, "kind": period.kind, "first": period.first, **owner}
    before = Target.objects.select_for_update().filter(**key).first()
    if (before.number if before else None) == number:
        return False
    if number is None:
        before.delete()
    else:
        Target.objects.update_or_create(**key, defaults={"number": number, "by": by, "at": at})
    refs = {"owner": whose.pk, "team": None} if isinstance(whose, User) else {"owner": None, "team": whose.pk}
    data = {"figure": figure, "period": period.kind, "first_day": period.first.isoformat(), "set": number is not None}
    record("target.set", at=at, by=by, refs=refs, data=data)
    return True
