from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from django.db import transaction
from django.db.models import F

from leads import identity
from leads.models import Contact, Customer, Lead, Source, Stage, Status
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
    # What a registration form proposes; sales operations sets the grade while cleaning.
    grade: str = ""
    stage: int = Stage.DEVELOPMENT
    next_contact_on: date | None = None


class Known(NamedTuple):
    """Whom a new lead concerns among those on file, None for nobody."""

    contact: Contact | None
    customer: Customer | None


@transaction.atomic
def arrive(new: NewLead, *, by: User | None, at: datetime, way_in: str, known: Known | None = None) -> Lead:
    """A lead comes in by `way_in` ("import", "hand", ...): it waits to be cleaned by sales operations.

    The customer is the one whose contact has this phone number, else the one of the same name, else a new one. The
    caller has made sure that it is no duplicate, and may say whom it found (`known`).
    """
    lead = enter(new, known, by=by, at=at)
    announce(lead, by=by, at=at, way_in=way_in, just_made=True)
    return lead


def announce(lead: Lead, *, by: User | None, at: datetime, way_in: str, just_made: bool = False) -> None:
    """Records that a lead has come in, from when sales operations has to clean it."""
    record(
        "lead.arrived",
        at=at,
        by=by,
        refs={"lead": lead.pk, "customer": lead.customer_id},
        data={"source": lead.source, "way_in": way_in},
        file=lead.ref,
        made={lead.ref: lead.customer.name} if just_made else None,
    )


def enter(new: NewLead, known: Known | None, *, by: User | None, at: datetime) -> Lead:
    """Writes customer, contact and lead; the caller records what that means."""
    contact, customer = known or find_known(new)
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
    return Lead.objects.create(
        customer=customer,
        contact=contact,
        status=Status.CLEANING,
        source=new.source,
        product=new.product,
        need=new.need,
        budget=new.budget,
        grade=new.grade,
        stage=new.stage,
        next_contact_on=new.next_contact_on,
        arrived_at=at,
        created_by=by,
    )


def find_known(new: NewLead) -> Known:
    """The contact on file, with their company; else the company of this name."""
    contact = find_contact(new)
    return Known(contact, contact.customer if contact else find_customer(new.company))


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
    """The customer that people mean by `company`, however they write its legal form; also by a merged name."""
    known = Customer.objects.filter(name_key=identity.company_key(company)).select_related("merged_into")
    found = known.order_by(F("merged_into").desc(nulls_first=True), "pk").first()
    return found.merged_into or found if found else None
