from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from salesops.people import actions
from salesops.people.directory import Directory
from salesops.people.models import Role, User
from salesops.people.scope import require_role
from salesops.sop.models import Deadline
from salesops.sop.registry import registry
from salesops.web.forms import one_time

from .. import holdings
from ..forms import LeavingForm


@one_time
@require_role(Role.ADMIN)
def leaving(request, pk):
    """Ends somebody's access at once, after showing what they owe and hold and who gets it."""
    person = get_object_or_404(User.objects.select_related("team"), pk=pk)
    form = LeavingForm(request.POST or None, person=person)
    if request.method == "POST" and form.is_valid():
        successor = form.cleaned_data["successor"]
        try:
            actions.deactivate(person, successor=successor, by=request.user, at=request.now)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _("%(name)s can no longer sign in.") % {"name": person.name})
            return redirect("people:detail", pk)
    context = {
        "person": person,
        "form": form,
        "owed": _owed(person, request.now),
        "holdings": holdings.of(person),
        "heir": _heir(person, request.now),
        "posts": person.posts.current(request.now).select_related("team", "department"),
    }
    return render(request, "people/leaving.html", context, status=422 if form.errors else 200)


def _owed(person: User, now) -> list[dict]:
    """The open deadlines by rule: how many, and how many of them overdue."""
    rows = Deadline.objects.open().filter(owner=person).order_by().values("rule")
    counted = rows.annotate(count=Count("pk"), late=Count("pk", filter=Q(due_at__lt=now, stopped_at=None)))
    return [
        {"title": getattr(registry.get(row["rule"]), "title", row["rule"]), **row}
        for row in counted.order_by("-count", "rule")
    ]


def _heir(person: User, now) -> str:
    """Who answers without a successor: the nearest head who is there, else an administrator."""
    directory = Directory(now)
    asked = [*directory.heads_above(person.pk), *(pk for pk in directory.admins() if pk != person.pk)]
    found = next((pk for pk in asked if not directory.on_leave(pk)), None)
    return directory.name(found) if found else ""
