"""What the clock does to leads when nobody has acted in time."""

from datetime import datetime

from leads.actions.holding import end_assignment, release, to_pool
from leads.actions.routing import assign_by_territory
from leads.models import Assignment, Lead, Pooled, Status
from salesops.events.recording import record
from salesops.notices.actions import Telling, tell
from salesops.people.directory import Directory
from salesops.sop.consequences import consequence
from salesops.sop.models import Deadline
from salesops.sop.subjects import url


@consequence("lead.take_back")
def take_back(deadline: Deadline, *, due_at: datetime, at: datetime) -> None:
    """Not accepted in time (handbook H3): taken back as of the due time, routed anew now; both AMs and SO are told."""
    lead = _held(deadline)
    if lead is None or lead.status != Status.ASSIGNED:
        return
    lapsed = lead.owner_id
    end_assignment(lead, Assignment.Ended.LAPSED, at=at)
    release(lead, at=at)
    refs = {"lead": lead.pk, "owner": lapsed}
    record("lead.taken_back", at=due_at, done_at=at, refs=refs, file=lead.ref)
    lead = assign_by_territory(lead, by=None, at=at)
    people = {lapsed, *Directory(at).desk_members("so")}
    values = {"company": lead.customer.name, "now": lead.owner.name if lead.owner_id else ""}
    tell(
        [
            Telling(
                person_id=person,
                key=f"taken_back.{deadline.pk}",
                kind="lead.taken_back",
                values=values,
                url=url(lead.ref) if person != lapsed else "",
                file=lead.ref,
            )
            for person in sorted(people)
        ],
        at=at,
    )


@consequence("lead.return")
def return_lead(deadline: Deadline, *, due_at: datetime, at: datetime) -> None:
    """Three periods missed in a row, or not reached for too long: back to its pool, a C lead to the nurture pool."""
    lead = _held(deadline)
    if lead is not None and lead.status == Status.ACTIVE:
        why = Pooled.RECYCLED if deadline.rule == "lead.recycle" else Pooled.NOT_FOLLOWED
        to_pool(lead, why=why, by=None, at=at, due_at=due_at)


def _held(deadline: Deadline) -> Lead | None:
    """The deadline's lead, locked already by whoever takes the step, if its owner still is who owes the deadline."""
    lead = Lead.objects.select_related("customer").filter(pk=int(deadline.subject.partition(":")[2])).first()
    owing = {deadline.owner_id, deadline.on_behalf_of_id}
    return lead if lead is not None and lead.owner_id in owing else None
