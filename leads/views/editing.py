"""Editing one field in its place: the value, then a form for it, then the value again with an undo."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from leads import actions
from leads.actions.editing import as_text, part_of
from leads.actions.refusing import locked
from leads.forms import FieldForm
from leads.models import Contact, FieldChange, Lead
from leads.wording import field_label, field_value
from salesops.events.models import Event
from salesops.web.forms import conflict, one_time, wrote

from .acting import attempt, find, find_readable, find_to, number


@one_time
def field(request, pk, name):
    """One field of a lead: its form, and saving it. What somebody else wrote meanwhile is shown beside one's own."""
    lead, allowed = find_readable(request, pk)
    if not allowed.edit:
        raise PermissionDenied
    if request.method == "POST":
        locked(lead, request.now)
        lead, allowed = find(request, pk)
    contact = _contact(request, lead)
    try:
        form = FieldForm(request.POST or None, lead=lead, field=name, contact=contact)
    except KeyError as error:
        raise Http404 from error
    if request.htmx and "shown" in request.GET:
        return _value(request, lead, name, contact)
    if form.is_valid():
        return _save(request, lead, name, contact, form)
    if form.conflicts:
        return conflict(
            request,
            form,
            back=reverse("leads:detail", args=[pk]),
            saves=Event.objects.filter(file=lead.ref, name="lead.edited"),
        )
    return _form(request, lead, name, contact, form)


def _save(request, lead, name, contact, form):
    values = {"field": name, "value": form.cleaned_data["value"], "contact": contact}
    try:
        change = actions.edit(lead, **values, by=request.user, at=request.now)
    except actions.Refused as refused:
        form.add_error("value", str(refused))
        return _form(request, lead, name, contact, form)
    back = reverse("leads:detail", args=[lead.pk])
    if not request.htmx:
        if change:
            messages.success(request, _("Saved."))
        return redirect(back)
    wrote(request, back)
    lead, _allowed = find(request, lead.pk)
    return _value(request, lead, name, _contact(request, lead), change)


def _contact(request, lead: Lead) -> Contact | None:
    chosen = request.POST.get("contact") or request.GET.get("contact")
    if not chosen:
        return None
    return get_object_or_404(Contact, pk=number(chosen), customer=lead.customer_id)


def _form(request, lead, name, contact, form):
    template = "leads/_field_form.html" if request.htmx else "leads/field.html"
    context = {"lead": lead, "name": name, "contact": contact, "form": form}
    return render(request, template, context, status=422 if form.errors else 200)


def _value(request, lead: Lead, name: str, contact: Contact | None, change: FieldChange | None = None):
    part, attribute = part_of(lead, name, contact)
    shown = field_value(name, as_text(getattr(part, attribute)))
    context = {"lead": lead, "name": name, "label": field_label(name), "contact": contact, "shown": shown}
    return render(request, "leads/_field.html", context | {"change": change, "may_edit": True})


@one_time
def field_undo(request, pk):
    """Puts back what stood in a field before I changed it."""
    change = get_object_or_404(FieldChange.objects.select_related("lead", "contact"), pk=pk, by=request.user)
    lead = find_to(request, change.lead_id, "edit")
    if request.method == "POST":
        attempt(request, actions.undo_edit, change, done="" if request.htmx else _("Undone."))
        if request.htmx:
            wrote(request, reverse("leads:detail", args=[lead.pk]))
            lead, _allowed = find(request, lead.pk)
            contact = lead.customer.contacts.get(pk=change.contact_id) if change.contact_id else None
            return _value(request, lead, change.field, contact)
    return redirect("leads:detail", lead.pk)
