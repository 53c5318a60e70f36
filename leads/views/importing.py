"""What the pages of an import share: finding it, its steps, and covering what is nobody's business."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from leads.actions import Refused
from leads.models import ImportRow, LeadImport
from salesops.people import scope
from salesops.people.models import Role

State = LeadImport.State
importers = scope.require_role(Role.SO, Role.MANAGER, Role.ADMIN)


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
        # A workbook has no encoding to look at.
        return "leads:import_file" if draft.kind == "csv" else "leads:import_columns"
    return "leads:import_check"


def find_import(request: HttpRequest, pk: int) -> LeadImport:
    """An import of the user's, or of somebody whom they head; else 404."""
    return get_object_or_404(LeadImport.objects.visible_to(request.user).select_related("by", "owner"), pk=pk)


def preparing(view: Callable) -> Callable:
    """For the steps before an import begins: the view gets its draft; once it has begun, one is led to its page."""

    @wraps(view)
    def step(request: HttpRequest, pk: int) -> HttpResponse:
        draft = find_import(request, pk)
        return view(request, draft) if draft.draft else redirect("leads:import_detail", pk=pk)

    return step


def attempt(request: HttpRequest, action, *args, **values):
    """Calls an action on an import; tells why not and returns None, if it refuses."""
    try:
        return action(*args, **values)
    except Refused as refused:
        messages.warning(request, str(refused))
        return None


def counts_of(draft: LeadImport) -> dict[str, int]:
    """What the check expects, for every kind; `differing` are among the duplicates."""
    counts = {kind.value: draft.expected.get(kind.value, 0) for kind in ImportRow.Expected}
    counts["known"] = counts["duplicate"] + counts["differing"]
    counts["useful"] = counts["created"] + counts["updated"] + counts["known"]
    counts["written"] = counts["created"] + counts["updated"]
    return counts


def covered(value: str) -> str:
    """The first three and last two characters, enough to find the row in one's own file."""
    value = value.strip()
    return f"{value[:3]}****{value[-2:]}" if len(value) > 5 else "*" * len(value)
