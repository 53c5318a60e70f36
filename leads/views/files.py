"""The files of a lead: those on itself and on everything that was done on it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from salesops.documents.actions import attach
from salesops.documents.forms import FilesForm
from salesops.documents.models import Upload
from salesops.web import keyset
from salesops.web.forms import one_time

from .acting import find_inside
from .detail import head


@one_time
def files(request, pk):
    """All files of a lead, the newest first; who works on it, its heads and sales operations put more there."""
    lead, allowed = find_inside(request, pk)
    if request.method == "POST" and not allowed.edit:
        raise PermissionDenied
    form = FilesForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        attach(form.cleaned_data["files"], about=lead.ref, file=lead.ref, by=request.user, at=request.now)
        messages.success(request, _("Attached."))
        return redirect("leads:files", pk)
    found = Upload.objects.filter(file=lead.ref).select_related("by")
    page = keyset.page(found, ("-at", "-id"), request.GET.get("page"))
    context = head(request, lead, allowed) | {"form": form, "page": page, "here": reverse("leads:files", args=[pk])}
    return render(request, "leads/files.html", context, status=422 if form.errors else 200)
