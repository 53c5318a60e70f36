"""The plan of the day: handing it in, amending it, checking those of a team."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from leads.actions.refusing import Refused
from meetings.models import DayPlan, PlanLine
from meetings.policy import may_check
from salesops.events.recording import record
from salesops.notices.actions import Telling, tell
from salesops.people.models import Team, User
from salesops.sop.engine.periods import name_of
from salesops.sop.engine.settling import settle_subjects
from salesops.sop.models import Deadline
from salesops.web.addresses import address

from .helping import ask_help


@transaction.atomic
def submit_plan(
    *,
    day: date,
    lines: Iterable[PlanLine],
    helper: User | None = None,
    help_text: str = "",
    by: User,
    at: datetime,
) -> DayPlan:
    """Hands in one's plan of a day (plan.daily), or amends it; help that is needed is asked for at once (help.answer).

    `lines` are unsaved, in order. Raises Refused for an empty plan.
    """
    settle_subjects({f"person:{by.pk}"}, until=at, at=at)
    lines = list(lines)
    if not lines:
        raise Refused(_("A plan has at least one line."))
    plan, new = DayPlan.objects.select_for_update(no_key=True).get_or_create(
        person=by, day=day, defaults={"submitted_at": at}
    )
    if not new:
        plan.amended_at, plan.version = at, plan.version + 1
        plan.save(update_fields=["amended_at", "version"])
        plan.lines.all().delete()
    for position, line in enumerate(lines):
        line.pk, line.plan, line.position = None, plan, position
    PlanLine.objects.bulk_create(lines)
    refs = {"person": by.pk, "plan": plan.pk}
    record("plan.submitted" if new else "plan.amended", at=at, by=by, refs=refs, data={"period": name_of("day", day)})
    if helper is not None:
        ask_help(text=help_text, helper=helper, by=by, at=at)
    return plan


@transaction.atomic
def check_plans(
    team: Team, *, day: date, seen: Mapping[int, tuple[int, str]], by: User, at: datetime
) -> tuple[int, int]:
    """The head has looked at plans of a team and names resources (plan.check).

    `seen` has (version, resources) by plan: one that was amended since it was shown stays unchecked. Returns how many
    do, and how many plans may still come in time: only without either are the plans of the day checked.
    """
    settle_subjects({f"team:{team.pk}"}, until=at, at=at)
    if not may_check(by, team):
        raise PermissionDenied
    left = 0
    for plan in DayPlan.objects.filter(day=day, person__team=team).select_for_update(no_key=True).order_by("pk"):
        version, resources = seen.get(plan.pk, (None, ""))
        if version == plan.version:
            fresh = plan.unchecked or resources != plan.resources
            plan.checked_at, plan.checked_by, plan.resources = at, by, resources
            plan.save(update_fields=["checked_at", "checked_by", "resources"])
            if fresh and resources:
                _tell_resources(plan, by, at)
        left += plan.unchecked
    expected = Deadline.objects.open().filter(rule="plan.daily", period=name_of("day", day), team=team, due_at__gte=at)
    coming = expected.count()
    if not left and not coming:
        record("plans.checked", at=at, by=by, refs={"team": team.pk}, data={"period": name_of("day", day)})
    return left, coming


def _tell_resources(plan: DayPlan, by: User, at: datetime) -> None:
    values = {"person": by.name, "resources": plan.resources}
    key, page = f"plan{plan.pk}.{at:%Y%m%d%H%M%S%f}", address("meetings:plan", plan.person_id)
    tell([Telling(person_id=plan.person_id, key=key, kind="plan.resources", values=values, url=page)], at=at)
