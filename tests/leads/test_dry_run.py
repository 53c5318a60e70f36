"""Where leads would go (试分配): the picture of what routing does, and nothing else."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leads.actions import qualify
from leads.dry_run import dry_run, shares
from leads.models import Assignment, Lead, Territory, TerritoryMember
from salesops.events.models import Event
from salesops.sop.models import Tally
from tests.sop.world import local

pytestmark = pytest.mark.django_db
AT = local("2026-03-02 10:00")


def waiting():
    return Lead.objects.to_clean().select_related("customer__owner").order_by("arrived_at", "id")


def routed(firm, lead, grade="A"):
    return qualify(lead, grade=grade, industry="汽车配件", size="unknown", by=firm.zhou, at=AT)


def test_what_is_shown_is_what_happens(firm, arriving):
    TerritoryMember.objects.filter(person=firm.min).update(capacity=1)
    leads = [arriving("2026-03-02 09:00", company=f"公司{n}") for n in range(7)]
    leads.append(arriving("2026-03-02 09:00", company="北京一家", region="北京"))
    shown = [each.person for each in dry_run(waiting(), as_grade="A", at=AT)]
    assert shown == [routed(firm, lead).owner for lead in leads]
    assert shown.count(firm.min) == 1
    assert shown[-1] is None


def test_the_more_specific_territory_is_asked_first_and_the_next_when_nobody_there_can(firm, arriving):
    narrow = Territory.objects.create(name="上海大客户", regions=["上海"], industries=["汽车配件"])
    TerritoryMember.objects.create(territory=narrow, person=firm.lin, capacity=1)
    for n in range(2):
        arriving("2026-03-02 09:00", company=f"公司{n}")
    first, second = dry_run(waiting(), as_grade="A", at=AT)
    assert (first.person, first.territory) == (firm.lin, "上海大客户")
    assert (second.person, second.territory) == (firm.wang, "上海")


def test_a_known_customers_lead_goes_to_its_owner_and_b_and_c_leads_to_the_pools(firm, arriving):
    lead = arriving("2026-03-02 09:00", company="克来机电")
    lead.customer.owner = firm.lin
    lead.customer.save()
    kinds = {grade: [each.kind for each in dry_run(waiting(), as_grade=grade, at=AT)] for grade in "ABC"}
    assert kinds == {"A": ["owner"], "B": ["owner"], "C": ["owner"]}
    lead.customer.owner = None
    lead.customer.save()
    kinds = {grade: [each.kind for each in dry_run(waiting(), as_grade=grade, at=AT)] for grade in "ABC"}
    assert kinds == {"A": ["territory"], "B": ["pool"], "C": ["nurture"]}


def test_looking_writes_and_locks_nothing(firm, arriving):
    for n in range(3):
        arriving("2026-03-02 09:00", company=f"公司{n}")
    events = Event.objects.count()
    with CaptureQueriesContext(connection) as captured:
        dry_run(waiting(), as_grade="A", at=AT)
    assert not [query for query in captured if not query["sql"].startswith("SELECT") or "FOR " in query["sql"][-40:]]
    assert (Assignment.objects.count(), Event.objects.count()) == (0, events)
    assert not TerritoryMember.objects.exclude(last_at=None).exists()


def test_two_hundred_leads_cost_as_many_queries_as_two(firm, arriving):
    counts = []
    for number in (2, 38):
        for n in range(number):
            arriving("2026-03-02 09:00", company=f"公司{number}-{n}")
        with CaptureQueriesContext(connection) as captured:
            found = dry_run(waiting(), as_grade="A", at=AT)
        counts.append(len(captured))
    assert counts[0] == counts[1]
    best = shares(found)[0]
    assert (best.person, best.load, best.then) == (firm.wang, 0, 10)


def test_five_hundred_leads_at_once_are_spread_evenly_by_what_each_can_take(firm, arriving):
    members = TerritoryMember.objects.filter(territory=firm.shanghai)
    members.update(capacity=300)
    members.filter(person=firm.jing).update(capacity=150)
    customer = arriving("2026-03-02 09:00").customer
    times = [AT + timedelta(seconds=n) for n in range(499)]
    Lead.objects.bulk_create(Lead(customer=customer, source="website", arrived_at=at) for at in times)
    assert Counter(each.person for each in dry_run(waiting(), as_grade="A", at=AT)) == {
        firm.wang: 200,
        firm.min: 200,
        firm.jing: 100,
    }


def test_who_is_on_time_more_often_gets_more_and_not_all(firm, arriving):
    members = TerritoryMember.objects.filter(territory=firm.shanghai)
    members.update(capacity=300)
    for person, late in ((firm.wang, 0), (firm.min, 5), (firm.jing, 10)):
        Tally.objects.create(rule="lead.follow_up", owner=person, day=AT.date(), in_time=10 - late, late=late)
    customer = arriving("2026-03-02 09:00").customer
    Lead.objects.bulk_create(Lead(customer=customer, source="website", arrived_at=AT) for n in range(159))
    shown = [each.person for each in dry_run(waiting(), as_grade="A", at=AT)]
    assert shown[0] == firm.wang  # the best of those who hold nothing
    assert Counter(shown) == {firm.wang: 100, firm.min: 50, firm.jing: 10}


def test_the_page_says_who_would_get_what_and_who_was_considered(firm, arriving, client, time_machine):
    arriving("2026-03-02 09:00", company="克来机电")
    arriving("2026-03-02 09:00", company="北京一家", region="北京")
    time_machine.move_to(AT, tick=False)
    client.force_login(firm.zhou)
    page = client.get("/leads/dry-run/")
    assert [(each.kind, len(words)) for each, words in page.context["rows"]] == [("territory", 3), ("nobody", 0)]
    assert "王伟" in page.content.decode()
    assert client.get("/leads/dry-run/", {"of": "nonsense", "grade": "Z"}).status_code == 200
    assert client.get("/leads/dry-run/", {"of": "pool"}).context["rows"] == []
