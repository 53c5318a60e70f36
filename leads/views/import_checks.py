"""The check of an import: what would become of each row, and putting right what would be rejected."""

import re
from dataclasses import dataclass
from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST

from leads import reading
from leads.actions.import_checking import FIXED_AT_ONCE, correct
from leads.forms import FileForm
from leads.models import ImportRow, LeadImport
from leads.reading.form import Columns
from leads.wording import reason_words
from leads.workbooks import corrections
from salesops.web import keyset
from salesops.web.forms.once import one_time

from .importing import attempt, counts_of, find_import, importers, preparing, step_of, steps

Expected = ImportRow.Expected
State = LeadImport.State


@one_time
@importers
@preparing
def import_check(request: HttpRequest, draft: LeadImport) -> HttpResponse:
    """What would become of each row; what would be rejected is put right here or in a workbook."""
    if draft.state == State.SETUP and not draft.trouble:
        return redirect(step_of(draft), pk=draft.pk)
    if request.method == "POST":
        fixed = attempt(request, correct, draft, _typed(request, draft))
        if fixed is not None:
            left = draft.rows.filter(expected=Expected.REJECTED).count()
            said = ngettext("%(n)s row changed.", "%(n)s rows changed.", fixed) % {"n": fixed}
            messages.success(request, f"{said} {gettext('%(n)s still to put right.') % {'n': left}}")
        return redirect("leads:import_check", pk=draft.pk)
    checked = draft.state == State.CHECKED
    rejected = draft.rows.filter(expected=Expected.REJECTED) if checked else draft.rows.none()
    page = keyset.page(rejected, ("number",), request.GET.get("page"))
    counts = counts_of(draft)
    context = {
        "draft": draft,
        "checked": checked,
        "page": page,
        "rows": [_wrong(row, draft) for row in page.rows],
        "fixable": counts["rejected"] <= FIXED_AT_ONCE,
        "fixed_at_once": FIXED_AT_ONCE,
        "counts": counts,
        "upload_form": FileForm(),
        "steps": steps(draft, "check"),
        "here": request.get_full_path(),
    }
    template = "leads/_import_check.html" if request.htmx else "leads/import_check.html"
    response = render(request, template, context)
    if request.htmx and draft.state != State.CHECKING:
        # The whole page anew: with the check its primary button has come.
        response = HttpResponse(status=200, headers={"HX-Refresh": "true"})
    return response


@dataclass(frozen=True)
class Wrong:
    """A rejected row: what it says, which cell is wrong and why, and the name of the input that puts it right."""

    row: ImportRow
    company: str
    contact: str
    value: str
    name: str
    reason: str


def _wrong(row: ImportRow, draft: LeadImport) -> Wrong:
    cells, columns = row.cells, Columns(draft.headings, draft.mapping)
    said = partial(_first, cells, columns)
    index = draft.headings.index(row.column) if row.column in draft.headings else -1
    name = f"r{row.number}_{index}" if index >= 0 and row.reason != "cell_too_long" else ""
    return Wrong(row, said("company"), said("contact"), cells.get(row.column, ""), name, reason_words(row.reason))


def _first(cells, columns: Columns, name: str) -> str:
    return next((cells[heading].strip() for heading in columns.of(name) if heading in cells), "")


def _typed(request: HttpRequest, draft: LeadImport) -> dict[int, dict[str, str]]:
    """What was typed into the table of errors: row number, heading, text."""
    found: dict[int, dict[str, str]] = {}
    for name, text in request.POST.items():
        place = re.fullmatch(r"r(\d{1,7})_(\d{1,2})", name)
        if place and int(place[2]) < len(draft.headings):
            found.setdefault(int(place[1]), {})[draft.headings[int(place[2])]] = text[:2000]
    return found


@one_time
@require_POST
@importers
def import_corrections(request: HttpRequest, pk: int) -> HttpResponse:
    """The downloaded workbook of rejected rows, put right and loaded again."""
    draft = find_import(request, pk)
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.warning(request, gettext("Choose the workbook that you have put right."))
    else:
        try:
            cells = corrections(form.cleaned_data["file"])
        except reading.Unreadable as error:
            messages.warning(request, str(error))
        else:
            fixed = attempt(request, correct, draft, cells)
            if fixed is not None:
                said = ngettext("%(n)s row changed.", "%(n)s rows changed.", fixed)
                messages.success(request, said % {"n": fixed})
    return redirect("leads:import_check", pk=pk)
