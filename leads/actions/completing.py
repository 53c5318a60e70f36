from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from leads.models import Lead, Status
from salesops.events.recording import record
from salesops.people.models import User

from .refusing import locked

# By the names in NewLead: the record and its field. The first three are never blank, and so never filled in.
_FIELDS = {
    "company": ("customer", "name"),
    "source": ("lead", "source"),
    "stage": ("lead", "stage"),
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
_BLANK = ("", None)


def on_file(lead: Lead) -> dict[str, object]:
    """What is known of a lead, by the names in NewLead; None or "" where nothing is."""
    parts = {"lead": lead, "customer": lead.customer, "contact": lead.contact}
    return {name: getattr(parts[part], field, "") for name, (part, field) in _FIELDS.items()}


def blank_on(lead: Lead, values: Mapping[str, object]) -> list[str]:
    """The names in `values` that say something where the lead says nothing.

    A grade only while the lead waits to be cleaned: later it is the owner's word, with a reason.
    """
    known = on_file(lead)
    return [
        name
        for name, value in values.items()
        if value not in _BLANK
        and known[name] in _BLANK
        and (_FIELDS[name][0] != "contact" or lead.contact_id)
        and (name != "grade" or lead.status == Status.CLEANING)
    ]


@transaction.atomic
def complete(lead: Lead, values: Mapping[str, object], *, by: User, at: datetime) -> list[str]:
    """Fills in what is blank on a known lead; what stands there is never overwritten. Returns the names filled in."""
    lead = locked(lead, at)
    filled = blank_on(lead, values)
    if not filled:
        return []
    parts = {"lead": lead, "customer": lead.customer, "contact": lead.contact}
    for name in filled:
        part, field = _FIELDS[name]
        setattr(parts[part], field, values[name])
    for part in sorted({_FIELDS[name][0] for name in filled}):
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
