"""What people do with customers: marking key customers, contacts with them, tags, groups of companies."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from leads import identity
from leads.models import Contact, Customer, KeyContact, KeyMark, Tag
from leads.models.customer import TAG
from salesops.events.recording import record
from salesops.people.models import User
from salesops.sop.engine.settling import settle_subjects

from .refusing import Refused

MOST_TAGS = 12
DEEPEST = 10  # levels of a group


def locked_customer(customer: Customer, at: datetime) -> Customer:
    """The customer as it is now, locked, after everything that was due before `at` has been done about it."""
    settle_subjects({customer.ref}, until=at, at=at)
    return Customer.objects.select_for_update(of=("self",), no_key=True).get(pk=customer.pk)


@transaction.atomic
def mark_key(customer: Customer, *, reason: str, by: User, at: datetime) -> KeyMark:
    """Marks a key customer (重点客户); its owner owes a contact each month. Raises Refused where it is one already."""
    customer = locked_customer(customer, at)
    if customer.merged_into_id or KeyMark.objects.filter(customer=customer, until=None).exists():
        raise Refused(_("%(company)s is a key customer already.") % {"company": customer.name})
    return begin_mark(customer, reason=reason, by=by, at=at)


@transaction.atomic
def unmark_key(customer: Customer, *, reason: str, by: User, at: datetime) -> None:
    """Takes the mark back; the running duty is void. Raises Refused where there is none."""
    customer = locked_customer(customer, at)
    running = KeyMark.objects.filter(customer=customer, until=None).first()
    if running is None:
        raise Refused(_("%(company)s is no key customer.") % {"company": customer.name})
    end_mark(running, customer, reason=reason, by=by, at=at)


def begin_mark(customer: Customer, *, reason: str, by: User, at: datetime) -> KeyMark:
    """Marks a locked customer that is no key customer."""
    mark = KeyMark.objects.create(customer=customer, by=by, since=at, reason=reason)
    _record("customer.marked", customer, by, at)
    return mark


def end_mark(mark: KeyMark, customer: Customer, *, reason: str, by: User, at: datetime) -> None:
    """Ends the running mark of a locked customer."""
    mark.until, mark.ended_by, mark.ended_reason = at, by, reason
    mark.save(update_fields=["until", "ended_by", "ended_reason"])
    _record("customer.unmarked", customer, by, at)


@transaction.atomic
def log_key_contact(
    customer: Customer, *, feedback: str, needs: str, contact: Contact | None = None, by: User, at: datetime
) -> KeyContact:
    """Logs the month's contact with a key customer (lead.key_contact). Raises Refused for any other customer."""
    customer = locked_customer(customer, at)
    if not KeyMark.objects.filter(customer=customer, until=None).exists():
        raise Refused(_("%(company)s is no key customer.") % {"company": customer.name})
    made = KeyContact.objects.create(customer=customer, contact=contact, feedback=feedback, needs=needs, by=by, at=at)
    refs = {"key_contact": made.pk, "customer": customer.pk, "owner": customer.owner_id}
    record("contact.logged", at=at, by=by, refs=refs, file=customer.ref)
    return made


@transaction.atomic
def set_tags(customer: Customer, *, tags: Iterable[str], by: User, at: datetime) -> list[str]:
    """Sets the tags: trimmed, each once, at most MOST_TAGS."""
    customer = locked_customer(customer, at)
    words = [word[:TAG] for word in (identity.tidy(tag) for tag in tags) if word]
    customer.tags = list(dict.fromkeys(words))[:MOST_TAGS]
    customer.save(update_fields=["tags"])
    rows = [Tag(name=tag, used_at=at) for tag in customer.tags]
    Tag.objects.bulk_create(rows, update_conflicts=True, unique_fields=["name"], update_fields=["used_at"])
    _record("customer.tagged", customer, by, at)
    return customer.tags


@transaction.atomic
def set_parent(customer: Customer, *, parent: Customer | None, by: User, at: datetime) -> None:
    """Links the company to its parent, or to none. Raises Refused where the group would contain itself."""
    customer = locked_customer(customer, at)
    above = parent.pk if parent else None
    for _level in range(DEEPEST):
        if above is None:
            break
        if above == customer.pk:
            raise Refused(_("%(company)s belongs to this company itself.") % {"company": parent.name})
        above = Customer.objects.filter(pk=above).values_list("parent", flat=True).first()
    else:
        raise Refused(_("A group has at most ten levels."))
    before, customer.parent = customer.parent_id, parent
    if before != customer.parent_id:
        customer.save(update_fields=["parent"])
        refs = {"customer": customer.pk, "parent": customer.parent_id, "previous": before}
        record("customer.grouped", at=at, by=by, refs=refs, file=customer.ref)


def _record(name: str, customer: Customer, by: User, at: datetime) -> None:
    refs = {"customer": customer.pk, "owner": customer.owner_id}
    record(name, at=at, by=by, refs=refs, file=customer.ref)
