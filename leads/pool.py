"""Who may claim from the lead pool, and why not: the page says it beforehand with the words that the action uses."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection
from django.db.models import Aggregate, Count, Max, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leads.models import Assignment, Lead, Pooled, PoolRules, Status
from salesops.people.models import User
from salesops.sop.models import Deadline, Tally
from salesops.web.templatetags.shell import instant_text

RATED_OVER = timedelta(days=30)
RATED_FROM = 5  # first responses; of fewer no rate says anything
LATE_ON = ("lead.first_response", "lead.follow_up")
_LOCKS = 0x900  # the class of our advisory locks in PostgreSQL


@dataclass(frozen=True)
class Allowance:
    """What a person may claim at `at`, and the figures that it follows from."""

    rules: PoolRules
    at: datetime
    daily: int  # claims that they may make today
    claimed: int  # that they made today, given back or not
    holding: int
    late: int
    slow: bool
    former: dict[int, datetime]  # until when they wait, by lead that they held

    @property
    def left(self) -> int:
        return max(0, min(self.daily - self.claimed, self.rules.holding - self.holding))

    def refusal(self) -> str:
        """Why they may claim nothing now, "" if they may."""
        if self.holding >= self.rules.holding:
            return _("You hold %(n)s leads, as many as one may. Close some or give some back.") % {"n": self.holding}
        if self.claimed < self.daily:
            return ""
        if self.late and self.claimed < self.rules.daily:
            said = ngettext(
                "%(n)s of your duties is overdue. Do it first; each takes one claim off.",
                "%(n)s of your duties are overdue. Do them first; each takes one claim off.",
                self.late,
            )
            return said % {"n": self.late}
        return _("You have claimed %(n)s today, as many as you may. There are new ones tomorrow.") % {"n": self.claimed}

    def refusal_of(self, lead: Lead) -> str:
        """Why they may not claim this lead now, "" if they may; for one in the pool."""
        if refused := self.refusal():
            return refused
        if (until := self.former.get(lead.pk)) and until > self.at:
            return _("You held it lately; you may claim it from %(when)s.") % {"when": instant_text(until, self.at)}
        fresh_until = (lead.pooled_at or lead.arrived_at) + timedelta(hours=self.rules.fresh_hours)
        if lead.pooled_why == Pooled.NEW and fresh_until > self.at:
            return _("It is new; it may be claimed from %(when)s.") % {"when": instant_text(fresh_until, self.at)}
        return ""


def allowance(person: User, at: datetime, leads: list[int]) -> Allowance:
    """What the person may claim of these leads. Three queries, however many leads."""
    rules = PoolRules.now()
    figures = User.objects.filter(pk=person.pk).annotate(**_figures(at)).values(*_figures(at)).get()
    in_time, late_ones = figures.pop("in_time"), figures.pop("late_ones")
    judged = in_time + late_ones
    slow = judged >= RATED_FROM and in_time * 100 < judged * rules.slow_rate
    base = (rules.daily + 1) // 2 if slow else rules.daily
    waits = timedelta(days=rules.former_days)
    ended = Assignment.objects.filter(owner=person, lead__in=leads, ended_at__gt=at - waits).order_by()
    return Allowance(
        rules=rules,
        at=at,
        daily=max(0, base - figures["late"]) if rules.late_costs else base,
        slow=slow,
        former={lead: last + waits for lead, last in ended.values_list("lead").annotate(Max("ended_at"))},
        **figures,
    )


def _figures(at: datetime) -> dict[str, Coalesce]:
    """For a query of users: what their allowance follows from. Each part is found by an index."""
    claimed = Assignment.objects.filter(how=Assignment.How.CLAIMED, at__gte=_midnight(at))
    holding = Lead.objects.filter(status__in=[Status.ASSIGNED, Status.ACTIVE])
    late = Deadline.objects.open().filter(rule__in=LATE_ON, due_at__lt=at, stopped_at=None)
    rated = Tally.objects.filter(rule="lead.first_response", day__gte=(at - RATED_OVER).date())
    return {
        "claimed": _of_each(claimed, Count("pk")),
        "holding": _of_each(holding, Count("pk")),
        "late": _of_each(late, Count("pk")),
        "in_time": _of_each(rated, Sum("in_time")),
        "late_ones": _of_each(rated, Sum("late")),
    }


def _of_each(rows: QuerySet, what: Aggregate) -> Coalesce:
    of_one = rows.filter(owner=OuterRef("pk")).order_by().values("owner").annotate(found=what).values("found")
    return Coalesce(Subquery(of_one), 0)


def one_at_a_time(person: User) -> None:
    """Holds up the person's other claims until this transaction ends, so that limits are exact in any rush.

    A lock of its own: whoever leaves locks their user row first and then their leads, a claim the other way round.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCKS, person.pk % 2**31])


def _midnight(at: datetime) -> datetime:
    local = at.astimezone(ZoneInfo(settings.TIME_ZONE))
    return local.replace(hour=0, minute=0, second=0, microsecond=0)
