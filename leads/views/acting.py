"""What the views of single leads share: finding the lead in one's scope, and telling what an action refused."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, render

from leads.actions import Refused, look
from leads.actions.looking import looked_lately
from leads.models import Lead
from leads.models.follow_up import last_said, planned_talks
from leads.models.promise import open_texts
from leads.policy import NOTHING, May, may
from salesops.web.back import back


def find(request, pk: int, **also) -> tuple[Lead, May]:
    """The lead, with `also` as annotations, and what the user may do with it; 404 outside the user's scope.

    Each look is counted; LimitReached beyond what one may open.
    """
    lead = _opened(request, Lead.objects.visible_to(request.user), pk, also)
    return lead, may(request.user, lead)


def find_inside(request, pk: int, **also) -> tuple[Lead, May]:
    """The same for what is hidden while a lead lies in the pool: 403 there but for sales operations."""
    lead, allowed = find(request, pk, **also)
    if not allowed.read:
        raise PermissionDenied
    return lead, allowed


def find_readable(request, pk: int, **also) -> tuple[Lead, May]:
    """The same; and for who has just lost the lead, to whom nothing is open but reading it and a late note."""
    try:
        return find(request, pk, **also)
    except Http404:
        lost = Lead.objects.lost_lately(request.user, request.now)
        if not lost.filter(pk=pk).exists():  # asked by itself: to put the whole question again costs ten times as much
            raise
        return _opened(request, lost, pk, also), NOTHING


def _opened(request, leads, pk: int, also) -> Lead:
    looked = looked_lately(request.user, request.now)
    lead = get_object_or_404(whole(leads, request.user).annotate(looked=looked, **also), pk=pk)
    if not lead.looked:
        look(lead.customer_id, lead=lead, by=request.user, at=request.now)
    return lead


def whole(leads, user):
    """Leads with all that the forms and the policy ask of one."""
    people = ("customer", "contact", "owner", "presales")
    return (
        leads.select_related(*people).with_holder(user).annotate(planned=planned_talks(), **last_said(), **open_texts())
    )


def find_to(request, pk: int, *acts: str) -> Lead:
    """The lead, if the user may do one of `acts` (fields of May) with it; else 403."""
    lead, allowed = find(request, pk)
    if not any(getattr(allowed, act) for act in acts):
        raise PermissionDenied
    return lead


def number(text: str | None) -> int:
    """The id that a form or an address names; 0, which nothing has, for what is none."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else 0


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


def saved(request, form, action, *args, done: str, **values) -> bool:
    """The same for a form with words in it: a refusal stands on the form, which is shown again, so that they stay."""
    try:
        action(*args, by=request.user, at=request.now, **values)
    except Refused as refused:
        form.add_error(None, str(refused))
        return False
    messages.success(request, done)
    return True


def show_form(request, lead: Lead, form, *, title: str, button: str):
    """A form about a lead: alone for htmx, which puts it where one is, else on a page of its own."""
    template = "leads/_act.html" if request.htmx else "leads/act.html"
    context = {"lead": lead, "form": form, "title": title, "button": button, "back": back(request)}
    return render(request, template, context | {"here": request.path}, status=422 if form.errors else 200)
