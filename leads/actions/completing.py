from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from leads.models import Lead, Status
from salesops.events.recording import record
from salesops.people.models import User

from .refusing import locked

# By the names in NewLead, the field of the lead or of what it belongs to.
FIELDS = {
    "industry": ("customer", "industry"),
    "region": ("customer", "region"),
    "size": ("customer", "size"),
    "contact": ("contact", "name"),
    "title": ("contact", "title"),
    "email": ("contact", "email"),
    "wechat": ("contact", "wechat"),
    "product": ("lead", "product"),
    "need": ("lead", "need"),
    "budget": ("lead", "budget"),
    "grade": ("lead", "grade"),
    "next_contact_on": ("lead", "next_contact_on"),
}


def on_file(lead: Lead) -> dict[str, object]:
    """What is known of a lead, by the names in NewLead; None or "" where nothing is."""
    parts = {"lead": lead, "customer": lead.customer, "contact": lead.contact}
    return {name: getattr(parts[part], field, "") for name, (part, field) in FIELDS.items()}


@transaction.atomic
def complete(lead: Lead, values: Mapping[str, object], *, by: User, at: datetime) -> list[str]:
    """Fills in what is blank on a known lead; what stands there is never overwritten. Returns the names filled in.

    A grade is filled in only while the lead waits to be cleaned: later it is the owner's word, with a reason.
    """
    lead = locked(lead, at)
    parts = {"lead": lead, "customer": lead.customer, "contact": lead.contact}
    known = on_file(lead)
    filled = [
        name
        for name, value in values.items()
        if value not in ("", None)
        and known[name] in ("", None)
        and parts[FIELDS[name][0]] is not None
        and (name != "grade" or lead.status == Status.CLEANING)
    ]
    if not filled:
        return []
    for name in filled:
        part, field = FIELDS[name]
        setattr(parts[part], field, values[name])
    for part in {FIELDS[name][0] for name in filled}:
        parts[part].save()
    record(
        "lead.completed",
        at=at,
        by=by,
        refs={"lead": lead.pk, "customer": lead.customer_id},
        data={"fields": sorted(filled)},
        file=lead.ref,
    )
    return filled
