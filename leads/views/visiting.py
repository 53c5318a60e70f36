"""Visits: their tab on the lead, and the page, preparation, confirmation, invitation and record of each."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from leads import actions
from leads.actions.refusing import locked
from leads.actions.writing import can_write_to
from leads.forms.visiting import ConfirmationForm, PreparationForm, VisitForm, VisitRecordForm
from leads.invitation import invitation as invitation_of
from leads.models import Appointment, Lead, Preparation, Promise, Way
from salesops.documents.models import Upload
from salesops.events.models import Event
from salesops.web.forms import conflict, one_time
from salesops.web.templatetags.shell import instant_text

from .acting import attempt, find_inside, saved
from .detail import head

SHOWN = 30


@one_time
def visits(request, pk):
    """The visits of a lead, what comes next first; and planning one."""
    lead, allowed = find_inside(request, pk)
    if request.method == "POST" and not allowed.work:
        raise PermissionDenied
    form = VisitForm(request.POST if request.method == "POST" else None, auto_id="visit_%s")
    if request.method == "POST" and form.is_valid():
        planned = attempt(request, actions.plan_appointment, lead, way=Way.VISIT, **form.planned, done=_("Planned."))
        return redirect("leads:visit", planned.pk) if planned else redirect("leads:visits", pk)
    found = lead.appointments.filter(way=Way.VISIT).select_related("owner", "record", "preparation")
    rows = found.order_by("-starts_at", "-pk")[:SHOWN]
    context = head(request, lead, allowed) | {"visits": rows, "form": form}
    context["here"] = reverse("leads:visits", args=[pk])
    return render(request, "leads/visits.html", context, status=422 if form.errors else 200)


def visit(request, pk):
    """One visit: what is planned, prepared, confirmed, and what came of it. Prints on one page."""
    found, _lead, allowed = _find(request, pk)
    duties = head(request, found.lead, allowed)["owed"]
    context = {"visit": found, "lead": found.lead, "may": allowed, "here": request.path}
    context |= {"owed": [item for item in duties if item.deadline.subject == f"appointment:{pk}"]}
    context |= {"files": Upload.objects.filter(about=f"appointment:{pk}").select_related("by")}
    record = getattr(found, "record", None)
    if record:
        context["promises"] = Promise.objects.filter(follow_up=record.follow_up_id)
    return render(request, "leads/visit.html", context)


@one_time
def preparation(request, pk):
    """拜访准备清单."""
    found, lead, _allowed = _find_to_work(request, pk)
    if request.method == "POST":
        locked(lead, request.now)
    on_file = Preparation.objects.filter(visit=found).first()
    first = {"business": lead.customer.industry, "company_size": lead.customer.get_size_display()}
    first |= {"decision_chain": lead.decision_maker, "open_points": "\n".join(row["text"] for row in lead.open_promise)}
    form = PreparationForm(request.POST or None, record=on_file, initial={} if on_file else first)
    if form.is_valid() and saved(request, form, actions.prepare_visit, found, values=form.said, done=_("Saved.")):
        return redirect("leads:visit", pk)
    if form.conflicts:
        saves = Event.objects.filter(name="visit.prepared", subject=f"appointment:{pk}")
        return conflict(request, form, back=reverse("leads:visit", args=[pk]), saves=saves)
    return _form(request, found, form, title=_("Prepare the visit"), button=_("Save the list"))


@one_time
def confirmation(request, pk):
    """Time and place are confirmed, and the invitation goes to the customer."""
    found, lead, _allowed = _find_to_work(request, pk)
    first = {"place": found.place, "route": found.route}
    form = ConfirmationForm(request.POST or None, initial=first, mailable=can_write_to(lead))
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        found.place, found.route = values["place"], values["route"]
        mail = values.get("mail", False)
        letter = _letter(request, found) if mail else ("", "", "")
        named = {"place": values["place"], "route": values["route"], "mail": mail, "letter": letter}
        attempt(request, actions.confirm_visit, found, **named, done=_("Confirmed."))
        return redirect("leads:visit", pk)
    title = _("Confirm the visit: %(when)s") % {"when": instant_text(found.starts_at, request.now)}
    return _form(request, found, form, title=title, button=_("Confirm the visit"))


def _letter(request, found: Appointment) -> tuple[str, str, str]:
    when = instant_text(found.starts_at, request.now)
    values = {"when": when, "place": found.place, "purpose": found.purpose}
    body = _("We come to see you on %(when)s at %(place)s about: %(purpose)s") % values
    body = f"{body}\n\n{found.owner.name}"
    return _("Our visit on %(when)s") % {"when": when}, body, invitation_of(found, at=request.now)


def invitation(request, pk):
    """The visit as a file for calendars, to be sent on."""
    found, _lead, allowed = _find(request, pk)
    if not allowed.reveal:
        raise PermissionDenied
    response = HttpResponse(invitation_of(found, at=request.now), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="visit-{found.pk}.ics"'
    return response


@one_time
def visit_record(request, pk):
    """客户拜访记录表: written at the customer's door, in the order of a visit."""
    found, _lead, _allowed = _find_to_work(request, pk)
    posted = request.method == "POST"
    if getattr(found, "record", None) and not posted:
        return redirect("leads:visit", pk)
    values = {"visit": found, "now": request.now}
    form = VisitRecordForm(request.POST if posted else None, request.FILES if posted else None, **values)
    done = _("The visit is recorded.")
    if posted and form.is_valid() and saved(request, form, actions.record_visit, found, **form.recorded(), done=done):
        return redirect("leads:visit", pk)
    context = {"visit": found, "lead": found.lead, "form": form, "here": request.path}
    return render(request, "leads/visit_record.html", context, status=422 if form.errors else 200)


def _find(request, pk):
    """The visit, its lead and what the user may do; 404 outside the user's scope, and for other appointments."""
    rows = Appointment.objects.filter(way=Way.VISIT, lead__in=Lead.objects.visible_to(request.user))
    found = get_object_or_404(
        rows.select_related("owner", "preparation", "record__contact", "record__follow_up__by"), pk=pk
    )
    found.lead, allowed = find_inside(request, found.lead_id)
    return found, found.lead, allowed


def _find_to_work(request, pk):
    found, lead, allowed = _find(request, pk)
    if not allowed.work:
        raise PermissionDenied
    return found, lead, allowed


def _form(request, found: Appointment, form, *, title: str, button: str):
    context = {"visit": found, "lead": found.lead, "form": form, "title": title, "button": button}
    return render(
        request, "leads/visit_form.html", context | {"here": request.path}, status=422 if form.errors else 200
    )
