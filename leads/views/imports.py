from dataclasses import dataclass
from functools import partial

from django.db.models import Count, Max, Min
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from leads import reading
from leads.actions.import_drafts import upload
from leads.actions.import_reviewing import to_review
from leads.actions.import_undo import UNDO_WITHIN, UNDONE, may_undo
from leads.forms import FileForm
from leads.models import ImportRow, Lead, LeadImport
from leads.reading.form import Columns
from leads.wording import kept_words, reason_words
from salesops.sop.subjects import url
from salesops.web import keyset
from salesops.web.forms.once import one_time

from .importing import covered, find_import, importers, step_of, steps

RECENT = 20
_CONFIDENTIAL = ("reach", "email", "wechat")
HOW = {"put_right": _("put right"), "unreadable": _("left out, not readable")}


@one_time
@importers
def import_(request: HttpRequest) -> HttpResponse:
    """The first step: a file; and what was imported before."""
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            draft = upload(file, file_name=file.name, by=request.user, at=request.now)
        except reading.Unreadable as error:
            form.add_error("file", str(error))
        else:
            return redirect(step_of(draft), pk=draft.pk)
    recent = LeadImport.objects.visible_to(request.user).select_related("by").order_by("-at", "-pk")[:RECENT]
    context = {"form": form, "recent": recent, "steps": steps(None, "file")}
    return render(request, "leads/import.html", context, status=422 if form.errors else 200)


@importers
def import_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Progress and, row by row, what became of a file; htmx asks for the part that changes until it is done."""
    lead_import = find_import(request, pk)
    if lead_import.draft:
        return redirect(step_of(lead_import), pk=pk)
    outcome = request.GET.get("outcome", "")
    rows = lead_import.rows.exclude(outcome__in=(ImportRow.Outcome.WAITING, ImportRow.Outcome.BLANK))
    if outcome in ImportRow.Outcome.values:
        rows = rows.filter(outcome=outcome)
    page = keyset.page(rows, ("number",), request.GET.get("page"))
    seen = Lead.objects.visible_to(request.user).filter(pk__in={row.lead_id for row in page.rows if row.lead_id})
    visible = set(seen.values_list("pk", flat=True))
    columns = Columns(lead_import.headings, lead_import.mapping)
    context = {
        **_whole(lead_import, request.user, request.now),
        "lead_import": lead_import,
        "page": page,
        "rows": [_line(row, columns, visible) for row in page.rows],
        "chips": _chips(lead_import, outcome),
        "query": f"outcome={outcome}&" if outcome in ImportRow.Outcome.values else "",
        "here": request.get_full_path(),
    }
    template = "leads/_import_progress.html" if request.htmx else "leads/import_detail.html"
    response = render(request, template, context)
    # 286 tells htmx to stop asking.
    response.status_code = 286 if request.htmx and lead_import.done else 200
    return response


def _whole(lead_import: LeadImport, user, now) -> dict:
    """What the page says of the import as a whole."""
    waiting = lead_import.turns.filter(done_at=None).aggregate(count=Count("pk"), next=Min("at"), last=Max("at"))
    finished = lead_import.state == LeadImport.State.DONE
    return {
        "waiting": waiting if finished else {"count": 0},
        "to_review": to_review(lead_import, user).count() if finished else 0,
        "undo_until": lead_import.finished_at + UNDO_WITHIN if may_undo(lead_import, now) else None,
    }


@dataclass(frozen=True)
class Chip:
    label: str
    count: int
    url: str
    current: bool


def _chips(lead_import: LeadImport, outcome: str) -> list[Chip]:
    page = reverse("leads:import_detail", args=[lead_import.pk])
    shown = (
        ImportRow.Outcome.REJECTED,
        ImportRow.Outcome.DUPLICATE,
        ImportRow.Outcome.UPDATED,
        ImportRow.Outcome.CREATED,
    )
    everything = Chip(_("all"), lead_import.judged - lead_import.blank, page, outcome not in shown)
    return [
        everything,
        *(
            Chip(kind.label, getattr(lead_import, kind.value), f"{page}?outcome={kind.value}", outcome == kind.value)
            for kind in shown
        ),
    ]


@dataclass(frozen=True)
class Line:
    """A row as the page shows it: numbers and addresses masked, values on file only where the viewer may see them."""

    row: ImportRow
    tag: str
    icon: str
    company: str
    contact: str
    reach: str
    value: str
    reason: str
    kept: str
    cleaned: list[tuple[str, str]]
    differing: list[tuple[str, str, str]]
    url: str


_LOOKS = {
    ImportRow.Outcome.CREATED: ("met", "check2"),
    ImportRow.Outcome.UPDATED: ("info", "arrow-repeat"),
    ImportRow.Outcome.DUPLICATE: ("soon", "layers"),
    ImportRow.Outcome.REJECTED: ("late", "x-circle"),
}


def _line(row: ImportRow, columns: Columns, visible: set[int]) -> Line:
    cells = row.cells
    may_see = row.lead_id in visible
    confidential = {heading for name in _CONFIDENTIAL for heading in columns.of(name)}
    said = partial(_said, cells, columns)
    tag, icon = _LOOKS[row.outcome]
    value = cells.get(row.column, "") if row.outcome == row.Outcome.REJECTED else ""
    return Line(
        row=row,
        tag=tag,
        icon=icon,
        company=said("company"),
        contact=said("contact"),
        reach=covered(said(*_CONFIDENTIAL)),
        value=covered(value) if row.column in confidential else value,
        reason=reason_words(row.reason),
        kept=_("taken back") if row.undo == UNDONE else kept_words(row.undo),
        cleaned=[(column, HOW.get(how, how)) for column, how in row.cleaned if column != row.column],
        differing=[
            (column, _shown(column, known, confidential) if may_see else "", _shown(column, new, confidential))
            for column, known, new in row.differences
        ],
        url=url(f"lead:{row.lead_id}") if may_see else "",
    )


def _said(cells: dict[str, str], columns: Columns, *names: str) -> str:
    return next((cells[heading].strip() for name in names for heading in columns.of(name) if heading in cells), "")


def _shown(column: str, value: str, confidential: set[str]) -> str:
    return covered(value) if column in confidential else value
