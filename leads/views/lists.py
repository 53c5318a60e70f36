from django.db.models import CharField, OuterRef, Q, Subquery, Value
from django.db.models.functions import Cast, Concat
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from leads.briefs import without_next_step
from leads.models import Grade, Lead, Status
from salesops.people.models import Role
from salesops.people.scope import require_role
from salesops.sop.models import Deadline
from salesops.sop.registry import registry
from salesops.sop.rule import SYSTEM, Verdict
from salesops.web import keyset

ORDER = ("-arrived_at", "-id")


def _mine(user) -> Q:
    """A rep's own leads; who leads others or runs operations works through everybody's."""
    return Q(owner=user) if user.has_role(Role.AM) else Q()


# Views of the list: what each shows of the leads that one may see.
VIEWS = {
    "mine": (_("Mine"), lambda user: Q(owner=user)),
    "assigned": (_("To accept"), lambda user: _mine(user) & Q(status=Status.ASSIGNED)),
    "unanswered": (_("To answer"), lambda user: _mine(user) & Q(owner__isnull=False, responded_at=None)),
    "no_next": (_("No next step"), lambda user: _mine(user) & without_next_step()),
    "late": (_("Overdue"), lambda user: _mine(user)),
    "all": (_("All I may see"), lambda user: Q()),
}


@require_role(Role.AM, Role.SE, Role.LEADER, Role.MANAGER, Role.SO, Role.CS, Role.ADMIN)
def list(request):
    """The leads that one may see, by view and grade, newest first."""
    view = request.GET.get("view") if request.GET.get("view") in VIEWS else _first_view(request.user)
    grade = request.GET.get("grade", "")
    leads = Lead.objects.visible_to(request.user).filter(VIEWS[view][1](request.user)).exclude(status=Status.CLOSED)
    if grade in Grade.values:
        leads = leads.filter(grade=grade)
    leads = _with_next(leads)
    if view == "late":
        leads = leads.filter(next_due_at__lt=request.now)
    page = _page(request, leads)
    remember(request, "leads", [lead.pk for lead in page.rows])
    context = {
        "page": page,
        "views": {key: label for key, (label, _where) in VIEWS.items()},
        "view": view,
        "grade": grade,
        "grades": Grade.values,
    }
    return render(request, "leads/list.html", context)


def remember(request, name: str, value) -> None:
    """Keeps a value for the next pages of this session; written only where it changes."""
    if request.session.get(name) != value:
        request.session[name] = value


def neighbours(request, pk: int) -> dict[str, int | None]:
    """The leads before and after this one in the list that the person looked at last, None at its ends."""
    shown = request.session.get("leads", [])
    at = shown.index(pk) if pk in shown else None
    if at is None:
        return {}
    return {"previous": shown[at - 1] if at else None, "next": shown[at + 1] if at + 1 < len(shown) else None}


def _first_view(user) -> str:
    return "mine" if user.has_role(Role.AM) else "all"


def _page(request, leads):
    return keyset.page(leads.for_list(), ORDER, request.GET.get("page"))


def _with_next(leads):
    """Adds when the most urgent open duty on each lead is due: one index look-up for each row of the page."""
    reference = Concat(Value("lead:"), Cast(OuterRef("pk"), CharField()), output_field=CharField())
    shown = [rule.key for rule in registry if rule.verdict == Verdict.RATE and rule.owes is not SYSTEM]
    due = Deadline.objects.open().filter(file=reference, rule__in=shown).order_by("due_at")
    return leads.annotate(next_due_at=Subquery(due.values("due_at")[:1]))


@require_role(Role.AM, Role.SE, Role.LEADER, Role.MANAGER, Role.SO, Role.ADMIN)
def pool(request):
    """The lead pool (公海): contacts stay hidden until a lead is claimed."""
    page = _page(request, _with_next(Lead.objects.filter(status=Status.POOL)))
    may_claim = request.user.has_role(Role.AM, Role.LEADER, Role.MANAGER)
    return render(request, "leads/pool.html", {"page": page, "may_claim": may_claim})


@require_role(Role.SO, Role.MANAGER, Role.ADMIN)
def nurture(request):
    """The nurture pool (培育池): C leads without an owner."""
    return render(
        request, "leads/nurture.html", {"page": _page(request, _with_next(Lead.objects.filter(status=Status.NURTURE)))}
    )
