"""Lists of leads: the views, the filters, and the next step on each row."""

from datetime import timedelta

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    DateTimeField,
    Exists,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Concat, Substr
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from leads.briefs import without_next_step
from leads.models import Lead, Status
from leads.models.lead import CONTACTED_AT
from salesops.people import scope
from salesops.people.models import Role, User
from salesops.sop.models import Deadline
from salesops.sop.registry import registry
from salesops.sop.rule import SYSTEM, Verdict

NEWEST = ("-arrived_at", "-id")
MOST_URGENT = ("next_due_at", "-id")
DUE = ("due_at", "id")
# By the name of its address: what it is called, and the columns, each of an index or, for few rows, an annotation.
ORDERS = {
    "": (_("Newest first"), NEWEST),
    "due": (_("Overdue first"), MOST_URGENT),
    "name": (_("By name"), ("customer__pinyin", "id")),
    "contact": (_("Longest not contacted first"), ("contacted_at", "id")),
}
NEVER = parse_datetime("9999-01-01T00:00:00Z")  # a keyset needs a value where nothing is due

VIEWS = {
    "mine": _("Mine"),
    "unanswered": _("To answer"),
    "assigned": _("To accept"),
    "no_next": _("No next step"),
    "late": _("Overdue"),
    "week": _("Due this week"),
    "a": _("Grade A"),
    "team": _("My team"),
    "won": _("Won"),
    "all": _("All I may see"),
}


def views_of(user: User) -> dict[str, str]:
    """The views that make sense for the user, by key."""
    left_out = set() if user.has_role(*scope.HEADS) else {"team"}
    if not user.has_role(Role.AM, *scope.HEADS):
        left_out.add("mine")
    return {key: label for key, label in VIEWS.items() if key not in left_out}


def first_view(user: User) -> str:
    return "mine" if user.has_role(Role.AM) else "team" if user.has_role(*scope.HEADS) else "all"


def leads_of(view: str, user: User, now) -> QuerySet[Lead]:
    """The running leads of a view, in one the won; who leads others or runs operations works through everybody's."""
    mine = Q(owner=user) if user.has_role(Role.AM) else Q()
    found = {
        "mine": lambda: Q(owner=user),
        "unanswered": lambda: mine & Q(owner__isnull=False, responded_at=None),
        "assigned": lambda: mine & Q(status=Status.ASSIGNED),
        "no_next": lambda: mine & without_next_step(),
        "late": lambda: mine & _due_before(user, now),
        "week": lambda: mine & _due_before(user, _end_of_week(now)),
        "a": lambda: mine & Q(grade="A"),
        "team": lambda: Q(owner__in=scope.people(user)) & ~Q(owner=user),
        "won": lambda: mine & Q(status=Status.WON),
        "all": lambda: Q(),
    }[view]()
    leads = Lead.objects.visible_to(user).filter(found)
    return leads if view == "won" else leads.running()


def ordered(leads: QuerySet[Lead], order: str) -> QuerySet[Lead]:
    """With what the order asks for: who was never contacted comes before everybody else."""
    return leads.annotate(contacted_at=CONTACTED_AT) if order == "contact" else leads


# CASE, because PostgreSQL may cast before it filters, and other files have no number at that place.
_LEAD = Case(When(file__startswith="lead:", then=Cast(Substr("file", 6), BigIntegerField())))


def _due_before(user: User, until) -> Q:
    """Leads on which something is due before an instant; a rep's own duties, anybody's for who leads others."""
    rows = Deadline.objects.open().filter(
        file__startswith="lead:", due_at__lte=until, stopped_at=None, rule__in=_rated()
    )
    if user.has_role(Role.AM):
        rows = rows.filter(owner=user)
    return Q(pk__in=rows.annotate(lead=_LEAD).values("lead"))


def _end_of_week(now):
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + timedelta(days=7 - midnight.weekday())


def _rated() -> list[str]:
    return [rule.key for rule in registry if rule.verdict == Verdict.RATE and rule.owes is not SYSTEM]


def shown(leads: QuerySet[Lead]) -> QuerySet[Lead]:
    """With what the rows of a list show, and nothing else."""
    own = ("status", "source", "product", "grade", "stage", "arrived_at", "last_contact_at")
    named = (
        "customer__name",
        "customer__pinyin",
        "customer__industry",
        "customer__region",
        "contact__name",
        "owner__name",
    )
    return leads.for_list().only(*own, *named)


def takes_order(order: str, view: str, user: User) -> bool:
    """Whether a view can be put into an order at any size.

    What is due on the leads of one person or team is worked out for each; for all leads there is the index of duties,
    which only pays for who sees nearly all that it lists.
    """
    return order in ORDERS and (order != "due" or view != "all" or user.has_role(Role.SO, Role.ADMIN))


def duties_of(leads: QuerySet[Lead]) -> QuerySet[Deadline]:
    """The most urgent open duty on each of the leads, to be read in the order of DUE, which an index has."""
    rows = Deadline.objects.open().filter(file__startswith="lead:", rule__in=_rated()).annotate(lead=_LEAD)
    sooner = Q(due_at__lt=OuterRef("due_at")) | Q(due_at=OuterRef("due_at"), pk__lt=OuterRef("pk"))
    more_urgent = rows.filter(sooner, file=OuterRef("file"))
    return rows.filter(~Exists(more_urgent), Exists(leads.filter(pk=OuterRef("lead"))))


def with_next_step(leads: QuerySet[Lead]) -> QuerySet[Lead]:
    """Adds the most urgent open duty on each lead: one index look-up for each row of the page, and one for its rule."""
    reference = Concat(Value("lead:"), Cast(OuterRef("pk"), CharField()), output_field=CharField())
    due = Deadline.objects.open().filter(file=reference, rule__in=_rated()).order_by("due_at", "id")
    next_due_at = Coalesce(Subquery(due.values("due_at")[:1]), Value(NEVER, output_field=DateTimeField()))
    return leads.annotate(next_due_at=next_due_at, next_rule=Subquery(due.values("rule")[:1]))
