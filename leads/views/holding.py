"""Who holds a lead: accepting, declining, claiming, returning, assigning, grading."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from leads import actions
from leads.forms import AssignForm, GradeForm, ReasonForm
from leads.policy import assignable
from salesops.web.back import back, go
from salesops.web.forms import one_time

from .acting import attempt, find, find_to, show_form


@one_time
@require_POST
def acceptance(request, pk):
    """Accepts an assigned lead (确认接单)."""
    attempt(request, actions.accept, find_to(request, pk, "work"), done=_("Accepted. The first response comes next."))
    return redirect(back(request) or reverse("leads:detail", args=[pk]))


@one_time
def refusal(request, pk):
    """Declines an assigned lead with a reason; it goes to the next at once."""
    lead = find_to(request, pk, "work")
    form = ReasonForm(request.POST if request.method == "POST" else None, auto_id="decline_%s")
    if not form.is_valid():
        title = _("Decline: %(company)s") % {"company": lead.customer.name}
        return show_form(request, lead, form, title=title, button=_("Decline with this reason"))
    attempt(request, actions.decline, lead, reason=form.cleaned_data["reason"], done=_("Declined; it was routed anew."))
    return go(request, reverse("leads:list"))


@one_time
@require_POST
def claim(request, pk):
    """Claims a lead from the pool (抢单): one winner."""
    lead, allowed = find(request, pk)
    if not (allowed.claim or lead.owner_id):
        raise PermissionDenied
    done = attempt(request, actions.claim, lead, done=_("It is yours. The first response comes next."))
    if done:
        return redirect("leads:detail", pk)
    alike = {"industry": lead.customer.industry} if lead.customer.industry else {}
    return redirect(reverse("leads:pool", query=alike))


@one_time
def returning(request, pk):
    """Gives a lead back to the pool with a reason (退回): its owner, or a head."""
    lead = find_to(request, pk, "work", "head")
    form = ReasonForm(request.POST if request.method == "POST" else None, auto_id="return_%s")
    if not form.is_valid():
        title = _("Return to the pool: %(company)s") % {"company": lead.customer.name}
        return show_form(request, lead, form, title=title, button=_("Return it"))
    attempt(request, actions.return_to_pool, lead, reason=form.cleaned_data["reason"], done=_("It is in the pool."))
    return go(request, reverse("leads:list"))


@one_time
def assignment(request, pk):
    """Assigns a lead by hand: sales operations to anybody, a head to their people."""
    lead = find_to(request, pk, "head")
    form = AssignForm(request.POST or None, people=assignable(request.user), auto_id="assign_%s")
    if request.method != "POST" or not form.is_valid():
        title = _("Assign by hand: %(company)s") % {"company": lead.customer.name}
        return show_form(request, lead, form, title=title, button=_("Assign"))
    attempt(request, actions.assign, lead, to=form.cleaned_data["to"], done=_("Assigned."))
    return go(request, reverse("leads:detail", args=[pk]))


@one_time
def grade(request, pk):
    """Changes the grade with a reason."""
    lead = find_to(request, pk, "work", "head")
    first = {"grade": lead.grade}
    form = GradeForm(request.POST if request.method == "POST" else None, initial=first, auto_id="grade_%s")
    if not form.is_valid():
        title = _("Change or confirm the grade: %(company)s") % {"company": lead.customer.name}
        return show_form(request, lead, form, title=title, button=_("Set the grade"))
    attempt(request, actions.regrade, lead, **form.said, done=_("The grade was changed."))
    return go(request, reverse("leads:detail", args=[pk]))
