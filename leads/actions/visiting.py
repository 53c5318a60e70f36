"""Visits: preparing, confirming, recording."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from leads.models import Appointment, FollowUp, Preparation, VisitRecord
from salesops.documents.actions import attach
from salesops.documents.forms import Checked
from salesops.events.recording import record
from salesops.people.models import User

from .following import log_follow_up
from .promising import make_promise
from .refusing import Refused, locked
from .writing import write_to

NEED = 500  # characters of what a follow-up keeps of the need


@transaction.atomic
def prepare_visit(visit: Appointment, *, values: Mapping[str, object], by: User, at: datetime) -> Preparation:
    """Fills in the list of what is brought along (拜访准备清单). Raises Refused once the visit is over."""
    visit = _locked(visit, at)
    if visit.state != Appointment.State.PLANNED:
        raise Refused(_("This appointment is not planned any more."))
    made, _new = Preparation.objects.update_or_create(visit=visit, defaults={**values, "done_at": at})
    _record("visit.prepared", visit, by, at)
    return made


@transaction.atomic
def confirm_visit(
    visit: Appointment,
    *,
    place: str,
    route: str,
    mail: bool = False,
    letter: tuple[str, str, str] = ("", "", ""),
    by: User,
    at: datetime,
) -> Appointment:
    """Time and place are confirmed with the customer (visit.confirm).

    With `mail` the `letter` (subject, text, invitation) goes to the lead's contact. Raises Refused.
    """
    visit = _locked(visit, at)
    if visit.state != Appointment.State.PLANNED:
        raise Refused(_("This appointment is not planned any more."))
    visit.place, visit.route, visit.confirmed_at = place, route, at
    visit.save(update_fields=["place", "route", "confirmed_at"])
    if mail:
        subject, body, invitation = letter
        write_to(visit.lead, subject=subject, body=body, invitation=invitation, by=by, at=at)
    _record("visit.confirmed", visit, by, at, sent="mail" if mail else "download")
    return visit


@transaction.atomic
def record_visit(
    visit: Appointment,
    *,
    values: Mapping[str, object],
    intent: str,
    promises: Iterable[tuple[str, date]] = (),
    files: Iterable[Checked] = (),
    by: User,
    at: datetime,
) -> VisitRecord:
    """Writes the visit's record (客户拜访记录表); its talk is logged as a follow-up, its promises as promises.

    Raises Refused for a visit that was cancelled, or recorded already.
    """
    visit = _locked(visit, at)
    if visit.state == Appointment.State.CANCELLED:
        raise Refused(_("This visit was cancelled."))
    if VisitRecord.objects.filter(visit=visit).exists():
        raise Refused(_("This visit is recorded already."))
    follow_up = FollowUp.objects.filter(appointment=visit).first() or log_follow_up(
        visit.lead,
        by=by,
        at=at,
        way=visit.way,
        reached=True,
        progress=True,
        note=str(values["summary"]),
        need=str(values["needs"])[:NEED],
        intent=intent,
        objection=str(values["objections"])[:NEED],
        next_step=str(values["next_plan"])[:200],
        talked_at=values["ended_at"],
        appointment=visit,
    )
    made = VisitRecord.objects.create(visit=visit, follow_up=follow_up, at=at, **values)
    for text, due_on in promises:
        make_promise(visit.lead, text=text, due_on=due_on, follow_up=follow_up, by=by, at=at)
    attach(files, about=f"appointment:{visit.pk}", file=visit.lead.ref, by=by, at=at)
    refs = {"appointment": visit.pk, "lead": visit.lead_id, "owner": visit.owner_id, "follow_up": follow_up.pk}
    record("visit.recorded", at=at, by=by, refs=refs, file=visit.lead.ref)
    return made


def _locked(visit: Appointment, at: datetime) -> Appointment:
    """The visit as it is now, locked after its lead."""
    locked(visit.lead, at)
    return (
        Appointment.objects.select_for_update(of=("self",), no_key=True)
        .select_related("lead__customer", "lead__contact", "owner")
        .get(pk=visit.pk)
    )


def _record(name: str, visit: Appointment, by: User, at: datetime, **data) -> None:
    refs = {"appointment": visit.pk, "lead": visit.lead_id, "owner": visit.owner_id}
    record(name, at=at, by=by, refs=refs, data=data, file=visit.lead.ref)
