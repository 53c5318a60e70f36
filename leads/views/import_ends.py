"""After an import: what differs is decided one by one, rejected rows are downloaded, and all of it may be undone."""

from io import BytesIO

from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext

from leads import tasks, workbooks
from leads.actions import Refused
from leads.actions.import_reviewing import decide, differences
from leads.actions.import_undo import UNDO_WITHIN, may_undo, undo_import
from leads.models import ImportRow, LeadImport
from salesops.sop.subjects import url
from salesops.web.forms.once import OneTimeForm, one_time

from .acting import number
from .import_steps import covered, importers, to_review

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_CONFIDENTIAL = ("email", "wechat")


def _import(request: HttpRequest, pk: int) -> LeadImport:
    return get_object_or_404(LeadImport.objects.visible_to(request.user).select_related("by"), pk=pk)


@importers
def import_template(request: HttpRequest) -> HttpResponse:
    """The registration form as an empty workbook, in the reader's language."""
    stream = BytesIO()
    workbooks.template(stream)
    stream.seek(0)
    return _download(stream, gettext("registration form") + ".xlsx")


@importers
def import_rejected(request: HttpRequest, pk: int) -> HttpResponse:
    """The rows that are or would be rejected, as a workbook that can be put right and loaded again."""
    lead_import = _import(request, pk)
    kind = Q(expected=ImportRow.Expected.REJECTED) if lead_import.draft else Q(outcome=ImportRow.Outcome.REJECTED)
    rows = lead_import.rows.filter(kind).order_by("number").iterator(chunk_size=1000)
    name = gettext("rejected rows of %(file)s") % {"file": lead_import.file_name.rpartition(".")[0] or pk}
    return _download(workbooks.rejected(lead_import, rows), f"{name}.xlsx")


def _download(stream, name: str) -> FileResponse:
    response = FileResponse(stream, as_attachment=True, filename=name, content_type=XLSX)
    response["Cache-Control"] = "no-store"
    return response


@one_time
@importers
def import_review(request: HttpRequest, pk: int) -> HttpResponse:
    """The next row that differs from what is on file: each field is taken from the file or kept."""
    lead_import = _import(request, pk)
    waiting = to_review(lead_import, request.user)
    if request.method == "POST":
        row = get_object_or_404(waiting, number=number(request.POST.get("row")))
        try:
            decide(row, take=request.POST.getlist("take"), by=request.user, at=request.now)
        except Refused as refused:
            messages.warning(request, str(refused))
        return redirect("leads:import_review", pk=pk)
    row = waiting.select_related("lead__customer", "lead__contact", "lead__owner").first()
    if row is None:
        messages.success(request, gettext("Every row has been decided."))
        return redirect("leads:import_detail", pk=pk)
    shown = [
        (name, heading, *((covered(one) for one in (before, after)) if name in _CONFIDENTIAL else (before, after)))
        for name, heading, before, after in differences(row, lead_import)
    ]
    context = {
        "lead_import": lead_import,
        "row": row,
        "differences": shown,
        "left": waiting.count(),
        "lead_url": url(row.lead.ref),
        "form": OneTimeForm(),
    }
    return render(request, "leads/import_review.html", context)


@one_time
@importers
def import_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """What undoing would do; then it is done in the background."""
    lead_import = _import(request, pk)
    if request.method == "POST":
        try:
            undo_import(lead_import, by=request.user, at=request.now)
        except Refused as refused:
            messages.warning(request, str(refused))
        else:
            transaction.on_commit(tasks.ring)
        return redirect("leads:import_detail", pk=pk)
    if not may_undo(lead_import, request.now):
        messages.warning(request, gettext("An import can be undone within seven days, once."))
        return redirect("leads:import_detail", pk=pk)
    until = lead_import.finished_at + UNDO_WITHIN
    context = {"lead_import": lead_import, "until": until, "form": OneTimeForm()}
    return render(request, "leads/import_undo.html", context)
