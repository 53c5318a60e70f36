"""Quick entry, the look-up whether a customer is known, and working along with a customer's owner."""

from datetime import timedelta

from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from leads import actions
from leads.actions.collaborating import deciders
from leads.actions.entering import Known
from leads.duplicates import How, Match, matches
from leads.forms import CollaborationForm, DecisionForm, KnownForm, NewLeadForm
from leads.models import Collaboration, Lead, Source, Status
from leads.policy import ENTERERS
from leads.reading import values
from leads.reading.pasted import pasted
from salesops.people.models import Role
from salesops.people.scope import require_role
from salesops.sop.forecast import forecast
from salesops.web.forms import one_time

from .acting import attempt

FOUND, FOUND_FOR = "leads.found", timedelta(days=1)


@one_time
@require_role(*ENTERERS)
def new(request):
    """Types in a lead in twenty seconds; what is pasted fills the fields, what is known already is shown kindly."""
    may_keep = request.user.has_role(Role.AM)
    if request.method != "POST":
        return _show(request, NewLeadForm(initial=_first(request), may_keep=may_keep))
    if "fill" in request.POST:
        given = {name: value for name, value in request.POST.items() if value}
        filled = pasted(given.pop("pasted", ""))
        return _show(request, NewLeadForm(initial=_first(request) | filled | given, may_keep=may_keep))
    form = NewLeadForm(request.POST, may_keep=may_keep)
    if not form.is_valid():
        return _show(request, form, status=422)
    given = form.values
    near = [match for match in _matches(given) if match.how != How.NUMBER]
    if near and not form.cleaned_data["other"]:
        form.add_error("other", _("Is it one of these? If not, say how you know."))
        return _show(request, form, near, status=422)
    try:
        lead = actions.enter_by_hand(
            actions.NewLead(**given), keep=form.keeps, by=request.user, at=request.now, note=form.cleaned_data["other"]
        )
    except Known as known:
        return _show(request, form, [known.match], status=422)
    except actions.Refused as refused:
        form.add_error(None, str(refused))
        return _show(request, form, status=422)
    messages.success(request, _saved(request, lead))
    if "again" in request.POST:
        return redirect(f"{reverse('leads:new')}?source={lead.source}")
    seen = Lead.objects.visible_to(request.user).filter(pk=lead.pk).exists()
    return redirect("leads:detail", lead.pk) if seen else redirect("leads:new")


def _first(request) -> dict[str, str]:
    """The source that one used last, and oneself as who follows up."""
    named = request.GET.get("source", "")
    if named not in Source.values:
        named = Lead.objects.filter(created_by=request.user).order_by("-pk").values_list("source", flat=True).first()
    return {"source": named or "", "keep": "yes", "grade": "B"}


def _matches(given) -> list[Match]:
    return matches(company=given["company"], phone=given["phone"], email=given["email"])


def _show(request, form, near: list[Match] = (), status=200):
    due = None
    if "keep" in form.fields:
        due = forecast("lead.first_response", owner=request.user, case="B", at=request.now).due_at
    context = {"form": form, "due": due, "matches": _shown(request, near)}
    return render(request, "leads/new.html", context, status=status)


def _shown(request, near: list[Match]) -> list[dict]:
    """The matches, each with the page of its lead or, for what the user does not see, the way to ask about it.

    That way is signed: whoever counts through the numbers of leads learns no customer's name.
    """
    ids = [match.lead.pk for match in near if match.lead]
    seen = set(Lead.objects.visible_to(request.user).filter(pk__in=ids).values_list("pk", flat=True)) if ids else set()
    return [
        {"match": match, "seen": bool(match.lead and match.lead.pk in seen), "asking": _asking(match)} for match in near
    ]


def _asking(match: Match) -> str:
    return signing.dumps(match.lead.pk, salt=FOUND) if match.lead and match.lead.owner_id else ""


def _saved(request, lead: Lead) -> str:
    values = {"company": lead.customer.name}
    if lead.status == Status.ACTIVE:
        return _("%(company)s is yours. The first response comes next.") % values
    if lead.customer.owner_id not in (None, request.user.pk):
        owner = lead.customer.owner.name
        values["person"] = owner
        return _("%(company)s is a customer of %(person)s, to whom it goes once it is cleaned.") % values
    return _("%(company)s is with sales operations, who grade and route it.") % values


@require_role(*ENTERERS)
def known(request):
    """Is this company known, whose is it, how far is it? Contacts stay hidden. By POST: a number is in no address."""
    if request.htmx:  # while a lead is typed in
        found = _look_up(request.POST.get("company", ""), request.POST.get("reach", ""))
        return render(request, "leads/_known.html", {"matches": _shown(request, found)})
    form = KnownForm(request.POST or None)
    asked = form.cleaned_data["asked"] if form.is_valid() else ""
    context = {"form": form, "asked": asked, "matches": _shown(request, _look_up(asked, asked))}
    return render(request, "leads/known.html", context, status=422 if form.errors else 200)


def _look_up(company: str, number: str) -> list[Match]:
    how = values.reach(number) if number else values.Reach()
    return matches(company="" if values.reach(company) else company, phone=how.phone, email=how.email)


@one_time
@require_role(*ENTERERS)
def collaborations(request, found):
    """Asks the owner of a lead that one has found by its name or number, and need not see, to work along on it."""
    try:
        pk = signing.loads(found, salt=FOUND, max_age=FOUND_FOR)
    except signing.BadSignature as error:
        raise Http404 from error
    lead = get_object_or_404(Lead.objects.select_related("customer", "owner"), pk=pk)
    form = CollaborationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = _("%(person)s was asked.") % {"person": lead.owner.name} if lead.owner_id else ""
        attempt(request, actions.ask_to_collaborate, lead, reason=form.cleaned_data["reason"], done=done)
        return redirect("leads:known")
    return render(
        request, "leads/collaborations.html", {"lead": lead, "form": form}, status=422 if form.errors else 200
    )


@one_time
def collaboration(request, pk):
    """One wish to work along: its lead's owner agrees or refuses; who asked sees what became of it."""
    asked = _find(request, pk)
    mine = asked.person_id == request.user.pk
    form = DecisionForm(request.POST or None)
    if request.method == "POST":
        if mine:
            raise PermissionDenied
        if form.is_valid():
            agreed = "agree" in request.POST
            attempt(
                request,
                actions.decide_collaboration,
                asked,
                agreed=agreed,
                answer=form.cleaned_data["answer"],
                done=_("Agreed.") if agreed else _("Refused."),
            )
            return redirect("leads:collaboration", pk)
    return render(request, "leads/collaboration.html", {"asked": asked, "form": form, "mine": mine})


def _find(request, pk: int) -> Collaboration:
    """One's own wishes, and those about leads that one decides about."""
    asked = Collaboration.objects.select_related("lead__customer", "lead__owner", "person", "decided_by")
    found = get_object_or_404(asked, Q(person=request.user) | Q(lead__in=Lead.objects.visible_to(request.user)), pk=pk)
    may_look = {found.person_id, *deciders(found.lead, request.now)}
    if request.user.pk not in may_look and not request.user.has_role(Role.ADMIN):
        raise PermissionDenied
    return found
