"""The steps of an import around its check: how the file is read, what its columns mean, and the last choices."""

import re
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from leads import reading, tasks
from leads.actions import import_drafts
from leads.actions.import_turns import turn_at
from leads.forms import ColumnsForm, ReadingForm, StartForm
from leads.models import LeadImport
from leads.reading.sample import Sample
from salesops.people.directory import Directory
from salesops.web.forms.once import one_time

from .importing import attempt, counts_of, find_import, importers, preparing, step_of, steps

State = LeadImport.State
_DIGITS = re.compile(r"(\d{3})\d{3,}(\d{2})")
PER_DAY = 20
SPREAD_OVER = 10  # working days


@one_time
@importers
@preparing
def import_file(request: HttpRequest, draft: LeadImport) -> HttpResponse:
    """How a CSV file is read: its first lines, and another encoding if they are garbled."""
    form = ReadingForm(
        request.POST or None, initial={"encoding": draft.codec.removesuffix("-sig"), "delimiter": draft.delimiter}
    )
    if request.method == "POST" and form.is_valid():
        try:
            done = attempt(request, import_drafts.read_differently, draft, **form.said)
        except reading.Unreadable as error:
            form.add_error("encoding", str(error))
        else:
            return redirect("leads:import_file" if done else "leads:import", **({"pk": draft.pk} if done else {}))
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


@one_time
@importers
@preparing
def import_columns(request: HttpRequest, draft: LeadImport) -> HttpResponse:
    """What each column means; guessed from its heading, or as somebody has said before."""
    form = ColumnsForm(request.POST or None, draft=draft)
    if request.method == "POST" and form.is_valid():
        values = {"mapping": form.mapping(), "by": request.user, "at": request.now}
        if attempt(request, import_drafts.check, draft, **values):
            transaction.on_commit(tasks.ring)
            return redirect("leads:import_check", pk=draft.pk)
        return redirect("leads:import")
    sample = _sample(draft)
    lines = zip(*sample.lines, strict=False) if sample and sample.lines else [()] * len(draft.headings)
    columns = [
        (form[f"c{index}"], heading, [cell for cell in cells if cell][:3])
        for index, (heading, cells) in enumerate(zip(draft.headings, lines, strict=False))
    ]
    # A workbook may be formatted far to the right: columns with neither a heading nor a value mean nothing.
    columns = [column for column in columns if column[2] or not column[1].startswith("#") or column[0].value()]
    context = {"draft": draft, "form": form, "columns": columns, "steps": steps(draft, "columns")}
    return render(request, "leads/import_columns.html", context, status=422 if form.errors else 200)


@one_time
@importers
@preparing
def import_start(request: HttpRequest, draft: LeadImport) -> HttpResponse:
    """The choices, with what each means for this file; then rows are written."""
    if draft.state != State.CHECKED:
        return redirect(step_of(draft), pk=draft.pk)
    counts = counts_of(draft)
    desk = max(1, len(Directory(request.now).desk_members("so")))
    spread = _suggested(counts["created"], desk)
    form = StartForm(request.POST or None, user=request.user, now=request.now, initial={"per_day": spread})
    if request.method == "POST" and form.is_valid():
        if attempt(request, import_drafts.begin, draft, **form.said):
            transaction.on_commit(tasks.ring)
        return redirect("leads:import_detail", pk=draft.pk)
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
    draft = find_import(request, pk)
    said = gettext("%(file)s was thrown away. Nothing was imported.") % {"file": draft.file_name}
    if attempt(request, import_drafts.discard, draft):
        messages.success(request, said)
    return redirect("leads:import")
