"""The needs of a lead: their tab, the list, the report and the customer's own page for it, the request."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef
from django.db.models.functions import JSONObject
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from leads import actions
from leads.actions.refusing import locked
from leads.actions.writing import can_write_to
from leads.forms.needs import CustomerAnswerForm, NeedsForm, NeedsRequestForm, NotedAnswerForm, ReportForm
from leads.models import Appointment, Lead, Needs, NeedsReport, NeedsRequest
from leads.models.needs import confirmed_of, confirmed_report
from salesops.documents.models import Upload
from salesops.encryption import blind_index
from salesops.events.models import Event
from salesops.web.calm import is_calm
from salesops.web.forms import conflict, one_time

from .acting import attempt, find_inside, saved
from .detail import head

OPENINGS = 30  # of one report in a minute


def needs(request, pk):
    """What is known of the needs, each report with its answer, the requests."""
    lead, allowed = find_inside(request, pk)
    reports = [*lead.needs_reports.select_related("by", "noted_by", "lead__needs").annotate(filed=_requests())]
    for report in reports:
        report.filed = [row | {"at": parse_datetime(row["at"])} for row in report.filed]
    found = reports[0].lead.needs if reports else Needs.objects.filter(lead=lead).first()
    files = Upload.objects.filter(about__in=[f"needs:{report.pk}" for report in reports]).select_related("by")
    context = head(request, lead, allowed) | {"needs": found, "reports": reports, "files": files}
    if reports and allowed.reveal:
        context["link"] = request.build_absolute_uri(reverse("leads:needs_answer", args=[reports[0].token]))
    context |= {"report_form": ReportForm(mailable=can_write_to(lead)), "here": reverse("leads:needs", args=[pk])}
    context |= {
        "current": confirmed_of(found, reports) if found else None,
        "now_open": bool(reports) and reports[0].expires_at > request.now,
    }
    return render(request, "leads/needs.html", context)


def _requests() -> ArraySubquery:
    """For a query of reports: the requests that were filed on each, the newest first."""
    facts = JSONObject(by="filed_by__name", at="filed_at", text="text")
    filed = NeedsRequest.objects.filter(report=OuterRef("pk"))
    return ArraySubquery(filed.order_by("-filed_at", "-pk").values(facts=facts))


@one_time
def needs_list(request, pk):
    """需求分析清单 before a planned needs talk."""
    talk = get_object_or_404(Appointment, pk=pk, needs_talk=True, lead__in=Lead.objects.visible_to(request.user))
    return _write(request, talk.lead_id, talk)


@one_time
def needs_text(request, pk):
    """The same at any other time."""
    return _write(request, pk, None)


def _write(request, pk, talk):
    lead, allowed = find_inside(request, pk)
    if not allowed.work:
        raise PermissionDenied
    if request.method == "POST":
        locked(lead, request.now)
    found = Needs.objects.filter(lead=lead).first()
    form = NeedsForm.of(found, request.POST or None, talk=talk)
    target = reverse("leads:needs", args=[pk])
    if form.is_valid():
        attempt(request, actions.write_needs, lead, values=form.said, talk=talk, done=_("Saved."))
        return redirect(target)
    if form.conflicts:
        # The first list, and a change before it was reported, are no events: then nobody is named.
        saves = Event.objects.filter(file=lead.ref, name__in=["needs.changed", "needs.prepared"])
        return conflict(request, form, back=target, saves=saves.filter(at__gte=found.changed_at or request.now))
    title, button = _("List of needs"), _("Save the list")
    return _form(request, lead, form, title=title, button=button)


@one_time
def needs_report(request, pk):
    """Sends the report: makes the customer's page of it, and mails its address where that is wanted."""
    lead, allowed = find_inside(request, pk)
    if not allowed.work:
        raise PermissionDenied
    form = ReportForm(request.POST if request.method == "POST" else None, mailable=can_write_to(lead))
    if request.method == "POST" and form.is_valid():
        values = {"mail": form.cleaned_data.get("mail", False), "address": settings.BASE_URL}
        done = _("The report is ready. Pass its link on to the customer.")
        attempt(request, actions.report_needs, lead, **values, done=done)
        return redirect("leads:needs", pk)
    return redirect("leads:needs", pk)


