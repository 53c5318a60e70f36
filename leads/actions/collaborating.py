"""A second person who has a contact at a customer works along with its owner (一个客户，一个负责人, handbook H3)."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from leads.models import Collaboration, Lead, Status
from salesops.events.recording import record
from salesops.notices.actions import Telling, tell
from salesops.people.directory import Directory
from salesops.people.models import Role, User
from salesops.sop.subjects import url

from .refusing import Refused, locked


@transaction.atomic
def ask_to_collaborate(lead: Lead, *, reason: str, by: User, at: datetime) -> Collaboration:
    """Asks the owner of a lead to work along. Raises Refused if nobody owns it, or it was asked or agreed already."""
    lead = locked(lead, at)
    if lead.owner_id is None or lead.status == Status.CLOSED:
        raise Refused(_("Nobody follows up %(company)s now.") % {"company": lead.customer.name})
    if lead.owner_id == by.pk:
        raise Refused(_("%(company)s is yours already.") % {"company": lead.customer.name})
    try:
        with transaction.atomic():
            asked = Collaboration.objects.create(lead=lead, person=by, reason=reason, asked_at=at)
    except IntegrityError as error:
        raise Refused(_("You have asked for this already.")) from error
    _record("collaboration.asked", asked, by, at)
    page = reverse("leads:collaboration", args=[asked.pk])
    deciding = Directory(at).answers_for(lead.owner_id) or lead.owner_id
    _tell(deciding, "collaboration.asked", asked, by, page, at)
    return asked


@transaction.atomic
def decide_collaboration(asked: Collaboration, *, agreed: bool, answer: str, by: User, at: datetime) -> Collaboration:
    """The lead's owner, who stands in or a head above agrees or refuses. Raises Refused if it has been decided."""
    locked(asked.lead, at)
    asked = Collaboration.objects.select_for_update().select_related("lead__customer").get(pk=asked.pk)
    if by.pk not in deciders(asked.lead, at) and not by.has_role(Role.ADMIN):
        raise PermissionDenied
    if asked.state != Collaboration.State.ASKED:
        raise Refused(_("This has been decided already."))
    asked.state = Collaboration.State.AGREED if agreed else Collaboration.State.REFUSED
    asked.decided_by, asked.decided_at, asked.answer = by, at, answer
    asked.save(update_fields=["state", "decided_by", "decided_at", "answer"])
    name = "collaboration.agreed" if agreed else "collaboration.refused"
    _record(name, asked, by, at)
    _tell(asked.person_id, name, asked, by, url(asked.lead.ref) if agreed else "", at)
    return asked


@transaction.atomic
def add_to_team(lead: Lead, *, person: User, reason: str, by: User, at: datetime) -> Collaboration:
    """The owner, or a head, names somebody to work along. A wish of theirs is granted by it. Raises Refused."""
    lead = locked(lead, at)
    if lead.owner_id is None or lead.status == Status.CLOSED:
        raise Refused(_("Nobody follows up %(company)s now.") % {"company": lead.customer.name})
    known = {lead.owner_id, lead.presales_id, *_joined(lead).values_list("person", flat=True)}
    if person.pk in known or not person.is_active:
        raise Refused(_("%(person)s cannot be added to this team.") % {"person": person.name})
    waiting = lead.collaborations.filter(person=person, state=Collaboration.State.ASKED).first()
    joining = waiting or Collaboration(lead=lead, person=person, reason=reason, asked_at=at)
    joining.state, joining.decided_by, joining.decided_at = Collaboration.State.AGREED, by, at
    joining.save()
    _record("collaboration.added", joining, by, at)
    _tell(person.pk, "collaboration.added", joining, by, url(lead.ref), at)
    return joining


@transaction.atomic
def leave_team(lead: Lead, *, person: User, by: User, at: datetime) -> None:
    """Takes somebody off the team, whose sight of the lead ends at once. Raises Refused if they are not on it."""
    lead = locked(lead, at)
    joining = _joined(lead).filter(person=person).select_related("lead__customer").first()
    if joining is None and lead.presales_id != person.pk:
        raise Refused(_("%(person)s is not on this team.") % {"person": person.name})
    if lead.presales_id == person.pk:
        lead.presales = None
        lead.save(update_fields=["presales"])
    if joining is not None:
        joining.state, joining.ended_at = Collaboration.State.ENDED, at
        joining.save(update_fields=["state", "ended_at"])
    refs = {"lead": lead.pk, "owner": person.pk}
    record("collaboration.ended", at=at, by=by, refs=refs, file=lead.ref)
    if person.pk != by.pk:
        values = {"company": lead.customer.name, "person": by.name}
        key = f"collaboration.ended.{lead.pk}.{at:%Y%m%d%H%M%S}"
        tell([Telling(person_id=person.pk, key=key, kind="collaboration.ended", values=values)], at=at)


def _joined(lead: Lead):
    return Collaboration.objects.joined().filter(lead=lead)


def deciders(lead: Lead, at: datetime) -> set[int]:
    """Who decides about working along on a lead: its owner, who stands in for them, and the heads above."""
    if lead.owner_id is None:
        return set()
    directory = Directory(at)
    return {lead.owner_id, directory.answers_for(lead.owner_id), *directory.heads_above(lead.owner_id)} - {None}


def _record(name: str, asked: Collaboration, by: User, at: datetime) -> None:
    refs = {"collaboration": asked.pk, "lead": asked.lead_id, "owner": asked.person_id}
    record(name, at=at, by=by, refs=refs, file=asked.lead.ref)


def _tell(person: int, kind: str, asked: Collaboration, by: User, page: str, at: datetime) -> None:
    values = {"company": asked.lead.customer.name, "person": by.name}
    key = f"{kind}.{asked.pk}"
    telling = Telling(person_id=person, key=key, kind=kind, values=values, url=page, file=asked.lead.ref)
    tell([telling], at=at)
