"""The library: talk templates and cases, written by sales operations and managers, taken into follow-ups."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from leads import actions
from leads.forms.library import FORMS
from leads.library import KINDS, offers
from leads.models import Stage
from leads.policy import READERS, WRITERS
from salesops.events.models import Event
from salesops.people.scope import require_role
from salesops.web.forms import conflict, one_time

from .acting import find_to

MOST = 300  # pieces of a kind on the page; a team has some dozens
VERSIONS = 20


@require_role(*READERS)
def library(request, kind="scripts"):
    """All of a kind in use, by stage, or what is retired; a word finds a piece by its texts."""
    retired, wanted = "retired" in request.GET, request.GET.get("q", "").strip()[:50]
    pieces = _model(kind).objects.filter(retired_at__isnull=not retired).select_related("written_by")
    found = [piece for piece in pieces.order_by("-uses", "-written_at", "-id")[:MOST] if _has(piece, wanted)]
    stages = [(label, [piece for piece in found if piece.stage == value]) for value, label in Stage.choices]
    groups = [(_("At any stage"), [piece for piece in found if piece.stage is None]), *stages]
    context = {"kind": kind, "groups": [group for group in groups if group[1]], "retired": retired, "wanted": wanted}
    return render(request, "leads/library.html", context | {"may_write": request.user.has_role(*WRITERS)})


def _model(kind: str):
    if kind not in KINDS:
        raise Http404
    return KINDS[kind]


def _has(piece, wanted: str) -> bool:
    texts = (piece.title, piece.industry, piece.product, *(getattr(piece, name, "") for name in ("text", "customer")))
    return wanted.lower() in " ".join(texts).lower()


@one_time
@require_role(*READERS)
def library_piece(request, kind, pk=None):
    """One piece to read, with its versions; who may, writes the next version of it, or a new one."""
    model, may_write = _model(kind), request.user.has_role(*WRITERS)
    if not may_write and (pk is None or request.method == "POST"):
        raise PermissionDenied
    piece = get_object_or_404(_locked(model, request), pk=pk) if pk else model()
    names = FORMS[kind].Meta.fields
    on_file = {name: getattr(piece, name) for name in names} if pk else {}
    form = FORMS[kind](request.POST or None, instance=model(), on_file=on_file) if may_write else None
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in names}
        saved = actions.save_piece(piece, values=values, by=request.user, at=request.now)
        messages.success(request, _("Saved as version %(version)d.") % {"version": saved.version})
        return redirect("leads:library_piece", kind, saved.pk)
    if form is not None and form.conflicts:
        saves = Event.objects.filter(subject=f"{kind.removesuffix('s')}:{pk}", name__endswith=".written")
        return conflict(request, form, back=request.path, saves=saves)
    versions = _versions(piece) if pk else ()
    context = {"kind": kind, "piece": piece, "form": form, "versions": versions, "may_write": may_write}
    return render(request, "leads/library_piece.html", context, status=422 if form is not None and form.errors else 200)


def _versions(piece) -> list:
    """The versions of the text, the newest first."""
    kept = piece.events.select_related("written_by").order_by("-version", "pgh_id").distinct("version")
    return list(kept[:VERSIONS])


def _locked(model, request):
    return model.objects.select_for_update() if request.method == "POST" else model.objects.select_related("written_by")


@one_time
@require_POST
@require_role(*WRITERS)
def library_retirement(request, kind, pk):
    """Takes a piece out of use, or back into it."""
    piece = get_object_or_404(_model(kind), pk=pk)
    gone = actions.retire(piece, by=request.user, at=request.now)
    messages.success(request, _("It is offered no more.") if gone else _("It is offered again."))
    return redirect("leads:library_piece", kind, pk)


def offered(request, pk):
    """What fits a lead: beside the form of a follow-up, or on a page of its own from which one goes to the form."""
    lead = find_to(request, pk, "work")
    template = "leads/_offered.html" if request.htmx else "leads/offered.html"
    return render(request, template, {"lead": lead, "offers": offers(lead, request.user)})
