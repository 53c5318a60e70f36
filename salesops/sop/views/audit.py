from datetime import date

from django.shortcuts import render

from salesops.events.registry import titles
from salesops.people.models import Role, User
from salesops.people.scope import require_role
from salesops.web import keyset

from ..audit import entries, events


@require_role(Role.ADMIN)
def audit(request):
    """Who did what, and when: newest first, by person, by kind, back from a day."""
    given = request.GET
    person = User.objects.filter(pk=given["by"]).first() if given.get("by", "").isdecimal() else None
    name = given.get("name", "") if given.get("name") in dict(titles()) else ""
    until = _day(given.get("until", ""))
    rows, order = events(by=person, name=name, until=until)
    page = keyset.page(rows, order, given.get("page"))
    context = {
        "page": page,
        "entries": entries(page.rows),
        "people": User.objects.only("id", "name"),
        "names": titles(),
        "person": person,
        "name": name,
        "until": until,
    }
    return render(request, "sop/audit.html", context)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
