from django.contrib import messages
from django.http import QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from leads import identity
from leads import security as log
from leads.models import Contact, Customer
from salesops.encryption import blind_index
from salesops.people.models import Role, User
from salesops.people.scope import require_role

MOST_LETTERS = 60


@require_role(Role.ADMIN)
def security(request):
    """Who saw which number, what somebody has opened and exported, what was tried: newest first."""
    given = request.GET
    wanted = log.Wanted(
        kind=given.get("kind", "") if given.get("kind") in log.KINDS else "",
        person=_one(User, given.get("person", "")),
        customer=_one(Customer, given.get("customer", "")),
        contact=_one(Contact.objects.select_related("customer"), given.get("contact", "")),
        since=log.day(given.get("since", "")),
        until=log.day(given.get("until", "")),
    )
    context = {
        "wanted": wanted,
        "page": log.page(wanted, given.get("page", "")),
        "kinds": [(key, label) for key, (label, _names) in log.KINDS.items()],
        "people": User.objects.only("id", "name"),
    }
    return render(request, "leads/security.html", context)


@require_POST
@require_role(Role.ADMIN)
def security_search(request):
    """Finds a number or a company; a POST, so that neither stands in an address or a log."""
    words = request.POST.get("words", "").strip()[:MOST_LETTERS]
    digits, query = identity.phone_digits(words), QueryDict(mutable=True)
    if digits:
        contact = Contact.objects.filter(phone_index=blind_index(digits)).first()
        query.update({"contact": contact.pk} if contact else {})
    else:
        alike = Customer.objects.named(words).order_by("pinyin", "pk")
        customer = alike.filter(name_key=identity.company_key(words)).first() or alike.first()
        query.update({"customer": customer.pk} if customer else {})
    if not query:
        messages.warning(request, _("No contact has this number, and no customer this name."))
    return redirect(f"{reverse('leads:security')}?{query.urlencode()}")


def _one(rows, pk: str):
    rows = rows.objects.all() if isinstance(rows, type) else rows
    return rows.filter(pk=pk).first() if pk.isascii() and pk.isdecimal() and len(pk) < 19 else None
