from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from leads import identity
from leads.models import Contact, Customer, Lead, Source, Status
from salesops.encryption import blind_index
from salesops.events.recording import record
from salesops.people.models import User


@dataclass(frozen=True, kw_only=True)
class NewLead:
    """A lead as it comes in, already cleaned. The company's name and one way to make contact are required."""

    company: str
    source: str = Source.OTHER
    contact: str = ""
    title: str = ""
    phone: str = ""
    email: str = ""
    wechat: str = ""
    industry: str = ""
    region: str = ""
    size: str = ""
    product: str = ""
    need: str = ""
    budget: Decimal | None = None


@transaction.atomic
def arrive(new: NewLead, *, by: User | None, at: datetime, way_in: str) -> Lead:
    """A lead comes in by `way_in` ("import", "hand", ...): it waits to be cleaned by sales operations.

    The customer is the one whose contact has this phone number, else the one of the same name, else a new one. The
    caller has made sure that it is no duplicate.
    """
    contact = find_contact(new)
    customer = contact.customer if contact else find_customer(new.company)
    if customer is None:
        customer = Customer.objects.create(
            name=new.company, industry=new.industry, region=new.region, size=new.size, created_at=at
        )
    if contact is None:
        contact = Contact.objects.create(
            customer=customer,
            name=new.contact,
            title=new.title,
            phone=identity.phone_digits(new.phone) or new.phone,
            email=new.email,
            wechat=new.wechat,
        )
    lead = Lead.objects.create(
        customer=customer,
        contact=contact,
        status=Status.CLEANING,
        source=new.source,
        product=new.product,
        need=new.need,
        budget=new.budget,
        arrived_at=at,
        created_by=by,
    )
    record(
        "lead.arrived",
        at=at,
        by=by,
        refs={"lead": lead.pk, "customer": customer.pk},
        data={"source": new.source, "way_in": way_in},
        file=lead.ref,
    )
    return lead


def find_contact(new: NewLead) -> Contact | None:
    """The contact with the same normalised phone number, else with the same mail address."""
    contacts = Contact.objects.select_related("customer").order_by("pk")
    digits = identity.phone_digits(new.phone)
    if digits:
        return contacts.filter(phone_index=blind_index(digits)).first()
    if new.email:
        return contacts.filter(email_index=blind_index(new.email.strip().lower())).first()
    return None


def find_customer(company: str) -> Customer | None:
    """The customer that people mean by `company`, however they write its legal form."""
    return Customer.objects.filter(name_key=identity.company_key(company)).order_by("pk").first()
