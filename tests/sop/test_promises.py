"""What always holds (architecture.md), each by its name. Monday 2026-03-02 is a plain working day, 09:00 to 18:00."""

import json
from datetime import timedelta
from io import StringIO
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import InternalError, connection, transaction

from salesops.events.models import Event
from salesops.events.recording import record
from salesops.notices.models import Delivery, Notice
from salesops.people.models import Department
from salesops.sop import consequences
from salesops.sop.actions import preview_recompute, recompute, set_rule
from salesops.sop.engine import advancing, sweeping
from salesops.sop.health import enforcement
from salesops.sop.models import CalendarDay, Deadline, Outage, Tally, WorkCalendar
from salesops.sop.registry import registry
from salesops.sop.rule import AT_DUE, AfterDue, On, Step
from salesops.sop.tallies import kept_tallies, recounted_tallies
from salesops.sop.terms import ALWAYS, Hours, Latest
from tests.company import company

from . import sample
from .world import assign, contact, happen, local, only, report, run_sweep, shown

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("samples")]


@pytest.fixture
def firm():
    return company()


@pytest.fixture
def deal(firm):
    return firm.departments["it"]


def health(at):
    return {fact.name: fact for fact in enforcement(local(at))}


# 2 and settings: numbers hold from a date on, running deadlines keep their terms


def set_respond(firm, hours, at, team=None):
    values = {"due": {grade: {"term": "hours", "n": hours, "clock": "office"} for grade in "AB"}}
    set_rule("sample.respond", values=values, holds_from=local(at), reason="试行", by=firm.he, at=local(at), team=team)


def test_a_running_deadline_keeps_its_terms_and_the_next_one_has_the_new(firm, deal):
    assign(firm, deal)
    set_respond(firm, 2, "2026-03-02 10:30")
    assert shown(only("sample.respond").due_at) == "Mon 03-02 14:00"
    assign(firm, deal, "2026-03-02 11:00")
    assert shown(only("sample.respond", ending="").due_at) == "Mon 03-02 13:00"


def test_recomputing_does_what_its_preview_shows_and_a_second_time_nothing(firm, deal):
    assign(firm, deal)
    contact(firm, deal, "2026-03-02 10:30", grade="C", reached=False)
    set_respond(firm, 6, "2026-03-02 11:00")
    CalendarDay.objects.create(date="2026-03-09", kind="closure")
    at = local("2026-03-02 11:30")
    shown_moves = {(move.deadline.pk, move.before, move.after) for move in preview_recompute(at=at, terms=True)}
    before = dict(Deadline.objects.values_list("pk", "due_at"))
    assert recompute(by=firm.he, at=at, terms=True) == len(shown_moves) >= 2
    after = dict(Deadline.objects.values_list("pk", "due_at"))
    assert {(pk, before[pk], after[pk]) for pk in before if before[pk] != after[pk]} == shown_moves
    assert Event.objects.filter(name="deadline.moved").count() == len(shown_moves)
    assert recompute(by=firm.he, at=at + timedelta(minutes=5), terms=True) == 0


def test_recomputing_makes_nobody_late(firm, deal):
    assign(firm, deal)
    set_respond(firm, 1, "2026-03-02 11:00")
    recompute(by=firm.he, at=local("2026-03-02 12:00"), terms=True)  # four hours would have been one: 11:00 is past
    assert shown(only("sample.respond").due_at) == "Mon 03-02 14:00"


def test_recomputing_leaves_alone_what_was_met_or_was_late_or_was_chosen(firm, deal):
    assign(firm, deal)
    happen("deal.accepted", "2026-03-02 10:05", deal=deal)
    contact(firm, deal, "2026-03-02 11:00", grade="C", next_at="2026-03-05")
    happen("deal.asked", "2026-03-02 11:00", deal=deal, owner=firm.wang)
    happen("deal.answered", "2026-03-02 12:00", deal=deal)
    run_sweep("2026-03-02 15:00")
    CalendarDay.objects.create(date="2026-03-05", kind="closure")
    set_respond(firm, 8, "2026-03-02 15:00")
    keys = ("sample.respond", "sample.cadence", "sample.answer")
    before = {row.pk: (row.due_at, row.counted) for row in Deadline.objects.filter(rule__in=keys)}
    recompute(by=firm.he, at=local("2026-03-02 15:30"), terms=True)
    assert {row.pk: (row.due_at, row.counted) for row in Deadline.objects.filter(rule__in=keys)} == before


def test_a_recomputed_round_still_ends_when_the_next_would_be_due(firm):
    run_sweep("2026-03-02 00:01")
    CalendarDay.objects.create(date="2026-03-31", kind="closure")
    recompute(by=firm.he, at=local("2026-03-02 12:00"))
    row = Deadline.objects.filter(rule="sample.visit").first()
    assert (shown(row.due_at), shown(row.ends_at)) == ("Mon 03-30 18:00", "Thu 04-30 18:00")


