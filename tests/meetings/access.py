from datetime import date

from meetings.models import DayPlan, HelpItem, Task
from tests.access import row
from tests.sop.world import local

MONDAY = local("2026-03-02 10:00")


def task(co, owner):
    """A task that its owner has given themselves."""
    values = {"content": "报价单", "due_on": date(2026, 3, 5), "given_at": MONDAY}
    return {"pk": Task.objects.create(assignee=owner, assigner=owner, **values).pk}


def removal(co, owner):
    return task(co, owner) | {"act": "removal"}


def asked(co, owner):
    """Help that its owner is asked for by the boss, whom nobody heads."""
    return {"pk": HelpItem.objects.create(text="接口方案", asker=co.boss, helper=owner, asked_at=MONDAY).pk}


def answer(co, owner):
    return asked(co, owner) | {"act": "answer"}


def acts(own):
    """Its owner acts; heads and administrators see it and do not."""
    rows = {"everybody": f"{own} 404 404", "leader": f"{own} 403 404", "manager": f"{own} 403 404"}
    return rows | {"admin": f"{own} 403 403"}


def plan(co, owner):
    """The plan of a day of its owner."""
    DayPlan.objects.create(person=owner, day=MONDAY.date(), submitted_at=MONDAY)
    return {"pk": owner.pk}


def plans(co, owner):
    """The plans of its owner's team, the first one of an account manager where they are at home in none."""
    return {"pk": owner.team_id or co.wang.team_id}


SEEN = {"everybody": "200 404 404", "leader": "200 200 404", "manager": "200 200 404", "admin": "200 200 200"}


def sellers(co, owner):
    """The targets of the owner's team."""
    return {"pk": owner.team_id or co.wang.team_id}


SALES = ("am", "se", "so", "leader", "manager", "admin")
# Heads set the targets of the teams below them; whoever sees somebody of a team may not.
HEADS_SET = {"everybody": "403 403 403", "am": "403 403 404", "se": "403 404 404"}
HEADS_SET |= {"leader": "200 200 404", "manager": "200 200 404", "admin": "200 200 200"}

# One's own plan is written elsewhere; the team sees each other's plans.
TEAM_SEES = {"everybody": "302 404 404", "am": "302 200 404", "assistant": "302 200 404", "leader": "302 200 404"}
TEAM_SEES |= {"manager": "302 200 404", "admin": "302 200 200"}
# 华东区 and the departments have no account manager of their own.
OF_TEAM = {"everybody": "404 404 404", "am": "200 200 404", "assistant": "200 200 404", "leader": "200 200 404"}
OF_TEAM |= {"manager": "404 200 404", "admin": "200 200 200"}

ROWS = [
    row("meetings:my_plan"),
    row("meetings:my_plan", everybody=302, post={"other": "回访"}),
    row("meetings:team_plans", everybody=302),
    row("meetings:plan", plan, **TEAM_SEES),
    row("meetings:plans", plans, **(TEAM_SEES | OF_TEAM)),
    row("meetings:tasks"),
    row("meetings:tasks", everybody=422, post={}),
    row("meetings:task_new"),
    row("meetings:task", task, **SEEN),
    row("meetings:task", removal, **acts(302), post={"reason": "不需要了"}),
    row("meetings:proof", task, **acts(302), post={"text": "做完了"}),
    row("meetings:targets", everybody=403, **dict.fromkeys(SALES, 200)),
    row("meetings:team_targets", sellers, **HEADS_SET),
    row("meetings:team_targets", sellers, **{r: s.replace("200", "302") for r, s in HEADS_SET.items()}, post={}),
    row("meetings:help_new"),
    row("meetings:help", asked, **SEEN),
    row("meetings:help", answer, **acts(302), post={"answer": "可以"}),
]
