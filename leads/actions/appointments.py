from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from leads.models import Appointment, Lead
from salesops.events.recording import record
from salesops.people.models import User
from salesops.sop.engine.settling import settle_subjects

from .refusing import Refused, locked


@transaction.atomic
def plan_appointment(
    lead: Lead,
    *,
    way: str,
    starts_at: datetime,
    ends_at: datetime,
    place: str = "",
    purpose: str = "",
    needs_talk: bool = False,
    by: User,
    at: datetime,
) -> Appointment:
    """Plans a talk; its record is owed from its end (follow_up.record, visit.record). Raises Refused if it is over."""
    lead = locked(lead, at)
    if ends_at <= at:
        raise Refused(_("This appointment is over; log a follow-up instead."))
    named = {"place": place, "purpose": purpose, "needs_talk": needs_talk}
    appointment = Appointment.objects.create(
        lead=lead, owner=by, way=way, starts_at=starts_at, ends_at=ends_at, **named
    )
    times = {"starts_at": starts_at, "ends_at": ends_at}
    _record("appointment.planned", appointment, by, at, way=way, needs=needs_talk, **times)
    return appointment


@transaction.atomic
def move_appointment(
    appointment: Appointment, *, starts_at: datetime, ends_at: datetime, by: User, at: datetime
) -> Appointment:
    """Moves a planned talk; one that was confirmed has to be so anew. Raises Refused if it was held or cancelled."""
    appointment = _planned(appointment, at)
    confirmed, appointment.confirmed_at = appointment.confirmed_at is not None, None
    appointment.starts_at, appointment.ends_at = starts_at, ends_at
    appointment.save(update_fields=["starts_at", "ends_at", "confirmed_at"])
    data = {"starts_at": starts_at, "ends_at": ends_at, "way": appointment.way, "confirmed": confirmed}
    _record("appointment.moved", appointment, by, at, **data)
    return appointment


@transaction.atomic
def cancel_appointment(appointment: Appointment, *, by: User, at: datetime) -> Appointment:
    """Cancels a planned talk; nothing is owed on it any more. Raises Refused if it was held or cancelled."""
    appointment = _planned(appointment, at)
    appointment.state = Appointment.State.CANCELLED
    appointment.save(update_fields=["state"])
    _record("appointment.cancelled", appointment, by, at)
    return appointment


def _planned(appointment: Appointment, at: datetime) -> Appointment:
    settle_subjects({f"appointment:{appointment.pk}"}, until=at, at=at)
    appointment = Appointment.objects.select_for_update(of=("self",)).select_related("lead").get(pk=appointment.pk)
    if appointment.state != Appointment.State.PLANNED:
        raise Refused(_("This appointment is not planned any more."))
    return appointment


def _record(name: str, appointment: Appointment, by: User, at: datetime, **data) -> None:
    record(
        name,
        at=at,
        by=by,
        refs={"appointment": appointment.pk, "lead": appointment.lead_id, "owner": appointment.owner_id},
        data=data,
        file=appointment.lead.ref,
    )
