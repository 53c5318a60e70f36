from datetime import datetime

from django.db import transaction

from leads.models import Contact, Lead
from salesops.events.recording import record
from salesops.people.models import User


@transaction.atomic
def reveal(contact: Contact, *, lead: Lead, what: str, by: User, at: datetime) -> Contact:
    """Shows a contact's phone, mail or WeChat; each look is logged (handbook H4)."""
    record(
        "contact.revealed",
        at=at,
        by=by,
        refs={"contact": contact.pk, "lead": lead.pk},
        data={"what": what},
        file=lead.ref,
    )
    return contact
