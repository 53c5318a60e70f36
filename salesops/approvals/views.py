from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from salesops.web import keyset
from salesops.web.forms import one_time

from . import actions
from .deciders import waiting_for
from .forms import DecisionForm
from .kinds import facts, find
from .models import Approval, Decision

MOST, RECENT = 50, 20


def inbox(request):
    """What waits for my decision, what I have decided lately, and what I have asked for."""
    seats = waiting_for(request.user, request.now)
    waiting = list(_whole().filter(pk__in=seats.values("approval")).order_by("asked_at", "id")[:MOST])
    mine = keyset.page(_whole().filter(asked_by=request.user), ("-asked_at", "-id"), request.GET.get("page"), size=20)
    decided = Decision.objects.filter(decided_by=request.user).select_related("approval__asked_by", "person")
    known = facts(waiting)
    context = {
        "waiting": [(approval, find(approval.kind), known.get(approval.pk, ())) for approval in waiting],
        "page": mine,
        "mine": [(approval, find(approval.kind)) for approval in mine.rows],
        "decided": [(seat, find(seat.approval.kind)) for seat in decided.order_by("-decided_at", "-id")[:RECENT]],
    }
    return render(request, "approvals/inbox.html", context)


def detail(request, pk):
    """One approval: what it is about, who has said what, and, for whoever is asked, the decision."""
    return _page(request, _find(request, pk), DecisionForm())


def _page(request, approval: Approval, form: DecisionForm):
    kind = find(approval.kind)
    seats = list(approval.decisions.select_related("person", "decided_by"))
    context = {
        "approval": approval,
        "kind": kind,
        "url": kind.page(approval),
        "facts": facts([approval]).get(approval.pk, ()),
        "seats": seats,
        "may_decide": waiting_for(request.user, request.now).filter(approval=approval).exists(),
        "may_withdraw": approval.asked_by_id == request.user.pk and approval.state == Approval.State.WAITING,
        "form": form,
    }
    return render(request, "approvals/detail.html", context, status=422 if form.errors else 200)


@one_time
@require_POST
def decision(request, pk):
    """Approves or refuses."""
    approval = _find(request, pk)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _page(request, approval, form)
    try:
        decided = actions.decide(approval, by=request.user, at=request.now, **_given(form))
    except actions.Refused as refused:
        messages.warning(request, str(refused))
    else:
        said = _("Approved. %(name)s is told.") if form.cleaned_data["approve"] else _("Refused. %(name)s is told why.")
        over = decided.state != Approval.State.WAITING
        messages.success(request, said % {"name": approval.asked_by.name} if over else _("Approved. Others follow."))
    return redirect("approvals:inbox")


def _given(form: DecisionForm) -> dict:
    return {name: form.cleaned_data[name] for name in ("approve", "reason")}


@one_time
@require_POST
def withdrawal(request, pk):
    """Takes back what I have asked for."""
    try:
        actions.withdraw(_find(request, pk), by=request.user, at=request.now)
    except actions.Refused as refused:
        messages.warning(request, str(refused))
    else:
        messages.success(request, _("Taken back."))
    return redirect("approvals:detail", pk)


def _whole() -> QuerySet[Approval]:
    return Approval.objects.select_related("asked_by")


def _find(request, pk: int) -> Approval:
    """An approval that the user may see, or has to decide in somebody's place."""
    found = _whole().visible_to(request.user).filter(pk=pk).first()
    if found is None:
        seats = waiting_for(request.user, request.now).filter(approval=pk)
        found = _whole().filter(pk__in=seats.values("approval")).first()
    if found is None:
        raise Http404
    return found
