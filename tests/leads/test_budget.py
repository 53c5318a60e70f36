"""What the pages a rep lives in may cost: at most twelve queries and 100 KB, whatever the data (ux.md 3.13)."""

from copy import copy
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leads.actions import log_follow_up, plan_appointment
from leads.models import FollowUp
from salesops.people.models import Leave
from salesops.sop.models import Deadline
from tests.sop.world import local

pytestmark = pytest.mark.django_db
QUERIES, BYTES, DUTIES = 12, 100_000, 100


@pytest.fixture
def busy(firm, claimed, time_machine):
    """王伟 holds a hundred B leads, half of them late, and has worked on one: talks, long notes, an appointment."""
    lead = claimed("09:00", "09:10", "09:20", company="上海精密机电设备有限公司")
    _like(lead, DUTIES - 1)
    at, values = local("2026-03-02 10:00"), {"way": "call", "reached": True, "note": "客户想先看案例，再谈价格" * 10}
    log_follow_up(lead, by=firm.wang, at=at, **values, need="替换", intent="high")
    rows = (FollowUp(lead=lead, by=firm.wang, logged_at=at, talked_at=at, **values) for _n in range(40))
    FollowUp.objects.bulk_create(rows)
    when = {"starts_at": local("2026-03-03 10:00"), "ends_at": local("2026-03-03 11:00")}
    plan_appointment(lead, way="visit", **when, by=firm.wang, at=local("2026-03-02 10:30"))
    time_machine.move_to(local("2026-03-02 15:30"), tick=False)
    return lead


def _like(lead, number):
    """More leads with the same duty; every second is due four hours later."""
    duty = Deadline.objects.get(rule="lead.first_response")
    customer, contact = copy(lead.customer), copy(lead.contact)
    for n in range(number):
        customer.pk, customer.name = None, f"上海第{n}精密机电设备有限公司"
        customer.save()
        contact.pk, contact.customer, contact.phone = None, customer, f"138{n:08}"
        contact.save()
        made = copy(lead)
        made.pk, made.customer, made.contact = None, customer, contact
        made.save(force_insert=True)
        duty.pk, duty.subject, duty.file, duty.title = None, made.ref, made.ref, customer.name
        duty.due_at += timedelta(hours=4 if n % 2 else -4)
        duty.save(force_insert=True)


def test_the_pages_of_the_day_keep_their_budget(firm, busy, arriving, client):
    for n in range(5):  # a queue for the desk of sales operations
        arriving("2026-03-02 15:00", company=f"新来{n}")
    span = {"since": local("2026-03-02 00:00"), "until": local("2026-03-04 00:00")}
    Leave.objects.create(user=firm.wang, stand_in=firm.min, **span, state="approved")
    for name in ("wang", "li", "zhao", "zhou", "so_head", "he"):
        client.force_login(getattr(firm, name))
        client.get("/leads/")  # the first of a session also reads which view was the last
        urls = [
            "/today/",
            "/leads/",
            "/leads/?view=late",
            f"/leads/{busy.pk}/",
            f"/leads/{busy.pk}/?kind=owed",
            f"/leads/{busy.pk}/?kind=told",
        ]
        urls += [f"/leads/{busy.pk}/?kind=told", "/sop/", "/sop/lead.follow_up/"]
        for url in urls + [f"/leads/{busy.pk}/follow-up/"] * (name == "wang"):
            with CaptureQueriesContext(connection) as captured:
                page = client.get(url)
            assert page.status_code == 200
            asked = [query["sql"] for query in captured if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]
            assert len(asked) <= QUERIES, (name, url, "\n".join(sql[:90] for sql in asked))
            assert len(page.content) < BYTES, (name, url, len(page.content))
