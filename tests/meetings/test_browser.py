"""A rep on a phone in a real browser: a task handed in on its card, the plan put in order and handed in."""

from datetime import timedelta

import pytest

from leads.actions import plan_appointment
from leads.models import Customer, Lead
from meetings.actions import give_task
from meetings.models import DayPlan, Task
from salesops import clock
from salesops.sop.calendars import calendar_for
from tests.browser import axe_violations
from tests.company import company

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_task_is_handed_in_on_its_card_and_the_plan_is_put_in_order_and_handed_in(phone, live_server, sign_in):
    firm, now = company(), clock.now()
    calendar = calendar_for(firm.wang)
    day = calendar.next_working_day(calendar.local(now).date())
    for hour, name in ((10, "苏州电气"), (14, "虹桥精机")):
        customer = Customer.objects.create(name=name, region=name[:2], created_at=now)
        lead = Lead.objects.create(
            customer=customer, source="partner", arrived_at=now, status="active", owner=firm.wang
        )
        starts = calendar.midnight(day) + timedelta(hours=hour)
        ends = starts + timedelta(hours=1)
        plan_appointment(lead, way="visit", starts_at=starts, ends_at=ends, purpose="看样机", by=firm.wang, at=now)
    give_task(content="整理展会名单", due_on=day, assignee=firm.wang, by=firm.li, at=now)
    sign_in(phone, firm.wang)

    phone.goto(f"{live_server.url}/today/")
    phone.get_by_role("link", name="提交成果").click()
    phone.get_by_label("完成情况").fill("名单已补全")
    assert axe_violations(phone) == []
    phone.locator(".panel .save").click()
    phone.wait_for_selector(".message.success")
    assert Task.objects.get().state == "proven"

    phone.goto(f"{live_server.url}/plan/?day=next")
    phone.get_by_label("携带资料 · 虹桥精机").fill("样机")
    phone.get_by_role("button", name="上移 · 虹桥精机").click()
    phone.wait_for_selector(".plan-lines li:first-child:has-text('虹桥精机')")
    assert axe_violations(phone) == []
    phone.get_by_role("button", name="提交计划").click()
    phone.wait_for_selector(".message.success")
    lines = DayPlan.objects.get().lines.all()
    assert [(line.text[:4], line.material) for line in lines[:2]] == [("虹桥精机", "样机"), ("苏州电气", "")]
