"""Targets: set for teams and people, divided where nobody set them, and held against what was reached."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from leads.figures import Period
from meetings.actions import set_targets
from meetings.goals import Goals
from meetings.models import Target
from salesops.events.models import Event
from salesops.sop.calendars import calendar_for
from salesops.web.forms.once import new_token
from tests.company import company
from tests.sop.world import local

pytestmark = pytest.mark.django_db

MARCH = Period.around("month", date(2026, 3, 2))  # 22 working days
WEEK = Period.around("week", date(2026, 3, 2))
MONDAY = Period.around("day", date(2026, 3, 2))


@pytest.fixture
def co():
    return company()


def goals(co, period):
    people = [f"person={person.pk}" for person in (co.wang, co.min)]
    return Goals.read(period, {f"team={co.wang.team_id}": people}, calendar_for())


def give(co, period, **numbers):
    owners = {"team": co.wang.team, "wang": co.wang, "min": co.min}
    wanted = {(owners[name], "calls"): None if n is None else Decimal(n) for name, n in numbers.items()}
    return set_targets(wanted, period=period, by=co.li, at=local("2026-03-01 10:00"))


def of(co, whose, period):
    key = f"team={co.wang.team_id}" if whose == "team" else f"person={getattr(co, whose).pk}"
    return goals(co, period).of(key, "calls", period)


def test_a_month_is_divided_over_its_working_days_and_a_day_off_has_none(co):
    give(co, MARCH, wang=220)
    assert of(co, "wang", WEEK) == 50
    assert of(co, "wang", MONDAY) == 10
    assert of(co, "wang", Period.around("day", date(2026, 3, 7))) == 0
    across = Period.around("week", date(2026, 4, 1))  # two of its days are in March
    assert of(co, "wang", across) == 20


def test_what_was_set_for_the_period_itself_comes_before_its_share(co):
    give(co, MARCH, wang=220)
    give(co, WEEK, wang=80)
    assert (of(co, "wang", WEEK), of(co, "wang", MONDAY)) == (80, 16)
    assert of(co, "wang", Period.around("week", date(2026, 3, 9))) == 50


def test_what_is_left_of_the_teams_number_is_shared_by_those_without_one(co):
    give(co, MARCH, team=220)
    assert of(co, "wang", MARCH) == of(co, "min", MARCH) == 110
    give(co, MARCH, wang=200)
    assert (of(co, "wang", MARCH), of(co, "min", MARCH)) == (200, 20)
    give(co, MARCH, wang=300)
    assert of(co, "min", MARCH) == 0


def test_a_team_without_a_number_has_the_sum_of_its_peoples(co):
    assert of(co, "team", MARCH) is None
    give(co, MARCH, wang=20, min=30)
    assert of(co, "team", MARCH) == 50


def test_the_pace_counts_working_days_that_are_over(co):
    found = goals(co, MARCH)
    assert found.pace(Decimal(220), MARCH, date(2026, 2, 28)) == 0
    assert found.pace(Decimal(220), MARCH, date(2026, 3, 8)) == 50
    assert found.pace(Decimal(220), MARCH, date(2026, 3, 31)) == 220


def test_each_change_is_recorded_once_and_nothing_for_what_stays(co):
    assert give(co, MARCH, wang=20, min=30) == 2
    assert give(co, MARCH, wang=20, min=31) == 1
    assert give(co, MARCH, wang=None) == 1
    assert Event.objects.filter(name="target.set").count() == 4
    assert Target.objects.count() == 1


def page_of(co):
    return reverse("meetings:team_targets", args=[co.wang.team_id]) + "?period=month&on=2026-03-02"


def send(client, co, **cells):
    """Sends the page of 王伟's team as it was shown, with other numbers for their calls."""
    form = client.get(page_of(co)).context["form"]
    values = {name: "" if form[name].value() is None else form[name].value() for name in form.fields}
    values |= {f"person-{getattr(co, name).pk}-calls": number for name, number in cells.items()}
    return lambda: client.post(page_of(co), values | {"once": new_token()})


@pytest.fixture
def li(co, client, time_machine):
    time_machine.move_to(local("2026-03-10 10:00"), tick=False)
    client.force_login(co.li)
    return co.li


def test_a_head_sets_the_numbers_of_the_team_and_sees_who_is_behind(co, li, client, django_assert_max_num_queries):
    assert send(client, co, wang="220", min="22")().status_code == 302
    assert set(Target.objects.values_list("person", "number")) == {(co.wang.pk, 220), (co.min.pk, 22)}
    following = client.get(reverse("meetings:targets") + "?on=2026-04-10").content.decode()
    assert "2026-04-01" in following
    with django_assert_max_num_queries(12):
        page = client.get(reverse("meetings:targets") + "?on=2026-03-10").content.decode()
    assert "/ 242" in "".join(page.split()) or "242" in page


@pytest.mark.parametrize("number", ["-1", "3.5", "一百", "1e30"])
def test_what_is_no_target_is_told_and_nothing_is_saved(co, li, client, number):
    answer = send(client, co, wang=number, min="22")()
    assert answer.status_code == 422
    assert not Target.objects.exists()


def test_two_heads_at_once_both_keep_their_number(co, li, client):
    first, second = send(client, co, wang="100"), send(client, co, wang="200")
    first()
    assert second().status_code == 409
    assert Target.objects.get().number == 100


def test_a_rep_sees_their_own_row_and_the_teams_and_sets_nothing(co, li, client):
    send(client, co, wang="220", min="22")()
    client.force_login(co.wang)
    page = client.get(reverse("meetings:targets")).content.decode().split("<main")[1]
    assert co.wang.name in page
    assert co.min.name not in page
    assert co.wang.team.name in page
    assert client.get(page_of(co)).status_code == 403
    client.force_login(co.jing)
    assert client.get(page_of(co)).status_code in (403, 404)
