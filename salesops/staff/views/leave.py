from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from salesops.people import scope
from salesops.people.directory import Directory
from salesops.people.models import Leave, Role
from salesops.web.forms import one_time

from ..actions import ask_leave, decide_leave, end_leave
from ..forms import LeaveForm

MOST = 100
STANDING = (Leave.State.ASKED, Leave.State.APPROVED)


@one_time
def leave(request):
    """One's own leave: asking for it and what became of it; for heads what waits for them, and who is away."""
    form = LeaveForm(request.POST or None, person=request.user)
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("since", "until", "stand_in")}
        try:
            ask_leave(request.user, by=request.user, at=request.now, **given)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _("Asked for. Your head decides."))
            return redirect("people:leave")
    mine = request.user.leaves.select_related("stand_in", "decided_by")[:20]
    context = {
        "form": form,
        "mine": [(each, each.state in STANDING and each.until > request.now) for each in mine],
        "waiting": _waiting(request),
        "away": _away(request),
    }
    return render(request, "people/leave.html", context, status=422 if form.errors else 200)


def _waiting(request) -> list[Leave]:
    """The requests that the user may decide: a head above decides, or an administrator, never oneself."""
    asked = Leave.objects.filter(state=Leave.State.ASKED).exclude(user=request.user)
    asked = asked.select_related("user__team", "stand_in").order_by("since", "id")[:MOST]
    if request.user.has_role(Role.ADMIN):
        return list(asked)
    directory = Directory(request.now)
    return [each for each in asked if request.user.pk in directory.heads_above(each.user_id)]


def _away(request) -> list[Leave]:
    """Who of those whose leave the user may see is away now or will be."""
    rows = scope.leaves(request.user).filter(state=Leave.State.APPROVED, until__gt=request.now)
    return list(rows.exclude(user=request.user).select_related("user", "stand_in").order_by("since", "id")[:MOST])


@one_time
@require_POST
def leave_decision(request, pk):
    """Approves or refuses what a person below asks for."""
    found = get_object_or_404(scope.leaves(request.user), pk=pk)
    approve = request.POST.get("approve") == "yes"
    said = _("Approved.") if approve else _("Refused.")
    return _try(request, lambda: decide_leave(found, approve=approve, by=request.user, at=request.now), said)


@one_time
@require_POST
def leave_ending(request, pk):
    """Takes leave back before it begins, or comes back early."""
    found = get_object_or_404(scope.leaves(request.user), pk=pk)
    return _try(request, lambda: end_leave(found, by=request.user, at=request.now), _("The leave has ended."))


def _try(request, action, said: str):
    try:
        action()
        messages.success(request, said)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("people:leave")
