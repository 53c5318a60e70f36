"""Exports: asking from a list, what became of it, the password and the file, each once."""

from django.contrib import messages
from django.http import FileResponse, Http404, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from leads import actions, listing
from leads.actions import exporting
from leads.approvals import facts_of
from leads.forms import ExportForm, FilterForm
from leads.models import Export, ProtectionRules
from leads.policy import EXPORTERS, assignable
from salesops.approvals.models import Approval
from salesops.people.scope import require_role
from salesops.web import keyset
from salesops.web.forms import one_time, wrote

from .acting import attempt

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
State = Export.State


@require_role(*EXPORTERS)
def exports(request):
    """What I have asked for; administrators see everybody's."""
    rows = Export.objects.visible_to(request.user).select_related("by").defer("leads")
    page = keyset.page(rows, ("-asked_at", "-id"), request.GET.get("page"))
    return render(request, "leads/exports.html", {"page": page})


@one_time
@require_role(*EXPORTERS)
def export_new(request):
    """Asks for the leads of a list, as it is filtered, as a file."""
    view = request.GET.get("view", "")
    view = view if view in listing.views_of(request.user) else listing.first_view(request.user)
    filters = FilterForm(request.GET, people=assignable(request.user).only("name", "pinyin"))
    query = QueryDict(mutable=True)
    query.update({name: request.GET[name] for name in filters.chosen})
    form = ExportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = {"purpose": form.cleaned_data["purpose"], "view": view, "query": query.urlencode()}
        asked = attempt(request, actions.ask_export, columns=form.columns, **values)
        if asked:
            messages.success(request, _("Asked for. Another person approves, then the file is made."))
            return redirect("leads:export", asked.pk)
    most = ProtectionRules.now().export_rows
    found = exporting.leads_to_export(view, query.urlencode(), request.user, request.now)
    context = {
        "form": form,
        "view_label": listing.VIEWS[view],
        "chips": filters.chips(),
        "most": most,
        "count": found.order_by()[: most + 1].count() if found is not None else 0,
        "back": f"{reverse('leads:list')}?view={view}&{query.urlencode()}",
    }
    return render(request, "leads/export_new.html", context, status=422 if form.errors else 200)


def export(request, pk):
    """One export: where it stands, and for whoever asked the password and the file."""
    found = get_object_or_404(_visible(request).select_related("by", "decided_by"), pk=pk)
    mine = found.by_id == request.user.pk
    return render(request, "leads/export.html", {**_state(request, found), "mine": mine})


def _state(request, found: Export) -> dict:
    ready = found.state == State.READY and found.expires_at > request.now
    asked = Approval.objects.filter(kind=exporting.KIND, subject=found.ref).order_by("-pk").first()
    return {"export": found, "facts": facts_of(found), "ready": ready, "approval": asked}


@one_time
@require_POST
def export_password(request, pk):
    """Shows the password to whoever asked for the export, once; the page is kept nowhere."""
    found = _mine(request, pk)
    password = attempt(request, actions.show_password, found)
    if password is None:
        return redirect("leads:export", pk)
    found.refresh_from_db()
    response = render(request, "leads/export.html", {**_state(request, found), "mine": True, "password": password})
    response["Cache-Control"] = "no-store"
    wrote(request, reverse("leads:export", args=[pk]))
    return response


@one_time
@require_POST
def export_file(request, pk):
    """Gives the file to whoever asked for it, once. A POST, so that nothing fetches it in advance."""
    found = _mine(request, pk)
    if why := exporting.lost(found):
        exporting.stop(found, why, at=request.now)
        return redirect("leads:export", pk)
    stream = attempt(request, actions.take_export, found)
    if stream is None:
        return redirect("leads:export", pk)
    response = FileResponse(stream, as_attachment=True, filename=f"{found.number}.xlsx", content_type=XLSX)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    wrote(request, reverse("leads:export", args=[pk]))
    return response


def _visible(request):
    return Export.objects.visible_to(request.user).defer("leads")


def _mine(request, pk) -> Export:
    """One's own export whose file has been made; 404 for everybody else's, and for what was never approved."""
    found = get_object_or_404(Export.objects.select_related("by"), pk=pk, by=request.user)
    if found.built_at is None:
        raise Http404
    return found