def test_a_moved_due_time_takes_its_count_along(firm, deal):
    report(firm, deal)
    run_sweep("2026-03-03 12:00")
    assert Tally.objects.get(rule="sample.report").late == 1
    happen("trouble.graded", "2026-03-03 12:10", deal=deal, level="II")
    assert kept_tallies() == recounted_tallies()
    assert only("sample.report").counted == ""


# 4: a row that raises is parked, and holds up nobody


@pytest.fixture
def poison(monkeypatch):
    """Taking a moment of the deadline raises until it is cured."""
    sick, honest = set(), advancing.moments

    def moments(row, terms, calendar):
        if row.pk in sick:
            raise ZeroDivisionError
        return honest(row, terms, calendar)

    monkeypatch.setattr(advancing, "moments", moments)
    monkeypatch.setattr("salesops.sop.engine.settling.moments", moments)
    return sick


def test_a_deadline_that_raises_is_parked_for_an_hour_and_its_neighbours_are_done(firm, deal, poison):
    assign(firm, deal)
    assign(firm, firm.departments["legal"])
    bad = only("sample.respond", subject=f"deal:{deal.pk}")
    poison.add(bad.pk)
    run_sweep("2026-03-02 14:10")
    bad.refresh_from_db()
    assert (bad.failures, bad.counted, shown(bad.next_at)) == (1, "", "Mon 03-02 15:10")
    assert only("sample.respond", subject=f"deal:{firm.departments['legal'].pk}").counted == "late"
    assert only("sample.notify", subject=f"deal:{deal.pk}").counted == "late"  # on the same record
    parked = health("2026-03-02 14:10")["parked_deadlines"]
    assert (parked.value, parked.ok) == (1, False)
    poison.clear()
    run_sweep("2026-03-02 15:11")
    bad.refresh_from_db()
    assert (bad.failures, bad.counted) == (0, "late")


def test_a_deadline_that_raises_does_not_stop_a_user_from_working_on_its_record(firm, deal, poison):
    assign(firm, deal)
    poison.add(only("sample.notify").pk)
    happen("deal.accepted", "2026-03-02 13:00", deal=deal)
    assert only("sample.accept").ending == "missed"
    assert only("sample.notify").failures == 1


def test_what_hung_on_a_record_that_is_gone_is_parked_and_shown(firm):
    deal = Department.objects.create(slug="short-lived", name="临时")
    assign(firm, deal)
    deal.delete()
    run_sweep("2026-03-02 14:10")
    assert not health("2026-03-02 14:10")["parked_deadlines"].ok


def test_a_rule_that_feeds_itself_comes_to_an_end(firm, deal, with_rule, monkeypatch):
    def again(row, *, due_at, at):
        record(
            "deal.asked",
            at=due_at,
            done_at=at,
            refs={"deal": deal.pk, "owner": firm.wang.pk},
            data={"promised_at": None},
        )

    monkeypatch.setitem(consequences._registered, "issue.level_2", again)
    monkeypatch.setattr("salesops.sop.engine.settling.MOST", 20)
    with_rule(
        "sample.fed",
        opens=On("deal.asked"),
        starts=Latest(Hours(1, ALWAYS)),
        due=Hours(1, ALWAYS),
        voids=On("deal.asked"),
        after_due=AfterDue.STAY,
        ladder=(Step(name="late", when=AT_DUE, do="issue.level_2"),),
    )
    happen("deal.asked", "2026-03-02 10:00", deal=deal, owner=firm.wang)
    run_sweep("2026-03-02 15:00")
    assert Deadline.objects.filter(rule="sample.fed").count() < 30


# 5: told once


def test_a_step_that_repeats_tells_the_last_ones_once_after_a_silence(firm, deal):
    report(firm, deal)
    run_sweep("2026-03-03 15:01")
    told = Notice.objects.filter(kind="deadline.late")
    assert [told.filter(person=person).count() for person in (firm.li, firm.zhao, firm.he)] == [1, 1, 1]


def test_a_duty_that_a_step_opens_is_not_owed_twice(firm, deal):
    for day in ("02", "03"):
        assign(firm, deal, f"2026-03-{day} 10:00")
        happen("deal.accepted", f"2026-03-{day} 10:05", deal=deal)
        run_sweep(f"2026-03-{day} 15:00")
    assert Deadline.objects.filter(rule="sample.talk").count() == 1
    assert Deadline.objects.filter(rule="sample.respond", counted="late").count() == 2


# 6 and 7: outages of ours


