"""The steps of an import before anything is written: how the file is read, its columns, the check, the choices."""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from leads import reading, tasks
from leads.actions import Refused, import_drafts
from leads.actions.import_checking import FIXED_AT_ONCE, correct
from leads.actions.import_corrections import corrections
from leads.actions.import_turns import turn_at
from leads.forms import ColumnsForm, FileForm, ReadingForm, StartForm
from leads.models import ImportRow, Lead, LeadImport
from leads.reading.form import Columns
from leads.reading.sample import Sample
from leads.wording import reason_words
from salesops.people import scope
from salesops.people.directory import Directory
from salesops.people.models import Role
from salesops.web import keyset
from salesops.web.forms.once import one_time

Expected = ImportRow.Expected
State = LeadImport.State
importers = scope.require_role(Role.SO, Role.MANAGER, Role.ADMIN)
_DIGITS = re.compile(r"(\d{3})\d{3,}(\d{2})")
PER_DAY = 20
SPREAD_OVER = 10  # working days


@dataclass(frozen=True)
class Step:
    number: int
    label: str
    url: str  # "" for one that is not open yet
    current: bool


_STEPS = {
    "file": _("File"),
    "columns": _("Columns"),
    "check": _("Check"),
    "start": _("Import"),
}


def steps(draft: LeadImport | None, current: str) -> list[Step]:
    """The four steps; those before the current one can be gone back to."""
    names = list(_STEPS)
    return [
        Step(
            number,
            label,
            reverse(f"leads:import_{name}", args=[draft.pk]) if draft and number <= names.index(current) else "",
            name == current,
        )
        for number, (name, label) in enumerate(_STEPS.items(), 1)
    ]


def step_of(draft: LeadImport) -> str:
    """The name of the page on which an import waits."""
    if draft.state == State.SETUP:
        return "leads:import_file" if draft.kind == "csv" else "leads:import_columns"
    return "leads:import_check"


def _draft(request: HttpRequest, pk: int) -> LeadImport:
    return get_object_or_404(LeadImport.objects.visible_to(request.user).select_related("by"), pk=pk)


def _elsewhere(request: HttpRequest, draft: LeadImport) -> HttpResponse:
    """To the page of an import that has begun, or to the list where it was thrown away."""
    return redirect("leads:import_detail", pk=draft.pk)


def _attempt(request: HttpRequest, action, *args, **values):
    try:
        return action(*args, **values)
    except Refused as refused:
        messages.warning(request, str(refused))
        return None


# 1 File


@one_time
@importers
def import_file(request: HttpRequest, pk: int) -> HttpResponse:
    """How a CSV file is read: its first lines, and another encoding if they are garbled."""
    draft = _draft(request, pk)
    if not draft.draft:
        return _elsewhere(request, draft)
    form = ReadingForm(
        request.POST or None, initial={"encoding": draft.codec.removesuffix("-sig"), "delimiter": draft.delimiter}
    )
    if request.method == "POST" and form.is_valid():
        try:
            done = _attempt(request, import_drafts.read_differently, draft, **form.said)
        except reading.Unreadable as error:
            form.add_error("encoding", str(error))
        else:
            return redirect("leads:import_file" if done else "leads:import", **({"pk": pk} if done else {}))
    context = {"draft": draft, "form": form, "sample": _sample(draft), "steps": steps(draft, "file")}
    return render(request, "leads/import_file.html", context, status=422 if form.errors else 200)


def _sample(draft: LeadImport) -> Sample | None:
    try:
        sample = import_drafts.sample_of(draft)
    except reading.Unreadable:
        return None
    return Sample(**sample.__dict__ | {"lines": [[masked(cell) for cell in line] for line in sample.lines]})


def masked(text: str) -> str:
    """A cell of somebody's file with its long numbers covered: enough to see whether it is read rightly."""
    return _DIGITS.sub(r"\1****\2", text)


# 2 Columns


@one_time
@importers
def import_columns(request: HttpRequest, pk: int) -> HttpResponse:
    """What each column means; guessed from its heading, or as somebody has said before."""
    draft = _draft(request, pk)
    if not draft.draft:
        return _elsewhere(request, draft)
    form = ColumnsForm(request.POST or None, draft=draft)
    if request.method == "POST" and form.is_valid():
        values = {"mapping": form.mapping(), "by": request.user, "at": request.now}
        if _attempt(request, import_drafts.check, draft, **values):
            transaction.on_commit(tasks.ring)
            return redirect("leads:import_check", pk=pk)
        return redirect("leads:import")
    sample = _sample(draft)
    lines = zip(*sample.lines, strict=False) if sample and sample.lines else [()] * len(draft.headings)
    columns = [
        (form[f"c{index}"], heading, [cell for cell in cells if cell][:3])
        for index, (heading, cells) in enumerate(zip(draft.headings, lines, strict=False))
    ]
    context = {"draft": draft, "form": form, "columns": columns, "steps": steps(draft, "columns")}
    return render(request, "leads/import_columns.html", context, status=422 if form.errors else 200)


