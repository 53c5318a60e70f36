"""Editing a field of a lead, its customer or one of its contacts in place, and taking that back."""

from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from leads.models import Contact, FieldChange, Lead
from salesops.events.recording import record
from salesops.people.models import User

from .refusing import Refused, locked

# By the name in the address: the record and its field.
LEAD_FIELDS = ("need", "budget", "decision_maker", "product", "source")
CUSTOMER_FIELDS = {"company": "name", "industry": "industry", "region": "region", "size": "size"}
CONTACT_FIELDS = ("name", "title", "phone", "email", "wechat")


@transaction.atomic
def edit(
    lead: Lead, *, field: str, value, contact: Contact | None = None, by: User, at: datetime
) -> FieldChange | None:
    """Sets one field; returns the change, None where there is none.

    Raises Refused where the value belongs to somebody else, KeyError for a field that nobody edits.
    """
    lead = locked(lead, at)
    part, name = part_of(lead, field, contact)
    before = as_text(getattr(part, name))
    after = as_text(value)
    if before == after:
        return None
    _set(part, name, value)
    change = FieldChange.objects.create(
        lead=lead, contact=contact, field=field, before=before, after=after, by=by, at=at
    )
    _record(lead, field, by, at, undone=False)
    return change


@transaction.atomic
def undo_edit(change: FieldChange, *, by: User, at: datetime) -> None:
    """Puts back what stood there. Raises Refused once another change has followed, or for somebody else's change."""
    lead = locked(change.lead, at)
    change = FieldChange.objects.select_for_update().get(pk=change.pk)
    part, name = part_of(lead, change.field, change.contact)
    if change.by_id != by.pk or change.undone_at or as_text(getattr(part, name)) != change.after:
        raise Refused(_("This change cannot be undone any more."))
    _set(part, name, part._meta.get_field(name).to_python(change.before or part._meta.get_field(name).get_default()))
    change.undone_at = at
    change.save(update_fields=["undone_at"])
    _record(lead, change.field, by, at, undone=True)


def part_of(lead: Lead, field: str, contact: Contact | None = None):
    """The record that a field stands on, and its name there. Raises KeyError for a field that nobody edits."""
    if contact is not None and field in CONTACT_FIELDS:
        return contact, field
    if field in CUSTOMER_FIELDS:
        return lead.customer, CUSTOMER_FIELDS[field]
    if field in LEAD_FIELDS:
        return lead, field
    raise KeyError(field)


def as_text(value) -> str:
    """A field's value as it is kept in the log of changes and compared."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return "" if value is None else str(value)


def _set(part, name: str, value) -> None:
    setattr(part, name, value)
    try:
        with transaction.atomic():
            part.save()
    except IntegrityError as error:
        raise Refused(_("Another contact has this phone number.")) from error


def _record(lead: Lead, field: str, by: User, at: datetime, *, undone: bool) -> None:
    record(
        "lead.edited",
        at=at,
        by=by,
        refs={"lead": lead.pk, "customer": lead.customer_id},
        data={"field": field, "undone": undone},
        file=lead.ref,
    )
