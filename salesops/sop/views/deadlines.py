from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from salesops.web.back import back, go
from salesops.web.forms import one_time

from .. import actions, subjects
from ..explain import explain
from ..forms import ReasonForm
from ..models import Deadline, Waiver
from ..models.deadline import desks_of


def _deadline(request, pk) -> Deadline:
    return get_object_or_404(Deadline.objects.visible_to(request.user).select_related("owner"), pk=pk)


def deadline(request, pk):
    """Why it is due then, what was done about it, and what can be said about it; in a card of My Day in brief."""
    return _show(request, _deadline(request, pk))


def _show(request, found: Deadline, form: ReasonForm | None = None):
    template = "sop/_panel.html" if request.htmx else "sop/deadline.html"
    context = _page(request, found, form)
    return render(request, template, context, status=422 if form and form.errors else 200)


def _page(request, found: Deadline, form: ReasonForm | None = None) -> dict:
    said = explain(found)
    return {
        "back": back(request),
        "said": said,
        "asked": any(each.state != Waiver.State.REFUSED for each in said.waivers),
        "deadline": found,
        "late": found.is_late(request.now),
        "mine": _is_mine(request, found),
        "takeable": found.is_open and not found.owner_id and found.desk in desks_of(request.user),
        "subject_url": subjects.url(found.file or found.subject),
        "form": form or ReasonForm(initial={"reason": found.reason}, auto_id=f"reason_{found.pk}_%s"),
    }


def _is_mine(request, found: Deadline) -> bool:
    return request.user.pk in (found.owner_id, found.on_behalf_of_id)


@one_time
@require_POST
def reason(request, pk):
    """Says why it is late."""
    return _write(request, pk, actions.give_reason, _("Noted."))


@one_time
@require_POST
def waiver(request, pk):
    """Asks another person to waive it."""
    return _write(request, pk, actions.ask_waiver, _("The request for a waiver has been sent."))


def _write(request, pk, action, done):
    found = _deadline(request, pk)
    if not _is_mine(request, found):
        raise PermissionDenied
    form = ReasonForm(request.POST, auto_id=f"reason_{found.pk}_%s")
    if not form.is_valid():
        return _show(request, found, form)
    try:
        action(found, reason=form.cleaned_data["reason"], by=request.user, at=request.now)
    except actions.Refused as refused:
        messages.warning(request, str(refused))
    else:
        messages.success(request, done)
    return go(request, back(request) or reverse("sop:deadline", args=[pk]))


@one_time
@require_POST
def taking(request, pk):
    """A member of the desk takes the duty."""
    found = _deadline(request, pk)
    try:
        actions.take(found, by=request.user, at=request.now)
    except actions.Refused as refused:
        messages.warning(request, str(refused))
    return redirect(back(request) or subjects.url(found.file or found.subject) or "sop:my_day")
