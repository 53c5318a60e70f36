from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from salesops.people import actions
from salesops.people.models import Role, Team
from salesops.people.scope import require_role
from salesops.web.forms import one_time

from ..forms import TeamForm
from ..tree import tree


@require_role(Role.ADMIN)
def teams(request):
    """The teams as a tree: who leads, who manages, how many people."""
    return render(request, "people/teams.html", {"nodes": tree(request.now)})


@one_time
@require_role(Role.ADMIN)
def new_team(request):
    """Adds a team, at the top or below another."""
    parent = request.GET.get("parent", "")
    initial = {"parent": parent if parent.isdecimal() else None}
    return _edit(request, None, initial)


@one_time
@require_role(Role.ADMIN)
def team(request, pk):
    """Renames a team, or moves it with everything below it; who is at home in it."""
    found = get_object_or_404(Team.objects.select_related("parent"), pk=pk)
    return _edit(request, found, {"name": found.name, "kind": found.kind, "parent": found.parent_id})


def _edit(request, found: Team | None, initial: dict):
    form = TeamForm(request.POST or None, team=found, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            if found is None:
                actions.add_team(by=request.user, at=request.now, **form.said)
            else:
                actions.change_team(found, by=request.user, at=request.now, **form.said)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _("The teams are saved."))
            return redirect("people:teams")
    people = found.people.filter(is_active=True)[:200] if found else []
    context = {"team": found, "form": form, "people": people}
    return render(request, "people/team.html", context, status=422 if form.errors else 200)
