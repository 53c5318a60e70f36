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
