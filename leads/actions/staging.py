"""A lead moves on to the next stage, or is lost."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from leads import gates
from leads.models import Appointment, Lead, Promise, Question, Sent, Stage, Status
from salesops.events.recording import record
from salesops.people.models import User

from .appointments import cancel_appointment
from .cleaning import close, why_not_close
from .promising import drop_locked
from .refusing import Refused, locked


@transaction.atomic
def advance(lead: Lead, *, by: User, at: datetime) -> Lead:
    """Moves a lead on to the next stage. Raises Refused while its gate asks for something."""
    lead = locked(lead, at)
    stage = gates.next_stage(lead)
    if lead.status != Status.ACTIVE or stage is None:
        raise Refused(_("%(company)s cannot move on now.") % {"company": lead.customer.name})
    if gates.missing(lead):
        raise Refused(_("Something is missing before the next stage."))
    enter(lead, stage, by=by, at=at)
    return lead


def enter(lead: Lead, stage: Stage, *, by: User, at: datetime) -> None:
    """Puts a locked lead at a stage, whatever its gate asks for."""
    before, lead.stage = lead.stage, stage
    lead.save(update_fields=["stage"])
    refs, data = {"lead": lead.pk, "owner": lead.owner_id}, {"stage": int(stage), "before": int(before)}
    record("lead.staged", at=at, by=by, refs=refs, data=data, file=lead.ref)


@transaction.atomic
def lose(lead: Lead, *, reason: str, text: str, by: User, at: datetime) -> Lead:
    """Closes a lead as lost (输单); what is owed on it ends. Raises Refused if it is closed already."""
    lead = locked(lead, at)
    if refusal := why_not_close(lead):
        raise Refused(refusal)
    for planned in lead.appointments.filter(state=Appointment.State.PLANNED):
        cancel_appointment(planned, by=by, at=at)
    for model in (Promise, Question, Sent):
        for owed in model.objects.open().filter(lead=lead).select_related("lead"):
            drop_locked(owed, reason=_("The lead was lost."), by=by, at=at)
    lead.lost_reason = reason
    lead.save(update_fields=["lost_reason"])
    refs, data = {"lead": lead.pk, "owner": lead.owner_id}, {"reason": reason, "stage": lead.stage}
    record("lead.lost", at=at, by=by, refs=refs, data=data, file=lead.ref)
    return close(lead, reason=text, by=by, at=at)
