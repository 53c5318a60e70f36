"""The limits of the lead pool in a rush: nobody gets more than they may, whatever is tried at once (market.md 3)."""

import random
from functools import partial

import pytest

from leads.actions import Refused, change_rules, claim, qualify, return_to_pool
from leads.models import Assignment, Lead, PoolRules, Status
from tests.sop.world import local

from .threads import errors, together

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]

AT = local("2026-03-02 11:00")


@pytest.fixture
def pool(firm, arriving):
    """`pool(12)` puts so many B leads into the pool on Monday at 10:00."""

    def fill(number: int) -> list[Lead]:
        leads = [arriving("2026-03-02 09:00", company=f"公司{n}") for n in range(number)]
        at = local("2026-03-02 10:00")
        return [qualify(lead, grade="B", industry="汽配", size="unknown", by=firm.zhou, at=at) for lead in leads]

    return fill


def claimed_by(person) -> int:
    return Assignment.objects.filter(owner=person, how=Assignment.How.CLAIMED).count()


def test_one_person_who_claims_fifty_leads_at_once_gets_exactly_the_five_of_the_day(firm, pool):
    leads = pool(50)
    outcomes = together(*(partial(claim, lead, by=firm.wang, at=AT) for lead in leads))
    assert {type(error) for error in errors(outcomes)} == {Refused}
    assert claimed_by(firm.wang) == 5
    assert Lead.objects.filter(owner=firm.wang).count() == 5
    assert Lead.objects.filter(status=Status.POOL).count() == 45


def test_giving_back_while_claiming_wins_nobody_another_claim(firm, pool):
    _give_back_and_claim(firm, pool(12), random.Random(1))


@pytest.mark.soak
@pytest.mark.parametrize("turn", range(200))
def test_giving_back_while_claiming_two_hundred_times(firm, pool, turn):
    _give_back_and_claim(firm, pool(12), random.Random(turn))


def _give_back_and_claim(firm, leads, luck):
    change_rules(PoolRules, daily=4, holding=3, by=firm.he, at=local("2026-03-02 09:00"))

    def try_it(person, lead):
        held = claim(lead, by=person, at=AT)
        if luck.random() < 0.5:
            return_to_pool(held, reason="不合适", by=person, at=AT)

    tries = [partial(try_it, person, lead) for person in (firm.wang, firm.min) for lead in leads]
    luck.shuffle(tries)
    outcomes = together(*tries)
    assert [error for error in errors(outcomes) if not isinstance(error, Refused)] == []
    for person in (firm.wang, firm.min):
        assert claimed_by(person) <= 4
        assert Lead.objects.filter(owner=person).count() <= 3
    running = Assignment.objects.filter(ended_at=None)
    assert sorted(running.values_list("lead", flat=True)) == sorted(
        Lead.objects.filter(owner__isnull=False).values_list("pk", flat=True)
    )
