"""The flow of leads: where they lie, who got which this week, and every change of hands with its reason."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leads.actions import claim, qualify, return_to_pool
from salesops.people.models import User
from tests.company import outsider
from tests.sop.world import local

pytestmark = pytest.mark.django_db


@pytest.fixture
def moved(firm, arriving, time_machine):
    """王伟 claims four leads and gives one back; one more is to be cleaned."""
    leads = [arriving("2026-03-02 09:00", company=f"公司{n}") for n in range(5)]
    for lead in leads[:4]:
        qualify(lead, grade="B", industry="汽配", size="unknown", by=firm.zhou, at=local("2026-03-02 09:30"))
        claim(lead, by=firm.wang, at=local("2026-03-02 10:00"))
    return_to_pool(leads[0], reason="客户只做外贸", by=firm.wang, at=local("2026-03-02 11:00"))
    time_machine.move_to(local("2026-03-03 10:00"), tick=False)
    return leads


def test_sales_operations_sees_where_all_leads_are(firm, moved, client):
    client.force_login(firm.zhou)
    page = client.get("/leads/flow/")
    assert page.context["figures"] == {"cleaning": 1, "assigned": 0, "pool": 1, "nobody": 0, "nurture": 0, "cold": 0}
    assert [(row["owner__name"], row["claimed"], row["total"]) for row in page.context["week"]] == [("王伟", 4, 4)]


def test_two_of_one_name_are_two_rows(firm, moved, client):
    User.objects.filter(pk=firm.min.pk).update(name="王伟")
    claim(moved[0], by=firm.min, at=local("2026-03-03 09:00"))
    client.force_login(firm.zhou)
    rows = client.get("/leads/flow/").context["week"]
    assert [(row["owner__name"], row["total"]) for row in rows] == [("王伟", 4), ("王伟", 1)]


def test_every_move_has_its_reason(firm, moved, client):
    client.force_login(firm.zhou)
    rows = client.get("/leads/flow/", {"ended": "returned"}).context["page"].rows
    assert [(row.lead.customer.name, row.owner.name, row.ended_reason) for row in rows] == [
        ("公司0", "王伟", "客户只做外贸")
    ]


def test_a_manager_sees_the_moves_of_their_people_only(firm, moved, client):
    client.force_login(firm.boss)
    assert len(client.get("/leads/flow/").context["page"].rows) == 4
    other = outsider(firm)
    claim(moved[0], by=other, at=local("2026-03-03 09:00"))
    client.force_login(firm.zhao)
    assert {row.owner for row in client.get("/leads/flow/").context["page"].rows} <= {firm.wang}


def test_the_page_asks_a_fixed_number_of_times(firm, moved, client):
    for person in (firm.zhou, firm.zhao):
        client.force_login(person)
        client.get("/me/")
        with CaptureQueriesContext(connection) as captured:
            client.get("/leads/flow/")
        assert len(captured) <= 15, "\n".join(query["sql"][:120] for query in captured)
