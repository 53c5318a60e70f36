from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from salesops.people.models import Role
from salesops.people.scope import require_role
from salesops.web.forms import one_time

from ..actions import preview_recompute, recompute
from ..registry import registry

MOST = 200


@one_time
@require_role(Role.ADMIN)
def recomputing(request):
    """Moves running deadlines to today's calendar, or also to today's numbers, after showing which would move."""
    given = request.POST if request.method == "POST" else request.GET
    rule = given.get("rule", "")
    rule = rule if rule in registry.rules else ""
    terms = given.get("terms") == "on"
    if request.method == "POST":
        moved = recompute(by=request.user, at=request.now, rule=rule, terms=terms)
        text = ngettext("%(n)s deadline was moved.", "%(n)s deadlines were moved.", moved)
        messages.success(request, text % {"n": moved})
        return redirect("sop:recomputing")
    moves = preview_recompute(at=request.now, rule=rule, terms=terms, most=MOST + 1)
    context = {
        "moves": [(move, registry.get(move.deadline.rule)) for move in moves[:MOST]],
        "more": len(moves) > MOST,
        "rules": sorted(registry, key=lambda each: str(each.title)),
        "rule": rule,
        "terms": terms,
    }
    if not moves:
        messages.info(request, _("No running deadline would move."))
    return render(request, "sop/recomputing.html", context)
