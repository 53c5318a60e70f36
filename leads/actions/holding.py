"""Who holds a lead: assigning, accepting, declining, claiming, returning. One path for every change of owner."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from leads.models import Assignment, Lead, Pooled, Status
from leads.models.lead import ENDED
from leads.pool import allowance, one_at_a_time
from salesops.events.recording import record
from salesops.notices.actions import Receipt, Telling, tell
from salesops.people import scope
from salesops.people.models import User
from salesops.sop.engine.context import Context
from salesops.sop.models import Deadline
from salesops.sop.subjects import url

from .owning import own
from .promising import pass_on
from .refusing import Refused, locked


def hand_to(
    lead: Lead,
    owner: User,
    *,
    how: str,
    by: User | None,
    at: datetime,
    reasons: dict | None = None,
    accepted: bool = False,
) -> Lead:
    """Gives a locked lead to its new owner: the log, the event, the notice and the clocks, in this one place."""
    assignment, previous, first = hold(lead, owner, how=how, by=by, at=at, reasons=reasons, accepted=accepted)
    refs = {"lead": lead.pk, "owner": owner.pk}
    taken = {Assignment.How.CLAIMED: "lead.claimed", Assignment.How.KEPT: "lead.kept"}.get(how)
    if taken:  # by the new owner, who need not be told
        record(taken, at=at, by=by, refs=refs, data={"grade": lead.grade, "first": first}, file=lead.ref)
        return lead
    record(
        "lead.assigned",
        at=at,
        by=by,
        refs={**refs, "previous": previous.owner_id if previous else None},
        data={"grade": lead.grade, "how": how, "accepted": accepted, "first": first},
        file=lead.ref,
    )
    _tell_owner(lead, assignment, at)
    return lead


def _tell_owner(lead: Lead, assignment: Assignment, at: datetime) -> None:
    """Tells the new owner, which meets lead.notify; and who stands in, while the owner is on leave."""
    owner = assignment.owner_id
    receipt = Receipt("lead.owner_told", {"lead": lead.pk, "owner": owner}, file=lead.ref)
    # What the new owner owes first: the notice is settled when that is.
    first = ("lead.accept", "lead.first_response")
    owed = (
        Deadline.objects.open().filter(subject=lead.ref, rule__in=first).order_by("rule").values_list("pk", flat=True)
    )
    tell(
        [
            Telling(
                person_id=person,
                key=f"a{assignment.pk}",
                kind="lead.assigned",
                values={"company": lead.customer.name, "grade": lead.grade},
                url=url(lead.ref),
                file=lead.ref,
                deadline_id=owed.first(),
                receipt=receipt if person == owner else None,
            )
            for person in dict.fromkeys([owner, Context(at).directory.answers_for(owner)])
            if person is not None
        ],
        at=at,
    )


def hold(
    lead: Lead,
    owner: User,
    *,
    how: str,
    by: User | None,
    at: datetime,
    reasons: dict | None = None,
    accepted: bool,
    just_made: bool = False,
) -> tuple[Assignment, Assignment | None, bool]:
    """Writes who holds a locked lead now: its log, the lead, and the customer's owner where it has none.

    Returns the new entry of the log, the one before and whether it is the first. The caller records the event.
    """
    previous = None if just_made else end_assignment(lead, Assignment.Ended.REASSIGNED, at=at)
    first = just_made or not Assignment.objects.filter(lead=lead).exists()
    assignment = Assignment.objects.create(
        lead=lead, owner=owner, how=how, by=by, at=at, reasons=reasons or {}, accepted_at=at if accepted else None
    )
    lead.owner, lead.assigned_at, lead.unanswered = owner, at, 0
    lead.status = Status.ACTIVE if accepted else Status.ASSIGNED
    lead.save(update_fields=["owner", "assigned_at", "unanswered", "status", "responded_at", "qualified_at"])
    if not just_made:
        pass_on(lead, owner, at=at)
    if lead.customer.owner_id is None:
        own(lead.customer, owner, by=by, at=at)
    return assignment, previous, first


def end_assignment(lead: Lead, ended: str, *, at: datetime, reason: str = "") -> Assignment | None:
    """Closes the running entry of the lead's log; returns it, None if nobody held the lead."""
    running = Assignment.objects.filter(lead=lead, ended_at=None).first()
    if running is not None:
        running.ended_at, running.ended, running.ended_reason = at, ended, reason
        running.save(update_fields=["ended_at", "ended", "ended_reason"])
    return running


@transaction.atomic
def assign(lead: Lead, *, to: User, by: User, at: datetime) -> Lead:
    """Assigns a lead by hand; whoever assigns it to themselves has accepted it. Raises Refused."""
    lead = locked(lead, at)
    if refusal := why_not_assign(lead, to):
        raise Refused(refusal)
    own(lead.customer, to, by=by, at=at)
    return hand_to(lead, to, how=Assignment.How.BY_HAND, by=by, at=at, accepted=to == by)


