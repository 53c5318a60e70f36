"""What the views of single leads share: finding the lead in one's scope, and telling what an action refused."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.utils.http import url_has_allowed_host_and_scheme

from leads.actions import Refused
from leads.models import Lead
from leads.policy import May, may


def find(request, pk: int) -> tuple[Lead, May]:
    """The lead and what the user may do with it; 404 outside the user's scope."""
    leads = Lead.objects.visible_to(request.user).select_related("customer", "contact", "owner", "presales")
    lead = get_object_or_404(leads, pk=pk)
    return lead, may(request.user, lead)


def find_to(request, pk: int, act: str) -> Lead:
    """The lead, if the user may do `act` (a field of May) with it; else 403."""
    lead, allowed = find(request, pk)
    if not getattr(allowed, act):
        raise PermissionDenied
    return lead


def back(request) -> str:
    """The page to go on with, if it is one of ours; "" if none was named."""
    named = request.POST.get("back") or request.GET.get("back", "")
    return named if url_has_allowed_host_and_scheme(named, allowed_hosts=None) else ""


def attempt(request, action, *args, done: str = "", **values):
    """Calls an action as the user, now; tells what was done or why not. Returns its result, None if refused."""
    try:
        result = action(*args, by=request.user, at=request.now, **values)
    except Refused as refused:
        messages.warning(request, str(refused))
        return None
    if done:
        messages.success(request, done)
    return result
