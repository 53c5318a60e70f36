"""The pools: what waits there, who may take it, and what is about to come back."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from leads import actions, listing
from leads.actions.company_rules import locked_rules
from leads.actions.nurturing import PAUSE
from leads.forms import PoolFilterForm, PoolRulesForm
from leads.models import Assignment, Lead, PoolRules, Status
from leads.models.nurture import Excluded, nurtured
from leads.policy import CLAIMERS
from leads.pool import allowance
from leads.rules.keeping import WARNED_AT
from salesops.events.models import Event
from salesops.people.models import Role
from salesops.people.scope import require_role
from salesops.sop.models import Deadline
from salesops.sop.registry import registry
from salesops.web import keyset
from salesops.web.forms import conflict, one_time

ORDER = ("-pooled_at", "-id")
RETURNING = 5


@require_role(Role.AM, Role.SE, Role.LEADER, Role.MANAGER, Role.SO, Role.ADMIN)
def pool(request):
    """The lead pool (公海): contacts stay hidden until a lead is claimed, and each row says whether one may."""
    form = PoolFilterForm(request.GET, now=request.now)
    waiting = Lead.objects.filter(status=Status.POOL).filter(form.where()).select_related("customer")
    page = keyset.page(waiting, ORDER, request.GET.get("page"))
    context = {"page": page, "form": form, "chips": form.chips(), "may_claim": request.user.has_role(*CLAIMERS)}
    if context["may_claim"]:
        mine = allowance(request.user, request.now, [lead.pk for lead in page.rows])
        for lead in page.rows:
            lead.refusal = mine.refusal_of(lead)
        context |= {"mine": mine, "returning": _returning(request)}
    context["rules"] = context["mine"].rules if "mine" in context else PoolRules.now()
    if not context["rules"].hide_former:
        _name_former(page.rows)
    return render(request, "leads/pool.html", context)


def _returning(request) -> list[Deadline]:
    """My leads that go back to the pool soon, the first one first."""
    rows = Deadline.objects.open().filter(owner=request.user, rule="lead.recycle", due_at__gt=request.now)
    first = rows.order_by("due_at", "id")[:RETURNING]
    soon = [row for row in first if row.passed(request.now) >= WARNED_AT]
    for row in soon:
        row.lead_id = int(row.subject.partition(":")[2])
    return soon


def _name_former(leads: list[Lead]) -> None:
    """Who held each lead last, for companies that show it."""
    ended = Assignment.objects.filter(lead__in=leads).order_by("lead", "-ended_at").distinct("lead")
    names = dict(ended.values_list("lead", "owner__name"))
    for lead in leads:
        lead.former = names.get(lead.pk, "")


@one_time
@require_role(Role.ADMIN)
def pool_rules(request):
    """How much may be claimed, and who has to wait."""
    rules = locked_rules(PoolRules) if request.method == "POST" else PoolRules.now()
    form = PoolRulesForm(request.POST or None, record=rules)
    if request.method == "POST" and form.is_valid():
        actions.change_rules(PoolRules, by=request.user, at=request.now, **form.said)
        messages.success(request, _("Saved. It holds from the next claim on."))
        return redirect("leads:pool_rules")
    if form.conflicts:
        return conflict(request, form, back=request.path, saves=Event.objects.filter(name="pool_rules.changed"))
    return render(request, "leads/pool_rules.html", {"form": form}, status=422 if form.errors else 200)


@require_role(Role.SO, Role.MANAGER, Role.ADMIN)
def nurture(request):
    """The nurture pool (培育池): C leads without an owner, whether they may be written to, and the last mail."""
    waiting = listing.with_next_step(nurtured(lately=request.now - PAUSE).for_list())
    page = keyset.page(waiting, listing.NEWEST, request.GET.get("page"))
    for lead in page.rows:
        lead.next_step = registry.get(lead.next_rule) if lead.next_rule else None
        lead.why_not = Excluded(lead.excluded).label if lead.excluded else ""
    return render(request, "leads/nurture.html", {"page": page, "may_mail": request.user.has_role(Role.SO, Role.ADMIN)})
