from datetime import datetime

from django.db import transaction

from leads.models import Assignment, Lead
from salesops.events.recording import record
from salesops.people.models import User

from .arriving import Known, NewLead, enter
from .holding import hold


@transaction.atomic
def take_over(
    new: NewLead, *, owner: User, negotiating: bool, by: User, at: datetime, known: Known | None = None
) -> Lead:
    """A lead comes in at a later stage, with its owner: it starts with follow_up, not accept (sop.md section 4).

    `negotiating` says that its last step was a negotiation (商务谈判). The owner is told once for the whole file.
    """
    lead = enter(new, known, by=by, at=at)
    give_over(lead, owner=owner, negotiating=negotiating, by=by, at=at, just_made=True)
    return lead


def give_over(lead: Lead, *, owner: User, negotiating: bool, by: User, at: datetime, just_made: bool = False) -> None:
    """Gives an imported lead at a later stage to its owner; the caller has locked or just made it."""
    # Its first response was given before it came here; without one no next follow-up would ever open.
    lead.responded_at = lead.qualified_at = at
    hold(lead, owner, how=Assignment.How.IMPORTED, by=by, at=at, accepted=True, just_made=just_made)
    record(
        "lead.taken_over",
        at=at,
        by=by,
        refs={"lead": lead.pk, "owner": owner.pk},
        data={"grade": lead.grade, "stage": lead.stage, "next_at": lead.next_contact_on, "negotiating": negotiating},
        file=lead.ref,
        made={lead.ref: lead.customer.name} if just_made else None,
    )
