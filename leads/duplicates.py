"""Is this customer known? By number, by company however it is written, and by names that look or sound alike.

What is shown of somebody else's customer is its company, its owner and its stage, never a contact (sop.md section 3).
"""

from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Prefetch, Q, prefetch_related_objects
from django.db.models.functions import Length

from leads import identity
from leads.grams import Bigrams, bigrams, syllables
from leads.models import Contact, Customer, Lead
from salesops.encryption import blind_index

MOST = 5
LONGEST = 40  # characters of a name that are looked at: each of its parts is looked up
SHORTEST = 3  # characters of a name that may be part of another; of two there are too many


class How(StrEnum):
    """What makes a known customer the same, the surest first."""

    NUMBER = "number"
    COMPANY = "company"
    ALIKE = "alike"


@dataclass(frozen=True)
class Match:
    """A known customer with its newest lead that is not closed, if it has one."""

    customer: Customer
    how: How

    @property
    def lead(self) -> Lead | None:
        return next(iter(self.customer.open_leads), None)


def matches(*, company: str = "", phone: str = "", email: str = "") -> list[Match]:
    """The known customers that somebody may mean, the surest first; at most MOST. All by indexes."""
    found: dict[int, Match] = {}
    number = _by_contact(phone, email)
    key = identity.company_key(company)
    for how, where in ((How.NUMBER, number), (How.COMPANY, Q(name_key=key) if key else None)):
        for customer in _customers().filter(where)[:MOST] if where is not None else ():
            found.setdefault(customer.pk, Match(customer, how))
    if len(key) > 1:
        for customer in _alike(key):
            found.setdefault(customer.pk, Match(customer, How.ALIKE))
    known = list(found.values())[:MOST]
    running = Lead.objects.running().select_related("owner").order_by("-arrived_at", "-id")
    prefetch_related_objects([match.customer for match in known], Prefetch("leads", running, to_attr="open_leads"))
    return known


def _by_contact(phone: str, email: str) -> Q | None:
    digits, email = identity.phone_digits(phone), email.strip().lower()
    where = Q(phone_index=blind_index(digits)) if digits else Q(pk=None)
    where |= Q(email_index=blind_index(email)) if email else Q(pk=None)
    return Q(pk__in=Contact.objects.filter(where).values("customer")) if digits or email else None


def _alike(key: str) -> list[Customer]:
    """Names of which one is part of the other, places apart, and names that sound the same (星河 and 兴河)."""
    bare = identity.without_place(key)[:LONGEST]
    parts = {bare[first:last] for first in range(len(bare)) for last in range(first + SHORTEST, len(bare) + 1)}
    where = Q(name_key__in=parts)
    if len(bare) >= SHORTEST:
        where |= Q(grams__contains=bigrams(bare), name_key__contains=bare)
    near = _customers().annotate(grams=Bigrams("name_key")).filter(where).order_by(Length("name_key"), "pk")
    return [*near[:MOST], *_customers().filter(pinyin=syllables(key)).order_by("pk")[:MOST]]


def _customers():
    return Customer.objects.filter(merged_into=None).select_related("owner")
