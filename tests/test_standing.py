"""A standing query is compiled once and asks for what it is given each time."""

from datetime import date

import pytest

from salesops.people.models import Team, User
from salesops.standing import StandingQuery
from tests.company import SINCE, company

pytestmark = pytest.mark.django_db


def test_each_call_asks_with_its_own_values():
    co = company()
    born = StandingQuery(lambda pk, at: User.objects.filter(pk=pk, date_joined__lte=at).values_list("name"))
    assert born(co.wang.pk, SINCE) == [("王伟",)]
    assert born(co.li.pk, SINCE) == [("李娜",)]
    assert born(co.wang.pk, SINCE.replace(year=2024)) == []


def test_it_is_compiled_for_each_number_of_values():
    company()
    named = StandingQuery(lambda *names: Team.objects.filter(name__in=names).order_by("id").values_list("name"))
    assert named("华东区") == [("华东区",)]
    assert named("华东区", "华南组") == [("华东区",), ("华南组",)]
    assert named("华南组") == [("华南组",)]


def test_days_and_literals_stand_beside_each_other():
    co = company()
    joined = StandingQuery(
        lambda day: User.objects.filter(date_joined__date__lte=day, username="wang").values_list("pk")[:1]
    )
    assert joined(date(2025, 1, 2)) == [(co.wang.pk,)]
    assert joined(date(2024, 1, 2)) == []
