"""Cleaning: sales operations settles industry, size and grade, or closes what does not fit."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from leads import actions
from leads.actions.refusing import locked
from leads.forms import CloseForm, QualifyForm, SizesForm
from leads.models import Lead, Size
from salesops.events.models import Event
from salesops.people.models import Role
from salesops.people.scope import require_role
from salesops.web import keyset
from salesops.web.forms import conflict, one_time

from .acting import attempt, find, find_to

# The oldest first: its clock has run longest.
ORDER = ("arrived_at", "id")


@require_role(Role.SO, Role.ADMIN)
def cleaning(request):
    """The leads that wait to be cleaned, oldest first."""
    waiting = Lead.objects.to_clean().for_list()
    page = keyset.page(waiting, ORDER, request.GET.get("page"))
    return render(request, "leads/cleaning.html", {"page": page, "sizes": Size.choices})


@one_time
@require_POST
@require_role(Role.SO, Role.ADMIN)
def sizes(request):
    """Sets the size of the companies of the ticked leads at once."""
    form = SizesForm(request.POST, queryset=Lead.objects.to_clean())
    if form.is_valid():
        leads, size = form.cleaned_data["leads"], form.cleaned_data["size"]
        count = actions.set_sizes(leads, size=size, by=request.user, at=request.now)
        messages.success(request, ngettext("%(n)s company set.", "%(n)s companies set.", count) % {"n": count})
    else:
        messages.warning(request, _("Tick the leads first."))
    return redirect("leads:cleaning")


@one_time
def qualification(request, pk):
    """Cleans and grades one lead; then it is routed. The next one follows."""
    lead, allowed = find(request, pk)
    if request.method == "POST":
        locked(lead, request.now)
        lead, allowed = find(request, pk)
    if not allowed.clean:
        if request.method == "POST":
            messages.warning(request, _("Somebody else has cleaned it meanwhile; nothing of yours was saved."))
        return redirect("leads:detail", pk)
    form = QualifyForm.of(lead, request.POST or None)
    if form.is_valid():
        routed = attempt(request, actions.qualify, lead, **form.said)
        if routed is not None:
            messages.success(request, _where(routed))
        following = Lead.objects.to_clean().order_by(*ORDER).values_list("pk", flat=True).first()
        return redirect("leads:qualification", following) if following else redirect("leads:cleaning")
    if form.conflicts:
        return conflict(
            request,
            form,
            back=reverse("leads:qualification", args=[pk]),
            saves=Event.objects.filter(file=lead.ref, name="lead.edited"),
        )
    same = Lead.objects.filter(customer=lead.customer_id).exclude(pk=pk).for_list()[:5]
    context = {"lead": lead, "form": form, "close_form": CloseForm(), "same": same}
    return render(request, "leads/qualification.html", context, status=422 if form.errors else 200)


def _where(lead: Lead) -> str:
    values = {"company": lead.customer.name, "where": lead.get_status_display()}
    if lead.owner_id:
        return _("%(company)s went to %(person)s.") % {**values, "person": lead.owner.name}
    return _("%(company)s: %(where)s.") % values


@one_time
@require_POST
def closing(request, pk):
    """Closes a lead that does not fit, with the reason."""
    lead = find_to(request, pk, "clean")
    form = CloseForm(request.POST)
    if form.is_valid():
        attempt(request, actions.close, lead, reason=form.cleaned_data["reason"], done=_("Closed."))
        return redirect("leads:cleaning")
    context = {"lead": lead, "form": QualifyForm.of(lead), "close_form": form, "same": ()}
    return render(request, "leads/qualification.html", context, status=422)
