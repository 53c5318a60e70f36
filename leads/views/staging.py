"""Moving a lead on, and losing it."""

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from leads import actions, gates
from leads.forms.needs import LossForm
from salesops.web.back import go
from salesops.web.forms import one_time

from .acting import attempt, find_to, show_form


@one_time
def stage(request, pk):
    """The next stage, and what it asks for; moving on once nothing is missing."""
    lead = find_to(request, pk, "work")
    if request.method == "POST" and not gates.missing(lead):
        attempt(request, actions.advance, lead, done=_("Moved on."))
        return redirect("leads:detail", pk)
    following = gates.next_stage(lead)
    missing = gates.missing(lead)
    context = {"lead": lead, "following": following, "missing": missing}
    return render(request, "leads/stage.html", context, status=422 if request.method == "POST" else 200)


@one_time
def loss(request, pk):
    """输单: with a reason of the list and in words; what is owed on the lead ends."""
    lead = find_to(request, pk, "work", "head")
    form = LossForm(request.POST if request.method == "POST" else None, auto_id="loss_%s")
    if form.is_valid():
        attempt(request, actions.lose, lead, **form.said, done=_("Closed as lost."))
        return go(request, reverse("leads:list"))
    title = _("Lost: %(company)s") % {"company": lead.customer.name}
    return show_form(request, lead, form, title=title, button=_("Close as lost"))
