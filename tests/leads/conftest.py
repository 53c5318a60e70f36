from decimal import Decimal

import pytest

from leads import tasks
from leads.actions import NewLead, arrive, claim, qualify
from leads.models import Territory, TerritoryMember
from tests.company import company
from tests.leads.wizard import Wizard
from tests.sop.world import local


@pytest.fixture
def firm():
    """The company, with a territory of 上海 for the first cell."""
    firm = company()
    firm.shanghai = Territory.objects.create(name="上海", regions=["上海"])
    for person in (firm.wang, firm.min, firm.jing):
        TerritoryMember.objects.create(territory=firm.shanghai, person=person, capacity=10)
    return firm


@pytest.fixture
def arriving(firm):
    """Lets a lead come in: `arriving("2026-03-02 10:00", company="克来机电")`."""
    count = iter(range(10_000))

    def come(at, **values):
        values = {
            "company": "克来机电",
            "contact": "蒋宇",
            "phone": f"139{next(count):08}",
            "industry": "汽车配件",
            "region": "上海",
            "source": "partner",
            "budget": Decimal(120),
        } | values
        return arrive(NewLead(**values), by=firm.zhou, at=local(at), way_in="hand")

    return come


@pytest.fixture
def graded(firm, arriving):
    """Lets a lead come in and be graded on Monday 2026-03-02: `graded("09:30", "10:00", grade="A", company="甲")`."""

    def grade_one(arrived, at, *, grade="B", **values):
        lead = arriving(f"2026-03-02 {arrived}", **values)
        known = {"industry": lead.customer.industry, "size": "unknown"}
        return qualify(lead, grade=grade, **known, by=firm.zhou, at=local(f"2026-03-02 {at}"))

    return grade_one


@pytest.fixture
def claimed(firm, graded):
    """The same, then 王伟 claims it: `claimed("09:00", "09:10", "09:20")`."""

    def claim_one(arrived, cleaned, at, *, by=firm.wang, **values):
        return claim(graded(arrived, cleaned, **values), by=by, at=local(f"2026-03-02 {at}"))

    return claim_one


@pytest.fixture
def lead(firm, claimed, time_machine, client):
    """王伟's B lead: he claimed it at 09:20, and at 10:00 he is signed in."""
    lead = claimed("09:00", "09:10", "09:20")
    time_machine.move_to(local("2026-03-02 10:00"), tick=False)
    client.force_login(firm.wang)
    return lead


@pytest.fixture
def wizard(client, monkeypatch):
    monkeypatch.setattr(tasks, "ring", lambda: None)
    return Wizard(client)
