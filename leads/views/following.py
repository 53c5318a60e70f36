"""Following up: logging, undoing, minutes, appointments, later dates."""

import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from leads import actions
from leads.actions.refusing import locked
from leads.forms import AppointmentForm, LaterDateForm, MinutesForm
from leads.models import Appointment, Assignment, FollowUp, Lead
from salesops.sop.models import Deadline, Ending
from salesops.sop.registry import registry
from salesops.web.forms import conflict, one_time

from .acting import attempt, back, find_to
from .detail import follow_up_form, owed, show


@one_time
def follow_up(request, pk):
    """Logs a follow-up and says which duties it met. Who lost the lead meanwhile leaves a note: no text is lost.

    The same form stands on the lead's page, in a card of My Day and, for one customer after the other, on a page of
    its own; `back` says where one goes on.
    """
    if request.method != "POST":
        lead = find_to(request, pk, "work")
        return _panel(request, lead, follow_up_form(request, lead))
    lead = _held_now_or_before(request, pk)
    form = follow_up_form(request, lead, request.POST)
    if not form.is_valid():
        if request.htmx or back(request):
            return _panel(request, lead, form, status=422)
        return show(request, lead, follow_up_form=form)
    logged = actions.log_follow_up(lead, by=request.user, at=request.now, **form.logged())
    _tell_what_was_met(request, logged)
    seen = Lead.objects.visible_to(request.user).filter(pk=pk).exists()
    target = back(request) or (reverse("leads:detail", args=[pk]) if seen else reverse("leads:list"))
    return HttpResponse(status=204, headers={"HX-Redirect": target}) if request.htmx else redirect(target)


def _panel(request, lead, form, status=200):
    template = "leads/_follow_up.html" if request.htmx else "leads/follow_up.html"
    context = {"lead": lead, "follow_up_form": form, "back": back(request), "inline": bool(request.htmx)}
    context["contacts"] = lead.customer.contacts.all()
    if not request.htmx:
        context |= {"owed": owed(lead, request.now), "last": lead.follow_ups.exclude(note="").first()}
        context["skip"] = back(request)
    return render(request, template, context, status=status)


def _held_now_or_before(request, pk) -> Lead:
    before = Assignment.objects.filter(lead=pk, owner=request.user, ended_at__isnull=False).exists()
    if before and not Lead.objects.visible_to(request.user).filter(pk=pk).exists():
        return get_object_or_404(Lead.objects.select_related("customer", "owner"), pk=pk)
    return find_to(request, pk, "work")


def _tell_what_was_met(request, logged: FollowUp) -> None:
    met = Deadline.objects.filter(ended_by__name="follow_up.logged", ended_by__subject=f"follow_up:{logged.pk}")
    titles = [str(registry[row.rule].title) for row in met.filter(ending=Ending.MET) if row.rule in registry.rules]
    if titles:
        text = ngettext("Saved. Met: %(duties)s.", "Saved. Met: %(duties)s.", len(titles))
        messages.success(request, text % {"duties": _(", ").join(dict.fromkeys(titles))})
    elif logged.lead.owner_id not in (None, logged.by_id):
        messages.warning(request, _("Saved as a note: the lead is not yours any more, and no duty was touched."))
    else:
        messages.success(request, _("Saved."))


@one_time
@require_POST
def undo(request, pk):
    """Takes back a follow-up that I logged by mistake; what it met is owed again."""
    logged = get_object_or_404(FollowUp.objects.select_related("lead"), pk=pk, by=request.user)
    lead = find_to(request, logged.lead_id, "work")
    attempt(request, actions.undo_follow_up, logged, done=_("Undone; what it met is owed again."))
    return redirect("leads:detail", lead.pk)


@one_time
def minutes(request, pk):
    """Attaches detailed minutes to an important talk."""
    logged = get_object_or_404(FollowUp.objects.select_related("lead__customer"), pk=pk)
    lead = find_to(request, logged.lead_id, "work")
    if request.method == "POST":
        locked(lead, request.now)
        logged.refresh_from_db(fields=["minutes"])
    form = MinutesForm(request.POST or None, on_file={"minutes": logged.minutes})
    if form.is_valid():
        attempt(request, actions.attach_minutes, logged, minutes=form.cleaned_data["minutes"], done=_("Attached."))
        return redirect("leads:detail", lead.pk)
    if form.conflicts:
        return conflict(request, form, back=reverse("leads:detail", args=[lead.pk]))
    context = {"form": form, "lead": lead, "follow_up": logged}
    return render(request, "leads/minutes.html", context, status=422 if form.errors else 200)


@one_time
@require_POST
def appointment(request, pk):
    """Plans a talk."""
    lead, form = find_to(request, pk, "work"), AppointmentForm(request.POST)
    if not form.is_valid():
        return show(request, lead, appointment_form=form)
    values = form.cleaned_data
    ends_at = values["starts_at"] + datetime.timedelta(minutes=values["minutes"])
    named = {name: values[name] for name in ("way", "starts_at", "place", "purpose")}
    attempt(request, actions.plan_appointment, lead, **named, ends_at=ends_at, done=_("Planned."))
    return redirect("leads:detail", pk)


@one_time
@require_POST
def cancellation(request, pk):
    """Cancels a planned talk."""
    planned = get_object_or_404(Appointment.objects.select_related("lead"), pk=pk)
    lead = find_to(request, planned.lead_id, "work")
    attempt(request, actions.cancel_appointment, planned, done=_("Cancelled."))
    return redirect("leads:detail", lead.pk)


@one_time
@require_POST
def later_date(request, pk):
    """A head agrees to a later follow-up than the owner may choose."""
    lead, form = find_to(request, pk, "head"), LaterDateForm(request.POST)
    if not form.is_valid():
        return show(request, lead, later_form=form)
    values = {name: form.cleaned_data[name] for name in ("next_on", "reason")}
    attempt(request, actions.agree_later, lead, **values, done=_("Agreed."))
    return redirect("leads:detail", pk)
