"""Many leads at once: what it would do to each, doing it, and taking it back."""

import hashlib
import json

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from leads import actions
from leads.bulk import ACTS, WORKING, Act, acts_of, still_may
from leads.forms.listing import BulkForm
from leads.models import BulkChange, Lead
from salesops.people.scope import require_role
from salesops.sop.forecast import forecast
from salesops.web.forms import one_time

from .acting import attempt


@one_time
@require_POST
@require_role(*WORKING)
def bulk(request):
    """Does one act to the ticked leads: first what it would do to each, then, as it was shown, does it."""
    asked = BulkForm(request.POST, acts=ACTS)
    if not asked.is_valid():
        messages.warning(request, _("Tick the leads and choose what to do with them."))
        return redirect("leads:list")
    act = ACTS[asked.cleaned_data["act"]]
    if act not in acts_of(request.user):
        raise PermissionDenied
    form = _form(request, act)
    said = form.said if form.is_bound and form.is_valid() else {}
    leads = [*_ticked(request.user, asked.cleaned_data["leads"])]
    refusals = act.refusals(leads, said, request.user)
    going = [lead for lead in leads if lead.pk not in refusals]
    digest = _digest(said, going)
    if said and "asked" in request.POST and (not act.looks_first or request.POST.get("confirmed") == digest):
        change = act.apply(leads, said, by=request.user, at=request.now)
        return redirect("leads:bulk_change", change.pk)
    context = {
        "act": act,
        "form": form,
        "going": going,
        "staying": [refusals[lead.pk] for lead in leads if lead.pk in refusals],
        "ticked": leads,
        "may_do": bool(going) and (bool(said) or not act.looks_first),
        "digest": digest,
        "foreseen": _foreseen(request, going, said["to"]) if "to" in said and going else None,
    }
    return render(request, "leads/bulk.html", context, status=422 if form.errors else 200)


def _form(request, act: Act):
    """The act's form: as sent, or with the value that was chosen in the list itself ("assign:12")."""
    value = request.POST.get("act", "").partition(":")[2]
    if "asked" in request.POST:
        return act.form_for(request.user, request.POST)
    name = next(iter(act.form.base_fields))
    if value and len(act.form.base_fields) == 1:
        return act.form_for(request.user, {name: value, "once": request.POST["once"]})
    return act.form_for(request.user, initial={name: value} if value else {})


def _ticked(user, ids):
    found = Lead.objects.visible_to(user).with_holder(user).filter(pk__in=ids)
    return found.select_related("customer", "owner").order_by("pk")


def _digest(said: dict, going: list[Lead]) -> str:
    """What was shown: another value, or other leads that it would change, are shown anew before anything is done."""
    values = {name: str(value) for name, value in said.items() if name != "reason"}
    text = json.dumps([values, [lead.pk for lead in going]], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _foreseen(request, going: list[Lead], to) -> dict:
    """When the clocks that assigning starts would run out."""
    grades = {lead.grade for lead in going}
    answers = [forecast("lead.first_response", owner=to, case=grade, at=request.now).due_at for grade in grades]
    accepts = forecast("lead.accept", owner=to, case="", at=request.now).due_at
    return {
        "accept_at": accepts if to != request.user else None,
        "answer_at": min(answers),
        "taken": sum(lead.owner_id is not None for lead in going),
    }


def _mine(request, pk: int) -> BulkChange:
    return get_object_or_404(BulkChange, pk=pk, by=request.user)


@require_role(*WORKING)
def bulk_change(request, pk):
    """What an act on many leads did: to which, to which not and why; and taking it back."""
    change = _mine(request, pk)
    rows = [*change.rows.select_related("lead__customer")]
    if change.act not in ACTS:
        raise Http404
    context = {
        "change": change,
        "act": ACTS[change.act],
        "done": [row for row in rows if not row.refusal],
        "refused": [row for row in rows if row.refusal],
        "may_undo": change.can_undo(request.now)
        and any(not row.refusal for row in rows)
        and ACTS[change.act] in acts_of(request.user),
    }
    return render(request, "leads/bulk_change.html", context)


@one_time
@require_POST
@require_role(*WORKING)
def bulk_undo(request, pk):
    """Takes an act on many leads back, but for what somebody has worked on since or is not theirs to change now."""
    change = _mine(request, pk)
    if change.act not in ACTS:
        raise Http404
    counts = attempt(request, actions.undo_many, change, may=still_may(change, request.user))
    if counts:
        undone, stay = counts
        said = ngettext("%(n)s lead is as it was before.", "%(n)s leads are as they were before.", undone)
        if undone:
            messages.success(request, said % {"n": undone})
        said = ngettext(
            "%(n)s lead stays: somebody has worked on it since, or it is not yours to change any more.",
            "%(n)s leads stay: somebody has worked on them since, or they are not yours to change any more.",
            stay,
        )
        if stay:
            messages.warning(request, said % {"n": stay})
    return redirect("leads:bulk_change", pk)
