"""Leads whose deadlines fall due in the first minutes: something happens while a newcomer looks, whatever the hour.

They are of the south, where the demo company works round the clock.
"""

from datetime import datetime, timedelta
from random import Random

from demo.history import new_lead
from leads.actions import accept, arrive, qualify
from leads.models import Lead, Size
from salesops.people.models import User

TAKEN_BACK_IN, LATE_IN = timedelta(seconds=100), timedelta(seconds=150)
ACCEPTED_WITHIN, ANSWERED_WITHIN = timedelta(hours=2), timedelta(hours=4)  # as the rules stand in a new company
COMPANIES = (
    {"name": "前海云图科技", "region": "深圳", "industry": "软件服务"},
    {"name": "星河精密制造", "region": "广东", "industry": "专用机械"},
)
FOR_THE_POOL = (
    {"name": "南湾冷链物流", "region": "福建", "industry": "仓储物流"},
    {"name": "湘江新材料", "region": "湖南", "industry": "化工原料"},
)


def make(people: dict[str, User], *, at: datetime) -> tuple[Lead, Lead]:
    """One lead that will be taken back because nobody accepts it, one that will be late with its first response.

    And two in the pool, which whoever is quick may claim.
    """
    lapsing = _graded(COMPANIES[0], "A", people, at + TAKEN_BACK_IN - ACCEPTED_WITHIN)
    since = at + LATE_IN - ANSWERED_WITHIN
    unanswered = _graded(COMPANIES[1], "A", people, since)
    accept(unanswered, by=unanswered.owner, at=since + timedelta(minutes=20))
    for company in FOR_THE_POOL:
        _graded(company, "B", people, at - timedelta(minutes=20))
    return lapsing, unanswered


def _graded(company: dict[str, str], grade: str, people: dict[str, User], at: datetime) -> Lead:
    by = people["zhouyang"]
    lead = arrive(new_lead(company, Random(company["name"])), by=by, at=at - timedelta(minutes=30), way_in="hand")
    industry = company["industry"]
    return qualify(lead, grade=grade, industry=industry, size=Size.MEDIUM, by=by, at=at)