def needs_paper(request, pk):
    """One report as a page of A4 with lines for signatures."""
    report, lead, allowed = _report(request, pk)
    return render(request, "leads/needs_paper.html", {"report": report, "lead": lead, "may": allowed})


@one_time
def needs_noted(request, pk):
    """The customer's answer on paper or by word, noted by who works on the lead."""
    report, lead, allowed = _report(request, pk)
    if not allowed.work:
        raise PermissionDenied
    posted = request.method == "POST"
    form = NotedAnswerForm(request.POST if posted else None, request.FILES if posted else None)
    if posted and form.is_valid():
        values = _answer(form) | {"files": form.cleaned_data["files"]}
        if saved(request, form, actions.answer_report, report, **values, done=_("Noted.")):
            return redirect("leads:needs", lead.pk)
    return _form(request, lead, form, title=_("The customer's answer"), button=_("Note it"))


@one_time
def needs_request(request, pk):
    """需求申请表: to the manager, with the signed document."""
    lead, allowed = find_inside(request, pk)
    if not allowed.work:
        raise PermissionDenied
    report = confirmed_report(lead)
    if report is None:
        messages.warning(request, _("The customer has not confirmed the report yet."))
        return redirect("leads:needs", pk)
    there = Upload.objects.filter(about=f"needs:{report.pk}").exists()
    posted, first = request.method == "POST", {"text": f"{report.pain_points}\n{report.goals}"}
    files = request.FILES if posted else None
    form = NeedsRequestForm(request.POST if posted else None, files, initial=first, has_document=there)
    done = _("Filed to the manager.")
    if posted and form.is_valid() and saved(request, form, actions.request_needs, lead, **form.said, done=done):
        return redirect("leads:needs", pk)
    return _form(request, lead, form, title=_("Needs request"), button=_("File it"))


@login_not_required
@never_cache
@one_time(anonymous=True)
def needs_answer(request, token):
    """The customer's page of a report: no sign-in, an address that nobody guesses, one answer."""
    index = blind_index(token)
    address = request.META.get("REMOTE_ADDR", "")
    if not is_calm(f"needs:{index}:{address}", OPENINGS, 60, at=request.now):
        return render(None, "429.html", status=429)
    report = NeedsReport.objects.select_related("lead__customer", "by").filter(token_index=index).first()
    if report is None:
        raise Http404
    posted = request.method == "POST"
    form = CustomerAnswerForm(request.POST if posted else None, auto_id="answer_%s")
    if posted and form.is_valid():
        try:
            actions.answer_report(report, **_answer(form), by=None, at=request.now)
        except actions.Refused as refused:
            messages.warning(request, str(refused))
        return redirect("leads:needs_answer", token)
    is_open = not report.answer and report.expires_at > request.now
    if report.opened_at is None and not posted and not request.user.is_authenticated:
        NeedsReport.objects.filter(pk=report.pk, opened_at=None).update(opened_at=request.now)
    context = {"report": report, "form": form, "is_open": is_open, "here": request.path}
    response = render(request, "leads/needs_answer.html", context, status=422 if form.errors else 200)
    # Not "no-referrer": a browser then posts the form with `Origin: null`, which no CSRF check lets through.
    response["Referrer-Policy"], response["X-Robots-Tag"] = "same-origin", "noindex"
    return response


def _answer(form) -> dict:
    values = form.cleaned_data
    return {"yes": values["answer"] == "yes", "name": values["name"], "words": values["words"]}


def _report(request, pk):
    report = get_object_or_404(
        NeedsReport.objects.filter(lead__in=Lead.objects.visible_to(request.user)).select_related("by"), pk=pk
    )
    lead, allowed = find_inside(request, report.lead_id)
    if not allowed.edit and not request.user.pk == lead.presales_id:
        raise PermissionDenied
    return report, lead, allowed


def _form(request, lead: Lead, form, *, title: str, button: str):
    context = {"lead": lead, "form": form, "title": title, "button": button, "here": request.path}
    return render(request, "leads/needs_form.html", context, status=422 if form.errors else 200)
