"""How the people of the demo company plan their days, do tasks and help each other: one function a rule."""

from datetime import date, datetime, timedelta
from random import Random

from demo import phrases
from demo.visits import DUTIES, duty
from meetings.actions import answer_help, check_plans, confirm, give_task, prove, submit_plan
from meetings.drafting import draft
from meetings.models import DayPlan, HelpItem, PlanLine, Task
from salesops.people.models import Team, User
from salesops.sop.calendars import calendar_for
from salesops.sop.models import Deadline

__all__ = ["DUTIES"]  # of every rule: those of demo.visits, and the ones below


def _day(row: Deadline) -> date:
    return date.fromisoformat(row.period.split()[1])


@duty("plan.daily")
def plan(row: Deadline, by: User, at: datetime, chance: Random) -> None:
    """What is known is planned; where it asks for help, a colleague from presales is named."""
    lines = [line for line in draft(by, _day(row), calendar_for(by)).lines if line.planned]
    lines.append(PlanLine(kind=PlanLine.Kind.OTHER, text=chance.choice(phrases.PLANNED)))
    help_asked = {}
    if chance.random() < 0.2:
        help_asked = {"helper": User.objects.get(username="xutao"), "help_text": chance.choice(phrases.HELP)}
    submit_plan(day=_day(row), lines=lines, **help_asked, by=by, at=at)


@duty("plan.check")
def check(row: Deadline, by: User, at: datetime, chance: Random) -> None:
    team = Team.objects.get(pk=int(row.subject.partition(":")[2]))
    coming = Deadline.objects.open().filter(rule="plan.daily", period=row.period, team=team, due_at__gte=at)
    if coming.exists():
        return
    plans = DayPlan.objects.filter(day=_day(row), person__team=team)
    seen = {plan.pk: (plan.version, chance.choice(phrases.RESOURCES)) for plan in plans}
    check_plans(team, day=_day(row), seen=seen, by=by, at=at)
    if plans and chance.random() < 0.5:
        calendar = calendar_for(team=team)
        due_on = calendar.next_working_day(_day(row) + timedelta(days=chance.randrange(0, 2)))
        content, standard = chance.choice(phrases.TASKS)
        to = chance.choice([plan.person for plan in plans.select_related("person").order_by("pk")])
        give_task(content=content, standard=standard, due_on=due_on, assignee=to, by=by, at=at)


@duty("task.done")
def do(row: Deadline, by: User, at: datetime, chance: Random) -> None:
    task = Task.objects.get(pk=int(row.subject.partition(":")[2]))
    if task.state == Task.State.OPEN:
        prove(task, text=chance.choice(phrases.PROOFS), by=by, at=at)


@duty("task.confirm")
def look(row: Deadline, by: User, at: datetime, chance: Random) -> None:
    confirm(Task.objects.get(pk=int(row.subject.partition(":")[2])), by=by, at=at)


@duty("help.answer")
def help_out(row: Deadline, by: User, at: datetime, chance: Random) -> None:
    answer_help(HelpItem.objects.get(pk=int(row.subject.partition(":")[2])), answer=phrases.HELPED, by=by, at=at)