def why_not_assign(lead: Lead, to: User | None) -> str:
    """Why a lead cannot be assigned, "" if it can; without `to` as far as it hangs on the lead alone."""
    if lead.status in (*ENDED, Status.CLEANING) or not lead.grade:
        return _("%(company)s is not ready to be assigned.") % {"company": lead.customer.name}
    if to is None:
        return ""
    if lead.owner_id == to.pk:
        return _("%(person)s holds this lead already.") % {"person": to.name}
    return "" if to.is_active else _("%(person)s has left.") % {"person": to.name}


@transaction.atomic
def accept(lead: Lead, *, by: User, at: datetime) -> Lead:
    """Accepts an assigned lead (确认接单). Raises Refused if it was taken back meanwhile."""
    lead = locked(lead, at)
    if not held_by(lead, by):
        raise Refused(_("%(company)s is not assigned to you any more.") % {"company": lead.customer.name})
    if lead.status == Status.ASSIGNED:
        accept_held(lead, by=by, at=at)
    return lead


def accept_held(lead: Lead, *, by: User, at: datetime) -> None:
    """Marks a locked lead as accepted by its holder, or by who stands in."""
    lead.status = Status.ACTIVE
    lead.save(update_fields=["status"])
    Assignment.objects.filter(lead=lead, ended_at=None).update(accepted_at=at)
    record("lead.accepted", at=at, by=by, refs={"lead": lead.pk, "owner": lead.owner_id}, file=lead.ref)


def held_by(lead: Lead, person: User) -> bool:
    return lead.owner_id == person.pk or scope.acted_for(person).filter(pk=lead.owner_id).exists()


@transaction.atomic
def claim(lead: Lead, *, by: User, at: datetime) -> Lead:
    """Claims a lead from the pool (抢单); claiming is accepting. One winner, however many try.

    Raises Refused for a lead that somebody else got, and where the rules of the pool (leads/pool.py) forbid it.
    """
    lead = locked(lead, at)
    if lead.status != Status.POOL:
        holder = lead.owner.name if lead.owner_id else ""
        raise Refused(
            _("%(company)s has just been claimed by %(person)s.") % {"company": lead.customer.name, "person": holder}
            if holder
            else _("%(company)s is not in the lead pool any more.") % {"company": lead.customer.name}
        )
    one_at_a_time(by)
    if refused := allowance(by, at, [lead.pk]).refusal_of(lead):
        raise Refused(refused)
    if lead.customer.owner_id is not None:
        own(lead.customer, by, by=by, at=at)
    return hand_to(lead, by, how=Assignment.How.CLAIMED, by=by, at=at, accepted=True)


@transaction.atomic
def return_to_pool(lead: Lead, *, reason: str, by: User, at: datetime) -> Lead:
    """Gives a lead back (退回) with a reason: to the lead pool, a C lead to the nurture pool. Raises Refused."""
    lead = locked(lead, at)
    if refusal := why_not_return(lead):
        raise Refused(refusal)
    return to_pool(lead, why=Pooled.RETURNED, reason=reason, by=by, at=at)


def why_not_return(lead: Lead) -> str:
    """Why a lead cannot be given back, "" if it can."""
    held = lead.status in (Status.ASSIGNED, Status.ACTIVE)
    return "" if held else _("Nobody holds %(company)s.") % {"company": lead.customer.name}


def to_pool(
    lead: Lead,
    *,
    why: str,
    by: User | None,
    at: datetime,
    reason: str = "",
    due_at: datetime | None = None,
) -> Lead:
    """Puts a locked lead into the pool of its grade. By the clock it leaves its holder as of `due_at`, done at `at`."""
    owner = lead.owner_id
    end_assignment(lead, Assignment.Ended.RETURNED, at=at, reason=reason)
    release(lead, Status.NURTURE if lead.grade == "C" else Status.POOL, why=why, at=at)
    refs = {"lead": lead.pk, "owner": owner}
    when = {"at": due_at, "done_at": at} if due_at else {"at": at}
    held = Lead.objects.filter(customer=lead.customer_id, owner=owner).exclude(status=Status.CLOSED).exists()
    if not held and lead.customer.owner_id == owner:
        own(lead.customer, None, by=by, **when)
    if lead.grade == "C":
        record("lead.nurtured", **when, by=by, refs=refs, data={"why": why}, file=lead.ref)
    else:
        record("lead.pooled", **when, by=by, refs=refs, data={"grade": lead.grade, "why": why}, file=lead.ref)
    return lead


def release(lead: Lead, status: str = Status.POOL, *, why: str = Pooled.NOBODY, at: datetime) -> None:
    """Takes a locked lead out of its holder's hands, into a pool unless somebody else gets it at once."""
    lead.owner, lead.status, lead.responded_at, lead.unanswered = None, status, None, 0
    lead.pooled_at, lead.pooled_why = at, why
    lead.save(update_fields=["owner", "status", "responded_at", "unanswered", "pooled_at", "pooled_why"])
