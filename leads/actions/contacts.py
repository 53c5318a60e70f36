from datetime import datetime

from django.db import transaction

from leads.models import Contact, Lead
from salesops.events.recording import record
from salesops.people.models import User


@transaction.atomic
def reveal(contact: Contact, *, lead: Lead | None = None, what: str, by: User, at: datetime) -> Contact:
    """Shows a contact's phone, mail or WeChat, for a lead or its customer; each look is logged (handbook H4)."""
    record(
        "contact.revealed",
        at=at,
        by=by,
        refs={"contact": contact.pk, "lead": lead.pk if lead else None},
        data={"what": what},
        file=lead.ref if lead else f"customer:{contact.customer_id}",
    )
    return contact
