"""Leads that another program brings in, judged as the rows of a file are (judging.py)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import IntegrityError, transaction

from leads import identity
from leads.models import Contact, Lead
from salesops.people.models import User

from .arriving import Known, NewLead, arrive
from .completing import complete
from .judging import COMPARED, Register


class Outcome(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    DUPLICATE = "duplicate"


class Why(StrEnum):
    """Why a lead is a duplicate."""

    KNOWN = "known"  # nothing was said that its open lead did not say, or that `by` may write there
    OTHER_COMPANY = "other_company"  # the number is on file under another company: sales operations decides


@dataclass(frozen=True)
class Taken:
    """What became of one: the lead that was made, completed or found; `filled` are the names filled in on it."""

    outcome: Outcome
    lead: Lead | None
    why: Why | None = None
    filled: tuple[str, ...] = ()


@transaction.atomic
def take_in(news: Sequence[NewLead], *, by: User, at: datetime) -> list[Taken]:
    """Takes leads in, each whole or not at all; a new one waits to be cleaned, with the grade that was proposed.

    One whose contact has an open lead is none: what was blank there is filled in, as from a file, if `by` sees it. A
    closed lead is in nobody's way. Raises IntegrityError for what cannot be written.
    """
    register = Register(news)
    return [_taken(new, register, by, at) for new in news]


def _taken(new: NewLead, register: Register, by: User, at: datetime) -> Taken:
    try:
        with transaction.atomic():
            return _judged(new, register, by, at)
    except IntegrityError:
        # Somebody else has entered the same number since the register was asked: it is looked for once more.
        register.add(new)
        with transaction.atomic():
            return _judged(new, register, by, at)


def _judged(new: NewLead, register: Register, by: User, at: datetime) -> Taken:
    contact = register.contact(new)
    if contact is not None:
        lead = _open_lead(contact)
        if contact.customer.name_key != identity.company_key(new.company):
            return Taken(Outcome.DUPLICATE, lead, Why.OTHER_COMPANY)
        if lead is not None:
            return _completed(lead, new, by, at)
    customer = contact.customer if contact else register.customer(new)
    made = arrive(new, by=by, at=at, way_in="api", known=Known(contact, customer))
    register.add(new)
    return Taken(Outcome.CREATED, made)


def _open_lead(contact: Contact) -> Lead | None:
    running = contact.leads.running().select_related("customer", "contact", "owner")
    return running.order_by("-pk").first()


def _completed(lead: Lead, new: NewLead, by: User, at: datetime) -> Taken:
    said = {name: getattr(new, name) for name in COMPARED}
    if Lead.objects.visible_to(by).filter(pk=lead.pk).exists():
        filled = complete(lead, said, by=by, at=at)
        if filled:
            return Taken(Outcome.UPDATED, lead, filled=tuple(sorted(filled)))
    return Taken(Outcome.DUPLICATE, lead, Why.KNOWN)
