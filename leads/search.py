"""What the header's search finds here: leads and customers by company, contacts by name, number or mail address."""

from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from leads import identity
from leads.grams import find_named, spelling
from leads.models import Contact, Customer, Lead, Status
from salesops.encryption import blind_index
from salesops.people import scope
from salesops.people.models import Role, User
from salesops.web.search import MOST, SHORTEST, Hit, register


@register(_("Leads"), order=10)
def leads(user: User, words: str) -> list[Hit]:
    """The leads of companies with the words in their name or its pinyin, newest first; closed ones too."""
    if len(identity.company_key(words)) < SHORTEST or identity.phone_digits(words):
        return []
    named = Lead.objects.visible_to(user).filter(customer__in=Customer.objects.named(words))
    found = named.select_related("customer", "owner").order_by("-arrived_at", "-id")[: MOST + 1]
    return [_lead_hit(lead) for lead in found]


def _lead_hit(lead: Lead) -> Hit:
    holder = lead.owner.name if lead.owner_id else ""
    said = " · ".join(filter(None, (str(lead.get_stage_display()), str(lead.get_status_display()), holder)))
    return Hit(lead.customer.name, _page(lead.pk), said, (lead.grade,) if lead.grade else ())


@register(_("Customers"), order=15)
def customers(user: User, words: str) -> list[Hit]:
    """The companies with the words in their name; the page of a merged one is that of the one that stays."""
    if len(identity.company_key(words)) < SHORTEST or identity.phone_digits(words):
        return []
    named = Customer.objects.visible_to(user).named(words).select_related("owner")
    return [_customer_hit(customer) for customer in named.order_by("pinyin", "pk")[: MOST + 1]]


def _customer_hit(customer: Customer) -> Hit:
    said = (customer.industry, customer.region, customer.owner.name if customer.owner_id else "")
    url = reverse("leads:customer", args=[customer.pk])
    return Hit(customer.name, url, " · ".join(filter(None, said)), tuple(customer.tags[:3]))


@register(_("Contacts"), order=20)
def contacts(user: User, words: str) -> list[Hit]:
    """The people at customers, by part of the name or its pinyin, by the number or the mail address in any writing."""
    rows = _matching(words.strip())
    if rows is None:
        return []
    open_to_user = _with_contacts_open(user).filter(customer=OuterRef("customer")).order_by("-arrived_at", "-id")
    rows = rows.annotate(lead=Subquery(open_to_user.values("pk")[:1])).filter(lead__isnull=False)
    return [
        Hit(
            str(row),
            _page(row.lead),
            " · ".join(filter(None, (row.customer.name, row.title, row.masked_phone))),
        )
        for row in rows.select_related("customer").order_by("-pk")[: MOST + 1]
    ]


def _matching(words: str) -> QuerySet[Contact] | None:
    number = identity.phone_digits(words)
    if number:
        return Contact.objects.filter(phone_index=blind_index(number))
    if "@" in words:
        return Contact.objects.filter(email_index=blind_index(words.lower())).exclude(email_index="")
    name = identity.plain(words)
    if len(name) < SHORTEST:
        return None
    return find_named(Contact.objects.all(), "name", name, spelling(name))


def _with_contacts_open(user: User) -> QuerySet[Lead]:
    """The leads whose contacts the user may see: not those of the pools, which anybody may claim."""
    if user.has_role(Role.SO, Role.ADMIN):
        return Lead.objects.all()
    return Lead.objects.filter(owner__in=scope.people(user)).exclude(status=Status.POOL)


def _page(pk: int) -> str:
    return reverse("leads:detail", args=[pk])
