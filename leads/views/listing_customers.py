from django.http import QueryDict
from django.shortcuts import render

from leads import customer_listing as listing
from leads.forms import CustomerFilterForm
from leads.policy import assignable
from salesops.people import scope
from salesops.people.models import Role
from salesops.people.scope import require_role
from salesops.web import keyset, saved_views

PAGE = "leads:customers"


@require_role(Role.AM, Role.SE, Role.LEADER, Role.MANAGER, Role.SO, Role.CS, Role.ADMIN)
def customers(request):
    """The customers that one may see, by name: one's own, the team's, the key customers."""
    views = listing.views_of(request.user)
    given = saved_views.given(request, PAGE, ())
    view = given.get("view", "")
    view = view if view in views else listing.first_view(request.user)
    leads_others = request.user.has_role(*scope.HEADS, Role.SO, Role.ADMIN) and view != "mine"
    people = assignable(request.user).only("name", "pinyin") if leads_others else None
    form = CustomerFilterForm(given, people=people)
    found = listing.customers_of(view, request.user).filter(form.where())
    page = keyset.page(listing.shown(found, request.user), listing.BY_NAME, request.GET.get("page"))
    saved_views.remember(request, PAGE, f"view={view}")
    kept = QueryDict(mutable=True)
    kept.update({"view": view, **{name: given[name] for name in form.chosen}})
    context = {
        "page": page,
        "views": views,
        "view": view,
        "form": form,
        "chips": form.chips(),
        "kept": kept,
        "owners": view != "mine",
    }
    return render(request, "leads/customers.html", context)
