"""Figures: each counts what its definition says, for whom it was, in the period of its day."""

from datetime import date
from decimal import Decimal

import pytest

from leads.actions import advance, log_follow_up, lose, receive_payment, win
from leads.figures import Period, figures, reckon
from leads.models import Lead, Stage
from tests.sop.world import local

pytestmark = pytest.mark.django_db

MARCH = Period.around("month", date(2026, 3, 10))


@pytest.mark.parametrize(
    ("kind", "first", "last"),
    [
        ("day", "2026-03-31", "2026-03-31"),
        ("week", "2026-03-30", "2026-04-05"),
        ("month", "2026-03-01", "2026-03-31"),
        ("quarter", "2026-01-01", "2026-03-31"),
    ],
)
def test_a_period_lies_around_a_day_and_touches_its_neighbours(kind, first, last):
    period = Period.around(kind, date(2026, 3, 31))
    assert (period.first.isoformat(), period.last.isoformat()) == (first, last)
    assert (period.before.ends, period.after.begins) == (period.begins, period.ends)
    assert period.before.after == period


def test_the_last_quarter_of_a_year_ends_with_it():
    period = Period.around("quarter", date(2026, 12, 31))
    assert (period.first, period.last) == (date(2026, 10, 1), date(2026, 12, 31))


@pytest.fixture
def quarter(firm, claimed):
    """王伟 wins one of two leads in March, loses the other, and meets the customer again in April."""
    talk = {"way": "visit", "reached": True, "note": "谈了需求", "need": "替换旧系统", "intent": "high"}
    won, lost = claimed("09:00", "09:10", "09:20", company="甲"), claimed("09:30", "09:40", "09:50", company="乙")
    log_follow_up(won, by=firm.wang, at=local("2026-03-02 10:00"), **talk)
    log_follow_up(lost, by=firm.wang, at=local("2026-03-02 11:00"), **talk | {"way": "call", "intent": "low"})
    log_follow_up(lost, by=firm.wang, at=local("2026-03-03 11:00"), way="call", reached=False)
    advance(won, by=firm.wang, at=local("2026-03-03 12:00"))
    Lead.objects.filter(pk=won.pk).update(stage=Stage.PROPOSAL)
    deal = win(won, amount=Decimal("120000"), signed_on=date(2026, 3, 31), by=firm.wang, at=local("2026-03-03 13:00"))
    lose(lost, reason="price", text="太贵", by=firm.wang, at=local("2026-03-03 14:00"))
    for at in ("2026-03-31 23:59", "2026-04-01 00:00"):
        log_follow_up(won, by=firm.wang, at=local(at), **talk)
    for amount in ("30000", "20000.50"):
        values = {"amount": Decimal(amount), "received_on": date(2026, 3, 31)}
        receive_payment(deal, **values, by=firm.wang, at=local("2026-04-02 09:00"))
    return firm


def test_each_figure_counts_what_its_definition_says(quarter):
    table = reckon(figures, [quarter.wang.pk, quarter.min.pk], [MARCH, MARCH.after])
    wang = {figure.key: table.value(figure.key, [quarter.wang.pk], MARCH) for figure in figures.shown()}
    assert wang | {"response": 0, "on_time": 0, "new_customers": 0} == {
        "follow_ups": 4,
        "calls": 2,
        "visits": 2,
        "new_visits": 1,
        "new_intents": 2,
        "leads_got": 2,
        "new_customers": 0,
        "response": 0,
        "on_time": 0,
        "to_needs": 50,
        "to_proposal": 0,
        "to_contract": None,
        "deals": 1,
        "new_signed": 1,
        "signed": 120000,
        "average_deal": 120000,
        "days_to_close": 29,
        "received": Decimal("50000.50"),
        "lost": 1,
    }
    april = {key: table.value(key, [quarter.wang.pk], MARCH.after) for key in ("visits", "new_visits", "signed")}
    assert april == {"visits": 1, "new_visits": 0, "signed": 0}
    assert table.value("follow_ups", [quarter.min.pk], MARCH) == 0


def test_figures_of_many_people_and_periods_cost_one_query(quarter, django_assert_num_queries):
    people = [quarter.wang.pk, quarter.min.pk, quarter.jing.pk]
    with django_assert_num_queries(1):
        reckon(figures, people, [MARCH, MARCH.after])


def test_every_figure_opens_to_the_rows_that_it_counts(quarter):
    for figure in figures:
        if hasattr(figure, "rows") and figure.total is None:
            counted = reckon([figure], [quarter.wang.pk], [MARCH]).value(figure.key, [quarter.wang.pk], MARCH)
            mine = figure.rows(MARCH).filter(**{figure.source.owner: quarter.wang.pk})
            assert mine.count() == counted, figure.key


MONTH = "?period=month&on=2026-03-10"


def test_a_rep_sees_their_own_figures_and_nobody_elses(quarter, client, time_machine):
    time_machine.move_to(local("2026-04-10 10:00"), tick=False)
    client.force_login(quarter.wang)
    page = client.get(f"/leads/figures/{MONTH}").content.decode()
    assert "¥120,000" in page
    assert "李娜" not in page
    assert client.get(f"/leads/figures/{MONTH}&person={quarter.min.pk}").status_code == 404
    assert client.get(f"/leads/figures/calls/{MONTH}&person={quarter.min.pk}").status_code == 404
    assert client.get(f"/leads/figures/?team={quarter.min.team_id + 1000}").status_code == 404


def test_a_head_sees_each_and_all_together_and_each_number_opens(quarter, client, time_machine):
    time_machine.move_to(local("2026-04-10 10:00"), tick=False)
    client.force_login(quarter.zhao)
    page = client.get(f"/leads/figures/{MONTH}").content.decode()
    assert page.index("王伟") < page.index(">合计<")
    assert f"person={quarter.wang.pk}" in page
    for figure in figures:
        opened = client.get(f"/leads/figures/{figure.key}/{MONTH}&person={quarter.wang.pk}")
        assert opened.status_code == 200, figure.key
    signed = client.get(f"/leads/figures/signed/{MONTH}").content.decode()
    assert "甲" in signed
    assert "¥120,000" in signed
    assert client.get("/leads/figures/nothing/").status_code == 404


@pytest.mark.parametrize("query", ["?period=century", "?on=2026-13-99", "?on=1800-01-01", "?person=x", "?team=%00"])
def test_an_address_that_makes_no_sense_does_no_harm(quarter, client, query):
    client.force_login(quarter.zhao)
    assert client.get(f"/leads/figures/{query}").status_code in (200, 404)


def test_the_pages_cost_the_same_however_many_people_there_are(quarter, client, django_assert_max_num_queries):
    client.force_login(quarter.zhao)
    client.get("/leads/figures/")
    for path in ("", "signed/", "calls/", "to_needs/", "on_time/"):
        with django_assert_max_num_queries(12):
            client.get(f"/leads/figures/{path}{MONTH}")
