"""Who owns a customer: one customer, one owner (handbook H3)."""

from datetime import datetime

from leads.models import Customer, KeyMark
from salesops.events.recording import record
from salesops.people.models import User


def own(customer: Customer, owner: User | None, *, by: User | None, at: datetime, done_at: datetime | None = None):
    """Makes `owner` the customer's owner. The change of a key customer is an event: what its owner owes hangs on it."""
    before = customer.owner_id
    if before == (owner.pk if owner else None):
        return
    Customer.objects.filter(pk=customer.pk).update(owner=owner)
    customer.owner = owner
    if KeyMark.objects.filter(customer=customer.pk, until=None).exists():
        refs = {"customer": customer.pk, "owner": customer.owner_id, "previous": before}
        record("customer.passed_on", at=at, by=by, refs=refs, file=customer.ref, done_at=done_at)
