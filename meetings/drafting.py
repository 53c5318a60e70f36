"""The draft of a day's plan: appointments, tasks and what falls due, so that nobody writes down what is known."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import CharField, Exists, OuterRef, Q, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext as _

from leads.models import Appointment, Way
from meetings.models import DayPlan, PlanLine, Task
from salesops.people.models import User
from salesops.sop.calendar import Calendar
from salesops.sop.engine.periods import name_of
from salesops.sop.models import Deadline
from salesops.sop.registry import registry

MOST = 60  # duties
Kind = PlanLine.Kind
# Duties that are lines of their own kind, or no work of the day.
_OWN_LINES = ("task.", "plan.", "visit.record", "visit.confirm", "follow_up.record")


@dataclass
class Draft:
    """What a page of the plan shows: the plan, if it was handed in, its lines, and the duty itself while it is owed."""

    plan: DayPlan | None
    lines: list[PlanLine]
    owed: list[Deadline]


def draft(person: User, day: date, calendar: Calendar) -> Draft:
    """The lines that stand in the plan, as it was handed in, and then those that have come up since. Three queries.

    `planned` of each line says whether it stands in the plan; in a first draft all do. New lines are unsaved.
    """
    rows = PlanLine.objects.filter(plan__person=person, plan__day=day)
    written = list(rows.select_related("plan__checked_by", "task", "appointment"))
    plan = written[0].plan if written else None
    duties = list(_owed(person, calendar.midnight(day + timedelta(days=1))))
    known = {line.name for line in written}
    found = [line for line in _known(person, day, calendar, duties) if line.name not in known]
    for line in written:
        line.planned = True
    for line in found:
        line.planned = plan is None
    mine = [row for row in duties if row.rule == "plan.daily" and row.period == name_of("day", day)]
    return Draft(plan, [*written, *found], mine)


def _known(person: User, day: date, calendar: Calendar, duties: list[Deadline]) -> Iterable[PlanLine]:
    since, until = calendar.midnight(day), calendar.midnight(day + timedelta(days=1))
    yield from _appointments(person, since, until)
    tasks = [row for row in duties if row.rule == "task.done"]
    for row in tasks:
        pk, late = int(row.subject.partition(":")[2]), row.due_at <= since
        line = PlanLine(kind=Kind.TASK, text=row.title, task_id=pk, at=row.due_at, key=row.pressing)
        line.late = late
        yield line
    for row in duties:
        rule = registry.get(row.rule)
        if rule is not None and not row.rule.startswith(_OWN_LINES):
            yield PlanLine(kind=Kind.DUTY, text=f"{row.title} · {rule.title}"[:300], at=row.due_at, duty=row.pk)


def _owed(person: User, until: datetime):
    """What the person owes until then, the first due first; of tasks also whether they are pressing."""
    named = Concat(Value("task:"), Cast("pk", CharField()), output_field=CharField())
    tasks = Task.objects.filter(assignee=person, state=Task.State.OPEN).annotate(named=named)
    pressing = Exists(tasks.filter(Q(important=True) | Q(urgent=True), named=OuterRef("subject")))
    rows = Deadline.objects.open().filter(owner=person, due_at__lte=until, stopped_at=None)
    return rows.annotate(pressing=pressing).order_by("due_at", "pk")[:MOST]


def _appointments(person: User, since: datetime, until: datetime) -> Iterable[PlanLine]:
    planned = Appointment.objects.filter(
        owner=person, state=Appointment.State.PLANNED, starts_at__gte=since, starts_at__lt=until
    )
    rows = planned.select_related("lead__customer", "preparation").order_by("starts_at", "pk")
    for row in sorted(rows, key=lambda row: row.way != Way.VISIT):
        visit = row.way == Way.VISIT
        words = filter(None, (row.lead.customer.name, row.place if visit else str(row.get_way_display()), row.purpose))
        yield PlanLine(
            kind=Kind.VISIT if visit else Kind.TALK,
            text=" · ".join(words)[:300],
            at=row.starts_at,
            region=row.lead.customer.region,
            material=_material(getattr(row, "preparation", None)),
            appointment=row,
        )


def _material(prepared) -> str:
    if prepared is None:
        return ""
    named = ((prepared.manual, _("manual")), (prepared.cases, _("cases")), (prepared.contract, _("contract template")))
    return ", ".join(str(word) for there, word in (*named, (prepared.quote_until, _("quote"))) if there)


def regions(lines: Iterable[PlanLine]) -> list[str]:
    """The regions of the visits where they are more than one; a day on the road between them is marked."""
    found = list(dict.fromkeys(line.region for line in lines if line.kind == Kind.VISIT and line.region))
    return found if len(found) > 1 else []
