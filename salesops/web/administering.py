"""Pages for administrators: what can be set, and whether everything runs."""

from django.shortcuts import render

from salesops.people.models import Role
from salesops.people.scope import require_role

from . import health
from .settings_pages import findings, pages


@require_role(Role.ADMIN)
def settings(request):
    """Where everything is set, in one place; a word finds the card."""
    wanted = request.GET.get("q", "").strip()[:50]
    context = {"pages": pages(wanted), "findings": findings(wanted), "wanted": wanted}
    return render(request, "web/settings.html", context)


@require_role(Role.ADMIN)
def system_health(request):
    """Every fact of the health check with its value and, where it is red, what to do."""
    found = health.facts(request.now)
    red = [fact for fact in found if not fact.ok]
    context = {
        "facts": sorted(found, key=lambda fact: fact.ok),
        "red": red,
        "vital": [fact for fact in red if fact.vital],
    }
    return render(request, "web/system_health.html", context)
