"""Routing (handbooks H3, H0): who gets a lead by territory, why, and what happens where nobody can."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from leads.models import Assignment, Grade, Lead, Pooled, Status
from leads.routing import Router
from salesops.events.recording import record
from salesops.notices.actions import Telling, tell
from salesops.people.directory import Directory
from salesops.people.models import User
from salesops.sop.subjects import url

from .holding import end_assignment, hand_to, held_by, release, to_pool
from .refusing import Refused, locked


def route(lead: Lead, *, by: User | None, at: datetime) -> Lead:
    """Routes a locked, graded lead without an owner: the customer's owner, else by grade (sop.md section 4)."""
    owner = lead.customer.owner
    if owner is not None and owner.is_active:
        reasons = {"code": "customer_owner"}
        return hand_to(lead, owner, how=Assignment.How.CUSTOMER, by=by, at=at, reasons=reasons, accepted=True)
    if lead.grade == Grade.A:
        return assign_by_territory(lead, by=by, at=at)
    return to_pool(lead, why=Pooled.NEW, by=by, at=at)


def assign_by_territory(lead: Lead, *, by: User | None, at: datetime) -> Lead:
    """Assigns to the best candidate who has not let this lead go; without one it goes to the lead pool.

    Sales operations and the manager are told at once of a lead that nobody can take.
    """
    let_go = (Assignment.Ended.LAPSED, Assignment.Ended.DECLINED)
    without = set(Assignment.objects.filter(lead=lead, ended__in=let_go).values_list("owner_id", flat=True))
    router = Router(at, lock=True)
    choice = router.choose(lead, without=without)
    if choice.member is None:
        release(lead, at=at)
        refs = {"lead": lead.pk, "owner": None}
        record("lead.pooled", at=at, by=by, refs=refs, data={"grade": lead.grade, "why": Pooled.NOBODY}, file=lead.ref)
        _tell_unassignable(lead, choice, at)
        return lead
    router.give(choice.member)
    choice.member.save(update_fields=["last_at"])
    if choice.member.territory.presales_id and lead.presales_id is None:
        _copy_presales(lead, choice.member.territory.presales_id, at)
    return hand_to(lead, choice.member.person, how=Assignment.How.ROUTED, by=by, at=at, reasons=choice.reasons)


def _copy_presales(lead: Lead, person: int, at: datetime) -> None:
    """Names the presales consultant on an A lead and tells them (sop.md section 4)."""
    lead.presales_id = person
    lead.save(update_fields=["presales"])
    values = {"company": lead.customer.name, "grade": lead.grade}
    key = f"copied.{lead.pk}"
    tell(
        [Telling(person_id=person, key=key, kind="lead.copied", values=values, url=url(lead.ref), file=lead.ref)], at=at
    )


def _tell_unassignable(lead: Lead, choice, at: datetime) -> None:
    directory = Directory(at)
    managers = {directory.manager_above(person) for person in choice.considered}
    people = {*directory.desk_members("so"), *managers, *([] if any(managers) else directory.admins())} - {None}
    values = {"company": lead.customer.name, "grade": lead.grade}
    key = f"unassignable.{lead.pk}.{at:%Y%m%d%H%M%S}"
    tell(
        [
            Telling(
                person_id=person, key=key, kind="lead.unassignable", values=values, url=url(lead.ref), file=lead.ref
            )
            for person in sorted(people)
        ],
        at=at,
    )


@transaction.atomic
def decline(lead: Lead, *, reason: str, by: User, at: datetime) -> Lead:
    """Declines an assigned lead with a reason; it is routed anew at once, without this person. Raises Refused."""
    lead = locked(lead, at)
    if lead.status != Status.ASSIGNED or not held_by(lead, by):
        raise Refused(_("%(company)s is not waiting for your acceptance any more.") % {"company": lead.customer.name})
    owner = lead.owner_id
    end_assignment(lead, Assignment.Ended.DECLINED, at=at, reason=reason)
    release(lead, at=at)
    record("lead.declined", at=at, by=by, refs={"lead": lead.pk, "owner": owner}, file=lead.ref)
    return assign_by_territory(lead, by=by, at=at)