def test_what_was_due_in_an_outage_or_half_an_hour_after_is_not_held_against_anybody(firm, deal):
    run_sweep("2026-03-02 12:00")
    for hour, minute, owner in (("09", "30", "legal"), ("11", "25", "it"), ("11", "40", "cs")):
        assign(firm, firm.departments[owner], f"2026-03-02 {hour}:{minute}")
    run_sweep("2026-03-02 15:00", after_silence=True)  # due at 13:30, 15:25, 15:40
    run_sweep("2026-03-02 16:00")
    rows = Deadline.objects.filter(rule="sample.respond").order_by("due_at")
    assert [row.counted for row in rows] == ["outage", "outage", "late"]
    assert [(shown(row.since), shown(row.until)) for row in Outage.objects.all()] == [
        ("Mon 03-02 12:00", "Mon 03-02 15:00")
    ]


def test_a_write_during_an_outage_does_not_settle_the_question_of_whose_fault_it_is(firm, deal):
    run_sweep("2026-03-02 12:00")
    assign(firm, deal, "2026-03-02 10:00")
    happen("deal.accepted", "2026-03-02 10:05", deal=deal)
    contact(firm, deal, "2026-03-02 14:30", reached=True)
    assert only("sample.respond").counted == "late"
    run_sweep("2026-03-02 15:00", after_silence=True)
    assert only("sample.respond").counted == "outage"
    assert kept_tallies() == recounted_tallies()


def test_three_missed_sweeps_are_no_outage_and_a_fourth_is(firm):
    run_sweep("2026-03-02 12:00")
    run_sweep("2026-03-02 12:03", after_silence=True)
    assert not Outage.objects.exists()
    run_sweep("2026-03-02 12:06:01", after_silence=True)
    assert Outage.objects.count() == 1


def test_after_an_outage_people_get_one_digest_and_heads_are_told_after_the_grace(firm):
    for person in (firm.wang, firm.zhao):
        person.email = f"{person.username}@example.com"
        person.save(update_fields=["email"])
    run_sweep("2026-03-02 10:00")
    for slug in ("it", "legal", "cs"):
        assign(firm, firm.departments[slug])
        happen("deal.accepted", "2026-03-02 10:05", deal=firm.departments[slug])
    run_sweep("2026-03-02 15:00", after_silence=True)
    queued = Delivery.objects.filter(notice__person=firm.zhao, notice__kind="deadline.late")
    assert queued.count() == 3
    assert {row.catch_up for row in queued} == {True}
    assert min(row.not_before for row in queued) >= local("2026-03-02 15:15")


# 11: events are for ever


def test_an_event_can_neither_be_changed_nor_deleted(firm, deal):
    event = assign(firm, deal)
    for sql in ("UPDATE events_event SET name = 'x' WHERE id = %s", "DELETE FROM events_event WHERE id = %s"):
        with (
            pytest.raises(InternalError, match="Cannot update or delete"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(sql, [event.pk])
    assert Event.objects.get(pk=event.pk).name == "deal.assigned"


def test_nothing_is_recorded_outside_a_transaction(monkeypatch):
    monkeypatch.setattr("salesops.events.recording.connection", SimpleNamespace(in_atomic_block=False))
    with pytest.raises(RuntimeError, match="outside a transaction"):
        record("deal.accepted", at=local("2026-03-02 10:00"), refs={"deal": 1})
    assert not Event.objects.exists()


# The command line


def test_the_rules_as_json_say_what_a_script_needs(firm):
    out = StringIO()
    call_command("sop", "rules", "--json", stdout=out)
    rules = {rule["key"]: rule for rule in json.loads(out.getvalue())}
    assert rules["sample.respond"]["terms"]["A"] == {"term": "hours", "n": 4, "clock": "office"}
    assert set(rules) == set(registry.rules)


def test_the_sweep_and_the_tallies_can_be_called_from_the_command_line(firm, deal):
    assign(firm, deal)
    call_command("sop", "sweep", "--now", "2026-03-02T14:01+08:00", stdout=StringIO())
    assert only("sample.accept").ending == "missed"
    out = StringIO()
    call_command("sop", "tallies", stdout=out)
    assert out.getvalue() == "0 tallies differ.\n"


# The cost of looking


def test_a_sweep_with_nothing_due_asks_few_questions(firm, django_assert_max_num_queries):
    registry.unregister(*(rule.key for rule in sample.RULES))
    run_sweep("2026-03-02 09:00")
    with django_assert_max_num_queries(12):
        sweeping.sweep(local("2026-03-02 09:00:30"))


def test_a_changed_calendar_moves_no_running_deadline_unless_asked(firm, deal):
    contact(firm, deal, "2026-03-02 10:00", grade="C")
    before = only("sample.cadence").due_at
    WorkCalendar.objects.filter(is_default=True).update(monday="")
    run_sweep("2026-03-02 12:00")
    assert only("sample.cadence").due_at == before
    recompute(by=firm.he, at=local("2026-03-02 12:00"))
    assert shown(only("sample.cadence").due_at) == "Tue 03-10 18:00"
