from decimal import Decimal

import pytest

from leads.actions import NewLead, arrive
from leads.models import Territory, TerritoryMember
from tests.company import company
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
