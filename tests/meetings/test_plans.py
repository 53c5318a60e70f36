"""The plan of the day (sop.md: plan.daily, plan.check)."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leads.actions import plan_appointment
from leads.models import Customer, Lead
from meetings.actions import check_plans, put_off, submit_plan
from meetings.drafting import draft, regions
from meetings.models import DayPlan, HelpItem, PlanLine
from salesops.people.actions import approve_leave, ask_leave
from salesops.people.models import Post, User
from salesops.sop.calendars import calendar_for
from salesops.sop.engine.rounds import open_rounds
from salesops.sop.models import Deadline
from salesops.web.forms.once import new_token
from tests.sop.world import local, run_sweep, shown

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 3, 2)


def line(text="回访老客户", **values):
    return PlanLine(kind="other", text=text, **values)


def hand_in(person, at="2026-03-02 08:40", day=MONDAY, **values):
    return submit_plan(day=day, lines=[line()], by=person, at=local(at), **values)


def duty(rule, **filters):
    return Deadline.objects.filter(rule=rule, **filters).latest("id")


def visit(firm, company, region, time, *, by=None):
    """A visit of 王伟 on Monday at a company of its own."""
    customer = Customer.objects.create(name=company, region=region, created_at=local("2026-02-27 10:00"))
    lead = Lead.objects.create(
        customer=customer, source="partner", arrived_at=local("2026-02-27 10:00"), status="active", owner=firm.wang
    )
    starts, ends = local(f"2026-03-02 {time}"), local(f"2026-03-02 {time[:2]}:59")
    at = local("2026-02-27 11:00")
    return plan_appointment(lead, way="visit", starts_at=starts, ends_at=ends, purpose="看样机", by=firm.wang, at=at)


def test_each_account_manager_owes_a_plan_at_nine_on_a_working_day_and_nobody_on_sunday(firm):
    run_sweep("2026-03-01 12:00")
    assert not Deadline.objects.exists()
    run_sweep("2026-03-02 00:01")
    owed = Deadline.objects.filter(rule="plan.daily")
    assert {row.owner.name for row in owed.select_related("owner")} == {"王伟", "张敏", "陈静", "林芳", "周杰"}
    assert {shown(row.due_at) for row in owed} == {"Mon 03-02 09:00"}
    checks = {row.owner.name: shown(row.due_at) for row in Deadline.objects.filter(rule="plan.check")}
    assert checks == {"李娜": "Mon 03-02 10:00", "黄磊": "Mon 03-02 10:00"}


def test_the_round_of_a_day_costs_the_same_for_any_number_of_people(firm):
    open_rounds(local("2026-03-02 00:01"))
    with CaptureQueriesContext(connection) as few:
        open_rounds(local("2026-03-03 00:01"))
    made = [User(username=f"rep{n}", name=f"客户经理{n}", team=firm.teams["cell"]) for n in range(30)]
    people = User.objects.bulk_create(made)
    Post.objects.bulk_create(Post(user=person, role="am", since=local("2026-03-03 10:00")) for person in people)
    with CaptureQueriesContext(connection) as many:
        open_rounds(local("2026-03-04 00:01"))
    assert Deadline.objects.filter(rule="plan.daily", period="day 2026-03-04").count() == 35
    assert len(many) <= len(few)


def test_who_is_on_leave_owes_no_plan(firm):
    since, until = local("2026-03-02 00:00"), local("2026-03-03 00:00")
    leave = ask_leave(
        firm.wang, since=since, until=until, stand_in=firm.min, by=firm.wang, at=local("2026-02-27 10:00")
    )
    approve_leave(leave, by=firm.li, at=local("2026-02-27 11:00"))
    run_sweep("2026-03-02 00:01")
    assert not Deadline.objects.open().filter(rule="plan.daily", owner=firm.wang).exists()
    assert Deadline.objects.filter(rule="plan.daily", owner=firm.min).count() == 1


def test_a_plan_meets_the_day_also_before_any_sweep_and_a_late_one_is_late(firm):
    hand_in(firm.wang)
    assert (duty("plan.daily").counted, duty("plan.daily").owner) == ("in_time", firm.wang)
    hand_in(firm.min, "2026-03-02 09:20")
    assert duty("plan.daily", owner=firm.min).counted == "late"
    run_sweep("2026-03-03 09:01")
    assert duty("plan.daily", owner=firm.jing, period="day 2026-03-02").ending == "missed"


def test_a_plan_for_tomorrow_can_be_handed_in_today(firm):
    hand_in(firm.wang, "2026-03-02 17:50", day=date(2026, 3, 3))
    run_sweep("2026-03-03 08:59")
    assert not Deadline.objects.open().filter(rule="plan.daily", owner=firm.wang, period="day 2026-03-03").exists()


def test_the_draft_has_visits_tasks_and_what_falls_due_and_marks_several_regions(firm, given):
    visit(firm, "虹桥精机", "上海", "14:00")
    visit(firm, "苏州电气", "江苏", "10:00")
    given("2026-03-02", at="2026-02-27 10:00", content="报价单", urgent=True)
    late = given("2026-02-27", at="2026-02-26 10:00", content="旧任务")
    given("2026-03-04", at="2026-02-27 10:00", content="以后的任务")
    put_off(late, next_on=MONDAY, reason="等图纸", by=firm.wang, at=local("2026-02-27 17:00"))
    run_sweep("2026-02-27 18:01")
    lines = draft(firm.wang, MONDAY, calendar_for(firm.wang)).lines
    said = [(each.kind, each.text.split(" · ")[0], each.key) for each in lines]
    assert said[:4] == [
        ("visit", "苏州电气", False),
        ("visit", "虹桥精机", False),
        ("task", "报价单", True),
        ("task", "旧任务", False),
    ]
    assert regions(lines) == ["江苏", "上海"]
    assert "以后的任务" not in [text for _kind, text, _key in said]


def test_the_heads_check_waits_for_plans_that_may_still_come_and_not_for_missing_ones(firm):
    run_sweep("2026-03-02 00:01")
    plan = hand_in(firm.wang)
    cell, seen = firm.teams["cell"], {plan.pk: (0, "徐涛下午同去")}
    assert check_plans(cell, day=MONDAY, seen=seen, by=firm.li, at=local("2026-03-02 08:50")) == (0, 2)
    assert duty("plan.check", owner=firm.li).is_open
    assert check_plans(cell, day=MONDAY, seen=seen, by=firm.li, at=local("2026-03-02 09:40")) == (0, 0)
    assert duty("plan.check", owner=firm.li).counted == "in_time"
    plan.refresh_from_db()
    assert (plan.checked_by, plan.resources) == (firm.li, "徐涛下午同去")


def test_a_plan_amended_since_it_was_shown_stays_unchecked(firm):
    run_sweep("2026-03-02 00:01")
    plan = hand_in(firm.wang)
    hand_in(firm.wang, "2026-03-02 09:10")
    cell, at = firm.teams["cell"], local("2026-03-02 09:40")
    assert check_plans(cell, day=MONDAY, seen={plan.pk: (0, "")}, by=firm.li, at=at) == (1, 0)
    assert duty("plan.check", owner=firm.li).is_open
    assert check_plans(cell, day=MONDAY, seen={plan.pk: (1, "")}, by=firm.li, at=at) == (0, 0)
    with pytest.raises(PermissionDenied):
        check_plans(cell, day=MONDAY, seen={}, by=firm.wang, at=at)
    with pytest.raises(PermissionDenied):
        check_plans(cell, day=MONDAY, seen={}, by=firm.huang, at=at)


def test_on_the_page_visits_change_places_and_the_plan_asks_for_help(firm, client, time_machine, given):
    first, second = visit(firm, "苏州电气", "江苏", "10:00"), visit(firm, "虹桥精机", "上海", "14:00")
    task = given("2026-03-02", at="2026-02-27 10:00")
    time_machine.move_to(local("2026-03-02 08:35"), tick=False)
    client.force_login(firm.wang)
    page = client.get("/plan/").content.decode()
    assert "跨区域" in page
    order = f"visit-{first.pk},visit-{second.pk},task-{task.pk}"
    sent = {"order": order, "in": [f"visit-{first.pk}", f"visit-{second.pk}"], "other": "写周报"}
    sent |= {f"material-visit-{second.pk}": "样机", "helper": firm.xu.pk, "help_text": "下午同去虹桥"}
    moved = client.post("/plan/", sent | {"once": new_token(), "move": f"up:visit-{second.pk}"})
    assert moved.status_code == 200
    assert not DayPlan.objects.exists()
    text = moved.content.decode()
    assert text.index("虹桥精机") < text.index("苏州电气")
    sent["order"] = f"visit-{second.pk},visit-{first.pk},task-{task.pk}"
    client.post("/plan/", sent | {"once": new_token()})
    plan = DayPlan.objects.get()
    assert [each.text.split(" · ")[0] for each in plan.lines.all()] == ["虹桥精机", "苏州电气", "写周报"]
    assert plan.lines.first().material == "样机"
    assert HelpItem.objects.get().helper == firm.xu
    client.force_login(firm.li)
    page = client.get(f"/plans/{firm.teams['cell'].pk}/").content.decode()
    assert "虹桥精机" in page
    assert "陈静" in page  # she has none yet
    client.force_login(firm.lin)
    assert client.get(f"/plans/{firm.teams['cell'].pk}/").status_code == 404


def test_the_pages_cost_the_same_however_much_is_planned(firm, client, time_machine, django_assert_max_num_queries):
    for hour in range(9, 17):
        visit(firm, f"第{hour}家", "上海", f"{hour:02}:00")
    run_sweep("2026-03-02 00:01")
    time_machine.move_to(local("2026-03-02 08:35"), tick=False)
    for person in (firm.wang, firm.min):
        hand_in(person)
    for person, page in (
        (firm.wang, "/plan/"),
        (firm.li, f"/plans/{firm.teams['cell'].pk}/"),
        (firm.li, f"/plan/{firm.wang.pk}/"),
    ):
        client.force_login(person)
        client.get(page)
        with django_assert_max_num_queries(12):
            assert client.get(page).status_code == 200
