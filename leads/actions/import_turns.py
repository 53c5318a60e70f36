"""When imported leads are handed over: at once, or so many a day for each person, on working days.

Only the moment is chosen here. What is due then, and when, the rules decide from the events.
"""

from collections import Counter
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from leads.models import Assignment, ImportTurn, Lead, LeadImport, Status
from salesops.events.recording import record
from salesops.people.directory import Directory
from salesops.people.models import User
from salesops.sop.calendars import calendar_for

from .arriving import announce
from .holding import hand_to, to_pool
from .refusing import locked
from .routing import route
from .taking_over import give_over

Way = ImportTurn.Way
BATCH = 100


class Spread:
    """Who gets the next new lead of an import, and when."""

    def __init__(self, lead_import: LeadImport, at: datetime):
        self.lead_import, self.at, self.per_day = lead_import, at, lead_import.per_day
        to_owners = lead_import.target == LeadImport.Target.OWNERS
        self.owners = list(lead_import.owners.filter(is_active=True).order_by("pk")) if to_owners else []
        turns = lead_import.turns.values_list("owner").annotate(Count("pk")) if to_owners or self.per_day else ()
        self.given = Counter(dict(turns))
        self._waited = self._turns_before() if self.owners else {}
        self._desk: int | None = None

    def owner(self) -> User | None:
        """The one of the chosen account managers who has got the fewest, then who has waited longest for a turn."""
        return min(
            self.owners, key=lambda person: (self.given[person.pk], self._waited[person.pk], person.pk), default=None
        )

    def _turns_before(self) -> dict[int, int]:
        """The last turn of each in other imports: whoever came first in one is not the first in the next too."""
        last = ImportTurn.objects.filter(owner=OuterRef("pk")).exclude(lead_import=self.lead_import).order_by("-pk")
        turns = Coalesce(Subquery(last.values("pk")[:1]), 0)
        return dict(self.lead_import.owners.annotate(turn=turns).values_list("pk", "turn"))

    def when(self, owner: User | None) -> datetime:
        """The moment of the next turn of this person, or of sales operations; `at` for those of today."""
        before = self.given[owner.pk if owner else None]
        if not self.per_day:
            return self.at
        return turn_at(before // (self.per_day * (1 if owner else self._so)), owner, self.at)

    def note(self, owner: User | None) -> None:
        self.given[owner.pk if owner else None] += 1

    @property
    def _so(self) -> int:
        if self._desk is None:
            self._desk = max(1, len(Directory(self.at).desk_members("so")))
        return self._desk


def turn_at(day: int, owner: User | None, at: datetime) -> datetime:
    """`at` for day 0 of a working day that is not over; else the opening of the working day so many later."""
    calendar = calendar_for(user=owner)
    today = calendar.local(at).date()
    first = calendar.on_or_after(today)
    if first == today and at >= calendar.closes(today):
        first = calendar.on_or_after(today + timedelta(days=1))
    found = first
    for _step in range(day):
        found = calendar.on_or_after(found + timedelta(days=1))
    return at if found == today else calendar.opens(found)


def hand_on(lead: Lead, *, way: str, owner: User | None, negotiating: bool, by: User, at: datetime, new: bool) -> None:
    """Hands an imported lead over; the caller has locked or just made it. Its clocks start now."""
    if way == Way.TAKEN_OVER:
        give_over(lead, owner=owner, negotiating=negotiating, by=by, at=at, just_made=new)
        return
    announce(lead, by=by, at=at, way_in="import", just_made=new)
    if way == Way.CLEANING:
        return
    lead.qualified_at = at
    lead.save(update_fields=["qualified_at"])
    record("lead.qualified", at=at, by=by, refs={"lead": lead.pk}, data={"grade": lead.grade}, file=lead.ref)
    holder = lead.customer.owner
    if holder is not None and holder.is_active and (owner is None or holder.pk != owner.pk):
        route(lead, by=by, at=at)
    elif way == Way.OWNER:
        hand_to(lead, owner, how=Assignment.How.IMPORTED, by=by, at=at)
    else:
        to_pool(lead, why="imported", by=by, at=at)


def hand_over_due(at: datetime) -> int:
    """Hands over the leads whose turn has come, in one transaction; returns how many turns were taken.

    Whom somebody has cleaned, closed or given away meanwhile is left as it is.
    """
    with transaction.atomic():
        due = ImportTurn.objects.filter(done_at=None, at__lte=at).order_by("at", "pk")
        turns = list(due.select_for_update(of=("self",), skip_locked=True)[:BATCH])
        for turn in turns:
            _take(turn, at)
            turn.done_at = at
        ImportTurn.objects.bulk_update(turns, ["done_at"])
    return len(turns)


def _take(turn: ImportTurn, at: datetime) -> None:
    lead = locked(turn.lead, at)
    if lead.status != Status.CLEANING or lead.qualified_at is not None:
        return
    owner, way = turn.owner, turn.way
    if owner is not None and not owner.is_active:
        owner, way = None, Way.CLEANING
    by = turn.lead_import.by
    hand_on(lead, way=way, owner=owner, negotiating=turn.negotiating, by=by, at=at, new=False)
