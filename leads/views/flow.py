"""How leads flow: where they would go, where they are, and who got which."""

from datetime import timedelta

from django.db.models import Count, Q
from django.shortcuts import render
from django.utils import timezone

from leads import reasons
from leads.dry_run import dry_run as would_go
from leads.dry_run import shares
from leads.forms import DryRunForm, FlowForm
from leads.models import Assignment, Lead, Pooled, Status
from leads.policy import assignable
from salesops.people.models import Role, User
from salesops.people.scope import require_role
from salesops.sop.models import Deadline
from salesops.web import keyset

AT_ONCE = 200
MANY = 1000  # a figure of more than this is told as "more than": nobody counts a large table for a page
SOON = timedelta(days=3)
LOG = ("-at", "-id")


@require_role(Role.SO, Role.ADMIN)
def dry_run(request):
    """Where these leads would go, if they were graded and routed now. Nothing is written."""
    form = DryRunForm(request.GET or None)
    of, as_grade = form.chosen_of, form.as_grade
    waiting = Lead.objects.to_clean() if of == "cleaning" else Lead.objects.filter(status=Status.POOL)
    leads = waiting.select_related("customer__owner").order_by("arrived_at", "id")[:AT_ONCE]
    found = would_go(leads, as_grade=as_grade, at=request.now)
    people = reasons.names_of(each.reasons for each in found)
    rows = [
        (each, [reasons.candidate_words(one, people) for one in each.reasons.get("candidates", ())]) for each in found
    ]
    context = {"form": form, "rows": rows, "shares": shares(found), "of": of, "most": AT_ONCE}
    return render(request, "leads/dry_run.html", context)


@require_role(Role.SO, Role.MANAGER, Role.ADMIN)
def flow(request):
    """Where all leads are now, how this week's went round, and every change of hands with its reason."""
    form = FlowForm(request.GET, people=assignable(request.user))
    moves = Assignment.objects.filter(lead__in=Lead.objects.visible_to(request.user)).filter(form.where())
    page = keyset.page(moves.select_related("lead__customer", "owner", "by"), LOG, request.GET.get("page"))
    context = {
        "figures": _figures(request.user, request.now),
        "week": _week(request.user, request.now),
        "page": page,
        "form": form,
        "chips": form.chips(),
        "operations": request.user.has_role(Role.SO, Role.ADMIN),
    }
    return render(request, "leads/flow.html", context)


def _figures(user: User, now) -> dict[str, int]:
    """How many leads lie where; each counted up to MANY."""
    leads = Lead.objects.visible_to(user)
    cold = Deadline.objects.open().filter(rule="lead.recycle", due_at__range=(now, now + SOON))
    found = {
        "cleaning": leads.to_clean(),
        "assigned": leads.filter(status=Status.ASSIGNED),
        "pool": leads.filter(status=Status.POOL),
        "nobody": leads.filter(status=Status.POOL, pooled_why=Pooled.NOBODY),
        "nurture": leads.filter(status=Status.NURTURE),
        "cold": cold.filter(owner__in=assignable(user)),
    }
    return {name: rows.order_by()[: MANY + 1].count() for name, rows in found.items()}


def _week(user: User, now) -> list[dict]:
    """What each account manager got since Monday, by how, and how much of it they let go."""
    local = timezone.localtime(now)
    monday = local.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=local.weekday())
    mine = Assignment.objects.filter(at__gte=monday, owner__in=assignable(user))
    how = {name: Count("pk", filter=Q(how=name)) for name in ("routed", "claimed", "by_hand", "customer", "imported")}
    let_go = Q(ended__in=[Assignment.Ended.LAPSED, Assignment.Ended.DECLINED])
    rows = (
        mine.order_by()
        .values("owner", "owner__name")
        .annotate(total=Count("pk"), let_go=Count("pk", filter=let_go), **how)
    )
    return list(rows.order_by("-total", "owner__name"))
