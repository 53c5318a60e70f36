"""Is this customer known? By number, by company however it is written, and by names that look or sound alike.

What is shown of somebody else's customer is its company, its owner and its stage, never a contact (sop.md section 3).
"""

from dataclasses import dataclass
from enum import StrEnum

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import Prefetch, Q, prefetch_related_objects

from leads import identity
from leads.models import Contact, Customer, Lead, Status
from salesops.encryption import blind_index
from salesops.people.models.user import pinyin_key

MOST = 5
SHORTEST = 3  # characters of a name that may be part of another; of two there are too many
ALIKE = 0.45  # of pg_trgm, between the names without their legal forms


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
    running = Lead.objects.exclude(status=Status.CLOSED).select_related("owner").order_by("-arrived_at", "-id")
    prefetch_related_objects([match.customer for match in known], Prefetch("leads", running, to_attr="open_leads"))
    return known


def _by_contact(phone: str, email: str) -> Q | None:
    digits, email = identity.phone_digits(phone), email.strip().lower()
    where = Q(phone_index=blind_index(digits)) if digits else Q(pk=None)
    where |= Q(email_index=blind_index(email)) if email else Q(pk=None)
    return Q(pk__in=Contact.objects.filter(where).values("customer")) if digits or email else None


def _alike(key: str):
    """Names that are written nearly the same, or that sound the same (星河 and 兴河)."""
    bare = identity.without_place(key)
    where = Q(name_key__trigram_similar=key)
    for part in {part for part in (key, bare) if len(part) >= SHORTEST}:
        where |= Q(name_key__contains=part)
    near = _customers().filter(where).annotate(near=TrigramSimilarity("name_key", bare))
    near = near.filter(Q(near__gte=ALIKE) | Q(name_key__contains=bare)).order_by("-near", "pk")
    return [*near[:MOST], *_customers().filter(pinyin=pinyin_key(key)).order_by("pk")[:MOST]]


def _customers():
    return Customer.objects.select_related("owner")