# 3 Check


@one_time
@importers
def import_check(request: HttpRequest, pk: int) -> HttpResponse:
    """What would become of each row; what would be rejected is put right here or in a workbook."""
    draft = _draft(request, pk)
    if not draft.draft:
        return _elsewhere(request, draft)
    if draft.state == State.SETUP and not draft.trouble:
        return redirect(step_of(draft), pk=pk)
    if request.method == "POST":
        fixed = _attempt(request, correct, draft, _typed(request, draft))
        if fixed is not None:
            left = draft.rows.filter(expected=Expected.REJECTED).count()
            said = ngettext("%(n)s row changed.", "%(n)s rows changed.", fixed) % {"n": fixed}
            messages.success(request, f"{said} {gettext('%(n)s still to put right.') % {'n': left}}")
        return redirect("leads:import_check", pk=pk)
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


def counts_of(draft: LeadImport) -> dict[str, int]:
    """What the check expects, for every kind; `differing` are among the duplicates."""
    counts = {kind.value: draft.expected.get(kind.value, 0) for kind in Expected}
    counts["known"] = counts["duplicate"] + counts["differing"]
    counts["useful"] = counts["created"] + counts["updated"] + counts["known"]
    counts["written"] = counts["created"] + counts["updated"]
    return counts


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
    draft = _draft(request, pk)
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.warning(request, gettext("Choose the workbook that you have put right."))
    else:
        try:
            cells = corrections(form.cleaned_data["file"])
        except reading.Unreadable as error:
            messages.warning(request, str(error))
        else:
            fixed = _attempt(request, correct, draft, cells)
            if fixed is not None:
                said = ngettext("%(n)s row changed.", "%(n)s rows changed.", fixed)
                messages.success(request, said % {"n": fixed})
    return redirect("leads:import_check", pk=pk)


# 4 Import


@one_time
@importers
def import_start(request: HttpRequest, pk: int) -> HttpResponse:
    """The choices, with what each means for this file; then rows are written."""
    draft = _draft(request, pk)
    if not draft.draft:
        return _elsewhere(request, draft)
    if draft.state != State.CHECKED:
        return redirect(step_of(draft), pk=pk)
    counts = counts_of(draft)
    desk = max(1, len(Directory(request.now).desk_members("so")))
    spread = _suggested(counts["created"], desk)
    form = StartForm(request.POST or None, user=request.user, now=request.now, initial={"per_day": spread})
    if request.method == "POST" and form.is_valid():
        if _attempt(request, import_drafts.begin, draft, **form.said):
            transaction.on_commit(tasks.ring)
        return redirect("leads:import_detail", pk=pk)
    plan = _plan(request, counts["created"], spread, desk)
    if request.htmx and request.method == "GET":
        return render(request, "leads/_import_plan.html", {"plan": plan, "counts": counts})
    context = {"draft": draft, "form": form, "counts": counts, "plan": plan, "steps": steps(draft, "start")}
    return render(request, "leads/import_start.html", context, status=422 if form.errors else 200)


def _suggested(created: int, desk: int) -> int | None:
    """So many a day for each of sales operations that a long list has begun within ten working days."""
    a_day = -(-created // (desk * SPREAD_OVER))
    return max(PER_DAY, -(-a_day // 10) * 10) if created > PER_DAY else None


@dataclass(frozen=True)
class Plan:
    """What the choices made so far mean for the new leads."""

    target: str
    per_day: int | None
    people: int
    days: int
    last: datetime


def _plan(request: HttpRequest, created: int, spread: int | None, desk: int) -> Plan:
    values = request.POST or request.GET
    target = values.get("target", LeadImport.Target.CLEANING)
    typed = values.get("per_day", spread if not values else "") or ""
    per_day = int(typed) if str(typed).isdecimal() and 0 < int(typed) <= 1000 else None
    people = max(1, len(values.getlist("owners")) if target == LeadImport.Target.OWNERS else desk)
    days = -(-created // (per_day * people)) if per_day and created else 1
    return Plan(target, per_day, people, days, turn_at(min(days, 2000) - 1, None, request.now))


@one_time
@require_POST
@importers
def import_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Throws an uploaded file away; nothing of it was written."""
    draft = _draft(request, pk)
    try:
        import_drafts.discard(draft)
        messages.success(
            request, gettext("%(file)s was thrown away. Nothing was imported.") % {"file": draft.file_name}
        )
    except Refused as refused:
        messages.warning(request, str(refused))
    return redirect("leads:import")


def covered(value: str) -> str:
    """The first three and last two characters, enough to find the row in one's own file."""
    value = value.strip()
    return f"{value[:3]}****{value[-2:]}" if len(value) > 5 else "*" * len(value)


def to_review(lead_import: LeadImport, user):
    """The rows that differ from a lead that the user may see, and wait to be decided."""
    seen = Lead.objects.visible_to(user)
    return lead_import.rows.filter(to_review=True, lead__in=seen).order_by("number")
