"""Following up: logging, undoing, minutes, appointments, later dates."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from leads import actions
from leads.actions.promising import PATIENCE
from leads.actions.refusing import locked
from leads.forms import AppointmentForm, LaterDateForm, MinutesForm, MoveForm
from leads.library import used
from leads.models import Appointment, FollowUp, Lead, Way
from salesops.events.models import Event
from salesops.sop.models import Deadline, Ending
from salesops.sop.registry import registry
from salesops.sop.rule import Verdict
from salesops.web.back import back, go
from salesops.web.forms import conflict, one_time
from salesops.web.templatetags.shell import span_text

from .acting import attempt, find_readable, find_to, show_form
from .detail import follow_up_form, owed


@one_time
def follow_up(request, pk):
    """Logs a follow-up and says which duties it met. Who works along, or lost the lead lately, leaves a note.

    The form is put into a lead's page or a card of My Day, or stands on a page of its own, for one customer after the
    other; `back` says where one goes on.
    """
    if request.method != "POST":
        lead = find_to(request, pk, "work", "join")
        return _panel(request, lead, follow_up_form(request, lead))
    lead, mine = _held_now_or_lately(request, pk)
    form = follow_up_form(request, lead, request.POST, request.FILES)
    if not form.is_valid():
        return _panel(request, lead, form, status=422)
    try:
        with transaction.atomic():
            logged = actions.log_follow_up(lead, by=request.user, at=request.now, **form.logged())
            if mine:
                actions.note_along(logged, by=request.user, at=request.now, **form.along())
                pieces = used(form.cleaned_data["used"].split(","))
                actions.use_pieces(logged, pieces, by=request.user, at=request.now)
    except actions.Refused as refused:
        form.add_error(None, str(refused))
        return _panel(request, lead, form, status=422)
    _tell_what_was_met(request, logged, lead, mine=mine)
    if mine and logged.way == Way.VISIT and logged.appointment_id:
        return go(request, reverse("leads:visit_record", args=[logged.appointment_id]))
    sees = mine or lead.joined
    target = back(request) or (reverse("leads:detail", args=[pk]) if sees else reverse("leads:list"))
    return go(request, target)


def _panel(request, lead, form, status=200):
    template = "leads/_follow_up.html" if request.htmx else "leads/follow_up.html"
    duties = owed(lead, request.now)
    context = {"lead": lead, "follow_up_form": form, "back": back(request), "inline": bool(request.htmx)}
    context |= {"waiting": [row["text"] for row in lead.open_sent if _too_early(row, request.now)]}
    context |= {"owed": duties, "late": [item for item in duties if item.late and _meets(item)]}
    if not request.htmx:
        context |= {"skip": back(request), "contacts": [lead.contact] if lead.contact else []}
    return render(request, template, context, status=status)


def _too_early(row: dict, now) -> bool:
    """Whether an answer is awaited for so short a time that asking again is chasing."""
    return parse_datetime(row["at"]) > now - PATIENCE


def _meets(item) -> bool:
    """Whether a follow-up may meet the duty, and whether that counts for anybody."""
    judged = item.rule is not None and item.rule.verdict == Verdict.RATE
    return judged and item.rule.meets is not None and "follow_up.logged" in item.rule.meets.events


def _held_now_or_lately(request, pk) -> tuple[Lead, bool]:
    """The lead, and whether the user still holds it; 403 or 404 for who never did, or lost it longer ago."""
    lead, allowed = find_readable(request, pk)
    if (
        not allowed.work
        and not allowed.join
        and not Lead.objects.lost_lately(request.user, request.now).filter(pk=pk).exists()
    ):
        raise PermissionDenied
    return lead, allowed.work


def _tell_what_was_met(request, logged: FollowUp, lead: Lead, *, mine: bool) -> None:
    if not mine and lead.joined:
        text = _("Saved. What is owed on this lead stays with %(person)s.")
        messages.success(request, text % {"person": lead.owner.name if lead.owner_id else "–"})
        return
    if not mine:
        messages.warning(request, _("Saved as a note: the lead is not yours any more, and no duty was touched."))
        return
    rows = Deadline.objects.filter(ended_by__name="follow_up.logged", ended_by__subject=f"follow_up:{logged.pk}")
    met = [row for row in rows.filter(ending=Ending.MET) if row.rule in registry.rules]
    in_time, late = ([row for row in met if (row.met_at > row.due_at) is wanted] for wanted in (False, True))
    if in_time:
        text = _("Saved. Met in time: %(duties)s.") % {"duties": _duties(in_time)}
        messages.success(request, text)
    for row in late:
        minutes = int((row.met_at - row.due_at).total_seconds() // 60)
        values = {"duty": registry[row.rule].title, "span": span_text(minutes)}
        messages.warning(request, _("Saved. %(duty)s: this counts as met %(span)s late.") % values)
    if not met:
        messages.success(request, _("Saved."))


def _duties(rows) -> str:
    return _(", ").join(dict.fromkeys(str(registry[row.rule].title) for row in rows))


@one_time
@require_POST
def undo(request, pk):
    """Takes back a follow-up that I logged by mistake; what it met is owed again."""
    logged = get_object_or_404(FollowUp.objects.select_related("lead"), pk=pk, by=request.user)
    lead = find_to(request, logged.lead_id, "work")
    attempt(request, actions.undo_follow_up, logged, done=_("Undone; what it met is owed again."))
    return redirect(back(request) or reverse("leads:detail", args=[lead.pk]))


@one_time
def minutes(request, pk):
    """Attaches detailed minutes to an important talk."""
    logged = get_object_or_404(FollowUp.objects.select_related("lead__customer"), pk=pk)
    lead = find_to(request, logged.lead_id, "work")
    if request.method == "POST":
        locked(lead, request.now)
        logged.refresh_from_db(fields=["minutes"])
    form = MinutesForm(request.POST or None, request.FILES or None, on_file={"minutes": logged.minutes})
    if form.is_valid():
        attempt(request, actions.attach_minutes, logged, **form.said, done=_("Attached."))
        return redirect("leads:detail", lead.pk)
    if form.conflicts:
        saves = Event.objects.filter(file=lead.ref, name="minutes.attached")
        return conflict(request, form, back=reverse("leads:detail", args=[lead.pk]), saves=saves)
    context = {"form": form, "lead": lead, "follow_up": logged}
    return render(request, "leads/minutes.html", context, status=422 if form.errors else 200)


@one_time
def appointment(request, pk):
    """Plans a talk."""
    lead = find_to(request, pk, "work")
    form = AppointmentForm(request.POST if request.method == "POST" else None, auto_id="appointment_%s")
    if not form.is_valid():
        title = _("Plan an appointment: %(company)s") % {"company": lead.customer.name}
        return show_form(request, lead, form, title=title, button=_("Plan it"))
    attempt(request, actions.plan_appointment, lead, **form.planned, done=_("Planned."))
    return go(request, reverse("leads:detail", args=[pk]))


@one_time
def move(request, pk):
    """Moves a planned talk; its record is owed from its new end."""
    planned = get_object_or_404(Appointment.objects.select_related("lead"), pk=pk)
    lead = find_to(request, planned.lead_id, "work")
    form = MoveForm.of(planned, request.POST or None)
    if request.method != "POST" or not form.is_valid():
        values = {"way": planned.get_way_display(), "company": lead.customer.name}
        title = _("Move the appointment: %(way)s, %(company)s") % values
        return show_form(request, lead, form, title=title, button=_("Move it"))
    attempt(request, actions.move_appointment, planned, **form.planned, done=_("Moved."))
    target = back(request) or reverse("leads:detail", args=[lead.pk])
    return go(request, target)


@one_time
@require_POST
def cancellation(request, pk):
    """Cancels a planned talk."""
    planned = get_object_or_404(Appointment.objects.select_related("lead"), pk=pk)
    lead = find_to(request, planned.lead_id, "work")
    attempt(request, actions.cancel_appointment, planned, done=_("Cancelled."))
    return redirect(back(request) or reverse("leads:detail", args=[lead.pk]))


@one_time
def later_date(request, pk):
    """A head agrees to a later follow-up than the owner may choose."""
    lead = find_to(request, pk, "head")
    form = LaterDateForm(request.POST if request.method == "POST" else None, auto_id="later_%s")
    if not form.is_valid():
        title = _("Agree to a later follow-up: %(company)s") % {"company": lead.customer.name}
        return show_form(request, lead, form, title=title, button=_("Agree"))
    attempt(request, actions.agree_later, lead, **form.said, done=_("Agreed."))
    return go(request, reverse("leads:detail", args=[pk]))
