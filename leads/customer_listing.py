"""Lists of customers: the views, and what a row shows."""

from django.db.models import Count, Exists, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from leads.models import Customer, KeyMark, Lead
from salesops.people import scope
from salesops.people.models import Role, User

BY_NAME = ("pinyin", "id")

VIEWS = {
    "mine": _("Mine"),
    "team": _("My team"),
    "key": _("Key customers"),
    "unowned": _("Without an owner"),
    "all": _("All I may see"),
}


def views_of(user: User) -> dict[str, str]:
    """The views that make sense for the user, by key."""
    left_out = set() if user.has_role(*scope.HEADS) else {"team"}
    if not user.has_role(Role.AM, *scope.HEADS):
        left_out.add("mine")
    if not user.has_role(Role.SO, Role.ADMIN):
        left_out.add("unowned")
    return {key: label for key, label in VIEWS.items() if key not in left_out}


def first_view(user: User) -> str:
    return "mine" if user.has_role(Role.AM) else "team" if user.has_role(*scope.HEADS) else "all"


def customers_of(view: str, user: User) -> QuerySet[Customer]:
    """The customers of a view, without merged duplicates. Whose leads all lie in a pool is nobody's customer yet."""
    found = Customer.objects.filter(merged_into=None)
    if view == "mine":
        return found.filter(owner=user)
    if view == "team":
        return found.filter(owner__in=scope.people(user)).exclude(owner=user)
    found = found.in_hand_of(user)
    if view == "key":
        return found.filter(pk__in=KeyMark.objects.filter(until=None).values("customer"))
    return found.filter(owner=None) if view == "unowned" else found


def shown(customers: QuerySet[Customer], user: User) -> QuerySet[Customer]:
    """With what the rows of a list show, and nothing else: index look-ups for each row of the page."""
    leads = Lead.objects.visible_to(user).filter(customer=OuterRef("pk")).order_by()
    still_open = leads.running().values("customer").annotate(found=Count("pk")).values("found")
    contact = leads.values("customer").annotate(last=Max("last_contact_at")).values("last")
    marks = KeyMark.objects.filter(customer=OuterRef("pk"), until=None)
    own = ("name", "pinyin", "industry", "region", "tags", "owner__name", "parent__name")
    return (
        customers.select_related("owner", "parent")
        .only(*own)
        .annotate(open_leads=Coalesce(Subquery(still_open), 0), contacted_at=Subquery(contact), key=Exists(marks))
    )
