"""Each shape of rule through its life. Monday 2026-03-02 is a plain working day, office hours are 09:00 to 18:00."""

import pytest

from salesops.notices.models import Notice
from salesops.people.models import Leave
from salesops.sop import consequences
from salesops.sop.models import Deadline, Tally
from tests.company import company

from .world import happen, happen_by_clock, local, only, run_sweep, shown

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("samples")]


@pytest.fixture
def firm():
    return company()


@pytest.fixture
def deal(firm):
    return firm.departments["marketing"]


@pytest.fixture
def taken_back(monkeypatch):
    """The consequence of an unaccepted deal: it is taken back; returns what was called."""
    calls = []

    def take_back(row, *, due_at, at):
        calls.append((row.rule, due_at, at))
        happen_by_clock("deal.taken_back", row, due_at, at)

    monkeypatch.setitem(consequences._registered, "lead.take_back", take_back)
    return calls


def told(person, at=None):
    return sorted(Notice.objects.filter(person=person, settled_at=None).values_list("kind", flat=True))


# Opening and meeting


def test_an_event_opens_a_deadline_with_its_terms_frozen(firm, deal):
    happen("deal.assigned", "2026-03-02 10:00", deal=deal, owner=firm.wang, grade="A")
    row = only("sample.respond")
    assert (row.owner, row.team, row.title) == (firm.wang, firm.teams["cell"], "市场部")
    assert shown(row.due_at) == "Mon 03-02 14:00"
    assert shown(row.next_at) == "Mon 03-02 13:00"
    assert row.terms.content["due"]["A"] == {"term": "hours", "n": 4, "clock": "office"}


def test_the_term_follows_the_grade(firm, deal):
    happen("deal.assigned", "2026-03-02 10:00", deal=deal, owner=firm.wang, grade="B")
    assert shown(only("sample.respond").due_at) == "Mon 03-02 18:00"


def test_what_is_received_at_the_due_time_is_in_time(firm, deal):
    happen("deal.assigned", "2026-03-02 10:00", deal=deal, owner=firm.wang, grade="A")
    happen("deal.contacted", "2026-03-02 14:00", deal=deal, owner=firm.wang, grade="A", reached=True)
    row = only("sample.respond")
    assert (row.ending, row.counted, row.met_at) == ("met", "in_time", row.due_at)
    run_sweep("2026-03-02 14:01")
    row.refresh_from_db()
    assert row.counted == "in_time"


def test_what_is_received_a_second_later_is_late(firm, deal):
    happen("deal.assigned", "2026-03-02 10:00", deal=deal, owner=firm.wang, grade="A")
    happen("deal.contacted", "2026-03-02 14:00:01", deal=deal, owner=firm.wang, grade="A", reached=True)
    assert (only("sample.respond").ending, only("sample.respond").counted) == ("met", "late")


def test_a_try_that_reached_nobody_does_not_meet(firm, deal):
    happen("deal.assigned", "2026-03-02 10:00", deal=deal, owner=firm.wang, grade="A")
    happen("deal.contacted", "2026-03-02 11:00", deal=deal, owner=firm.wang, grade="A", reached=False)
    assert only("sample.respond").is_open


# The ladder


def test_the_owner_is_reminded_once_and_the_manager_told_once_however_often_the_sweep_runs(firm, deal):
    happen("deal.assigned", "2026-03-02 10:00", deal=deal, owner=firm.wang, grade="A")
    for minute in ("13:01", "13:02", "14:01", "14:01", "14:30"):
        run_sweep(f"2026-03-02 {minute}")
    assert told(firm.wang) == ["deadline.reminder"]
    assert told(firm.zhao) == ["deadline.late"]


def test_a_reminder_that_would_come_after_the_due_time_is_dropped(firm, deal):
    happen("deal.assigned", "2026-03-02 10:00", deal=deal, owner=firm.wang, grade="A")
    run_sweep("2026-03-02 15:00")
    assert told(firm.wang) == []
    assert [entry["name"] for entry in only("sample.respond").steps] == ["remind", "due", "late"]
    assert only("sample.respond").steps[0]["dropped"]


def test_meeting_it_settles_what_was_told(firm, deal):
    happen("deal.assigned", "2026-03-02 10:00", deal=deal, owner=firm.wang, grade="A")
    run_sweep("2026-03-02 13:30")
    happen("deal.contacted", "2026-03-02 13:40", deal=deal, owner=firm.wang, grade="A", reached=True)
    assert told(firm.wang) == []
    assert Notice.objects.get(person=firm.wang).settled_at == local("2026-03-02 13:40")


def test_a_level_one_trouble_climbs_until_somebody_takes_it(firm, deal):
    happen(
        "trouble.reported",
        "2026-03-02 10:00",
        deal=deal,
        owner=firm.wang,
        level="I",
        noticed_at=local("2026-03-02 09:00"),
    )
    run_sweep("2026-03-03 09:00")
    assert told(firm.li) == []
    for time in ("09:01", "09:31", "10:01"):
        run_sweep(f"2026-03-03 {time}")
    assert [told(person) for person in (firm.li, firm.zhao, firm.he)] == [["deadline.late"]] * 3
    happen("trouble.taken", "2026-03-03 10:05", deal=deal)
    run_sweep("2026-03-03 12:00")
    assert told(firm.he) == ["deadline.late"]


def test_a_reminder_that_lies_before_the_start_goes_out_half_way(firm, deal):
    happen(
        "trouble.reported",
        "2026-03-02 09:00",
        deal=deal,
        owner=firm.wang,
        level="I",
        noticed_at=local("2026-03-02 09:00"),
    )
    run_sweep("2026-03-02 20:59")
    assert told(firm.wang) == []
    run_sweep("2026-03-02 21:01")
    assert told(firm.wang) == ["deadline.reminder"]


# Taken away


def test_an_unaccepted_deal_is_taken_back_as_of_its_due_time(firm, deal, taken_back):
    happen("deal.assigned", "2026-03-02 10:00", deal=deal, owner=firm.wang, grade="A")
    run_sweep("2026-03-02 12:01")
    assert taken_back == [("sample.accept", local("2026-03-02 12:00"), local("2026-03-02 12:01"))]
    assert (only("sample.accept").ending, only("sample.accept").ended_at) == ("missed", local("2026-03-02 12:00"))
    assert (only("sample.respond").ending, only("sample.respond").counted) == ("void", "void")


def test_a_sweep_six_hours_late_voids_what_the_taking_back_would_have_voided_in_time(firm, deal, taken_back):
    happen("deal.assigned", "2026-03-02 10:00", deal=deal, owner=firm.wang, grade="A")
    run_sweep("2026-03-02 18:00")
    assert (only("sample.respond").ending, only("sample.respond").counted) == ("void", "void")


def test_without_any_sweep_the_next_act_settles_first(firm, deal, taken_back):
    happen("deal.assigned", "2026-03-02 10:00", deal=deal, owner=firm.wang, grade="A")
    happen("deal.accepted", "2026-03-02 17:00", deal=deal)
    assert only("sample.accept").ending == "missed"
    assert only("sample.respond").ending == "void"


def test_voiding_what_is_overdue_leaves_it_missed(firm, deal):
    happen("deal.assigned", "2026-03-02 10:00", deal=deal, owner=firm.wang, grade="A")
    happen("deal.accepted", "2026-03-02 10:30", deal=deal)
    happen("deal.closed", "2026-03-02 15:00", deal=deal)
    assert (only("sample.respond").ending, only("sample.respond").counted) == ("missed", "late")


# A cadence


def contact(firm, deal, at, grade="A", **values):
    return happen("deal.contacted", at, deal=deal, owner=firm.wang, grade=grade, **values)


def test_each_contact_meets_the_period_and_opens_the_next(firm, deal):
    contact(firm, deal, "2026-03-02 10:00")
    contact(firm, deal, "2026-03-03 11:00")
    first, second = Deadline.objects.filter(rule="sample.cadence").order_by("id")
    assert (first.ending, first.counted, shown(first.due_at)) == ("met", "in_time", "Tue 03-03 18:00")
    assert (second.ending, shown(second.due_at)) == ("", "Wed 03-04 18:00")


def test_a_missed_period_can_be_met_late_until_the_next_would_be_due(firm, deal):
    contact(firm, deal, "2026-03-02 10:00")
    contact(firm, deal, "2026-03-04 17:59")
    first = Deadline.objects.filter(rule="sample.cadence").earliest("id")
    assert (first.ending, first.counted) == ("met", "late")


def test_then_it_closes_as_missed_and_the_next_opens_already_due(firm, deal):
    contact(firm, deal, "2026-03-02 10:00")
    run_sweep("2026-03-04 18:01")
    first, second = Deadline.objects.filter(rule="sample.cadence").order_by("id")
    assert (first.ending, first.streak) == ("missed", 0)
    assert (second.streak, second.counted, shown(second.due_at)) == (1, "late", "Wed 03-04 18:00")
    assert second.previous == first


def test_three_misses_in_a_row_have_their_consequence_and_end_the_series(firm, deal, monkeypatch):
    calls = []
    monkeypatch.setitem(
        consequences._registered, "lead.return", lambda row, *, due_at, at: calls.append((row.streak, shown(due_at)))
    )
    contact(firm, deal, "2026-03-02 10:00")
    run_sweep("2026-03-20 12:00")
    rows = Deadline.objects.filter(rule="sample.cadence").order_by("id")
    assert [(row.ending, row.streak) for row in rows] == [("missed", 0), ("missed", 1), ("missed", 2)]
    assert calls == [(2, "Fri 03-06 18:00")]


def test_the_owner_may_choose_an_earlier_time_freely_and_a_later_one_up_to_the_limit(firm, deal):
    contact(firm, deal, "2026-03-02 10:00", grade="C", next_at="2026-03-04")
    assert shown(only("sample.cadence", ending="").due_at) == "Wed 03-04 18:00"
    contact(firm, deal, "2026-03-03 10:00", grade="C", next_at="2026-04-30")
    assert shown(only("sample.cadence", ending="").due_at) == "Tue 03-17 18:00"
    contact(firm, deal, "2026-03-04 10:00", grade="C", next_at="2026-04-30", agreed=True)
    assert shown(only("sample.cadence", ending="").due_at) == "Thu 04-30 18:00"


def test_a_new_grade_recomputes_from_the_last_contact_and_never_into_the_past(firm, deal):
    contact(firm, deal, "2026-03-02 10:00", grade="C")
    happen("deal.graded", "2026-03-02 11:00", deal=deal, grade="B")
    assert shown(only("sample.cadence").due_at) == "Wed 03-04 18:00"
    happen("deal.graded", "2026-03-04 20:00", deal=deal, grade="B")
    assert only("sample.cadence", ending="").counted == "late"


def test_a_new_grade_whose_time_has_passed_is_due_at_the_next_working_days_close(firm, deal):
    contact(firm, deal, "2026-03-02 10:00", grade="C")
    happen("deal.graded", "2026-03-06 10:00", deal=deal, grade="A")
    assert shown(only("sample.cadence").due_at) == "Mon 03-09 18:00"


# Stopping


def test_the_clock_stands_while_the_requester_owes_an_answer(firm, deal):
    happen("deal.asked", "2026-03-02 10:00", deal=deal, owner=firm.wang)
    happen("deal.asked_back", "2026-03-02 15:00", deal=deal, asker=firm.min)
    assert only("sample.supply").owner == firm.min
    run_sweep("2026-03-04 09:00")
    assert only("sample.answer").counted == ""
    happen("deal.supplied", "2026-03-04 10:00", deal=deal)
    assert shown(only("sample.answer").due_at) == "Thu 03-05 05:00"
    assert only("sample.supply").counted == "late"


def test_met_while_stopped_takes_the_time_of_the_stop(firm, deal):
    happen("deal.asked", "2026-03-02 10:00", deal=deal, owner=firm.wang)
    happen("deal.asked_back", "2026-03-02 15:00", deal=deal, asker=firm.min)
    happen("deal.answered", "2026-03-06 10:00", deal=deal)
    assert (only("sample.answer").met_at, only("sample.answer").counted) == (local("2026-03-02 15:00"), "in_time")


def test_the_earlier_of_two_terms_holds(firm, deal):
    happen("deal.asked", "2026-03-02 10:00", deal=deal, owner=firm.wang, promised_at=local("2026-03-02 16:30"))
    assert shown(only("sample.answer").due_at) == "Mon 03-02 16:30"


# Who owes


def test_each_reviewer_has_a_deadline_of_their_own(firm, deal):
    happen("deal.submitted", "2026-03-02 10:00", deal=deal, reviewers=[firm.legal.pk, firm.finance.pk])
    happen("deal.reviewed", "2026-03-02 11:00", by=firm.legal, deal=deal)
    rows = Deadline.objects.filter(rule="sample.review_each").order_by("id")
    assert [(row.owner, row.ending) for row in rows] == [(firm.legal, "met"), (firm.finance, "")]


def test_one_solution_meets_the_rows_of_all_who_were_named(firm, deal):
    happen("deal.submitted", "2026-03-02 10:00", deal=deal, reviewers=[firm.legal.pk, firm.finance.pk])
    happen("deal.solved", "2026-03-02 11:00", by=firm.legal, deal=deal)
    assert not Deadline.objects.open().filter(rule="sample.solve_one").exists()


def test_a_desk_owes_through_its_head_until_a_member_takes_it(firm, deal):
    happen("deal.assigned", "2026-03-02 10:00", deal=deal, owner=firm.wang, grade="A")
    row = only("sample.hint")
    assert (row.owner, row.desk) == (None, "so")
    happen("deal.accepted", "2026-03-02 10:05", deal=deal)
    run_sweep("2026-03-02 18:01")
    assert "deadline.late" in told(firm.so_head)


def test_a_hint_is_never_counted(firm, deal):
    happen("deal.assigned", "2026-03-02 10:00", deal=deal, owner=firm.wang, grade="A")
    happen("deal.accepted", "2026-03-02 10:05", deal=deal)
    run_sweep("2026-03-03 18:01")
    assert only("sample.hint").counted == ""
    assert not Tally.objects.filter(rule="sample.hint").exists()


def test_what_the_product_owes_is_told_to_the_admins(firm, deal):
    happen("deal.assigned", "2026-03-02 10:00", deal=deal, owner=firm.wang, grade="A")
    run_sweep("2026-03-02 12:01")
    assert "deadline.late" in told(firm.he)


def test_somebody_on_leave_owes_nothing_on_customers_the_stand_in_does(firm, deal):
    Leave.objects.create(
        user=firm.wang,
        stand_in=firm.min,
        since=local("2026-03-02 00:00"),
        until=local("2026-03-04 00:00"),
        state="approved",
    )
    happen("deal.assigned", "2026-03-02 10:00", deal=deal, owner=firm.wang, grade="A")
    row = only("sample.respond")
    assert (row.owner, row.on_behalf_of) == (firm.min, firm.wang)
    run_sweep("2026-03-04 00:01")
    assert only("sample.respond").counted == "late"


def test_leave_hands_over_what_is_open_and_gives_back_what_is_not_overdue(firm, deal):
    contact(firm, deal, "2026-03-02 10:00", grade="C")
    Leave.objects.create(
        user=firm.wang,
        stand_in=firm.min,
        since=local("2026-03-03 00:00"),
        until=local("2026-03-05 00:00"),
        state="approved",
    )
    run_sweep("2026-03-03 00:01")
    assert only("sample.cadence").owner == firm.min
    run_sweep("2026-03-05 00:01")
    assert only("sample.cadence").owner == firm.wang


# Before, in the future, in the past


def test_a_deadline_may_start_when_a_planned_talk_ends(firm, deal):
    happen("talk.planned", "2026-03-02 10:00", deal=deal, owner=firm.wang, ends_at=local("2026-03-03 17:00"))
    row = only("sample.record")
    assert (shown(row.starts_at), shown(row.due_at)) == ("Tue 03-03 17:00", "Wed 03-04 10:00")
    happen("talk.moved", "2026-03-02 11:00", deal=deal, ends_at=local("2026-03-05 10:00"))
    assert shown(only("sample.record").due_at) == "Thu 03-05 12:00"
    assert shown(only("sample.before").due_at) == "Tue 03-03 13:00"


def test_a_record_that_comes_first_is_opened_and_judged_at_once(firm, deal):
    happen("talk.recorded", "2026-03-02 14:00", deal=deal, owner=firm.wang, ends_at=local("2026-03-02 11:00"))
    assert (only("sample.at_once").ending, only("sample.at_once").counted) == ("met", "late")


# Rounds


def test_a_round_opens_once_for_each_person_who_works_that_day(firm):
    run_sweep("2026-03-02 00:01")
    run_sweep("2026-03-02 08:00")
    rows = Deadline.objects.filter(rule="sample.daily")
    assert {row.owner for row in rows} == {firm.wang, firm.min, firm.jing, firm.lin, firm.jie}
    assert {shown(row.due_at) for row in rows} == {"Mon 03-02 18:00"}


def test_a_report_meets_the_round_that_it_names(firm):
    run_sweep("2026-03-02 00:01")
    run_sweep("2026-03-03 00:01")
    happen("day.reported", "2026-03-03 09:00", person=firm.wang, period="day 2026-03-02")
    monday, tuesday = Deadline.objects.filter(rule="sample.daily", owner=firm.wang).order_by("period")
    assert (monday.ending, monday.counted, tuesday.ending) == ("met", "late", "")


def test_a_report_meets_its_round_also_where_no_sweep_has_opened_it_yet(firm):
    happen("day.reported", "2026-03-02 17:00", person=firm.wang, period="day 2026-03-02")
    happen("day.reported", "2026-03-03 19:00", person=firm.min, period="day 2026-03-03")
    run_sweep("2026-03-02 23:00")
    rows = Deadline.objects.filter(rule="sample.daily", period="day 2026-03-02")
    assert (rows.get(owner=firm.wang).counted, rows.count()) == ("in_time", 5)
    assert only("sample.daily", owner=firm.min, period="day 2026-03-03").counted == "late"


@pytest.mark.parametrize(("back", "owed"), [("2026-03-02 13:00", 1), ("2026-03-02 18:30", 0)])
def test_who_returns_within_a_day_owes_what_falls_due_after_that(firm, back, owed):
    Leave.objects.create(
        user=firm.wang,
        stand_in=firm.min,
        since=local("2026-03-01 00:00"),
        until=local(back),
        state="approved",
    )
    run_sweep("2026-03-02 00:01")
    run_sweep("2026-03-02 19:00")
    assert Deadline.objects.filter(rule="sample.daily", subject=f"person:{firm.wang.pk}").count() == owed


def test_who_joins_within_a_day_owes_what_falls_due_after_that(firm):
    run_sweep("2026-03-02 00:01")
    Deadline.objects.filter(subject=f"person:{firm.wang.pk}").delete()
    happen("person.joined", "2026-03-02 11:00", person=firm.wang, team=firm.teams["cell"])
    assert shown(only("sample.daily", subject=f"person:{firm.wang.pk}").starts_at) == "Mon 03-02 11:00"


def test_who_owes_no_report_opens_none_by_handing_one_in(firm):
    happen("day.reported", "2026-03-02 17:00", person=firm.li, period="day 2026-03-02")
    assert not Deadline.objects.filter(rule="sample.daily").exists()


def test_what_is_handed_in_before_its_day_begins_is_met_and_not_owed_again(firm):
    happen("day.reported", "2026-03-02 17:00", person=firm.wang, period="day 2026-03-03")
    run_sweep("2026-03-03 19:00")
    row = only("sample.daily", subject=f"person:{firm.wang.pk}", period="day 2026-03-03")
    assert (row.counted, shown(row.met_at), shown(row.due_at)) == ("in_time", "Mon 03-02 17:00", "Tue 03-03 18:00")


def test_nobody_owes_a_daily_duty_on_leave_or_on_a_free_day(firm):
    Leave.objects.create(
        user=firm.wang,
        stand_in=firm.min,
        since=local("2026-03-02 00:00"),
        until=local("2026-03-03 00:00"),
        state="approved",
    )
    run_sweep("2026-03-01 12:00")
    assert not Deadline.objects.filter(rule="sample.daily").exists()
    run_sweep("2026-03-02 00:01")
    assert not Deadline.objects.filter(rule="sample.daily", owner__in=[firm.wang]).exists()


def test_a_quantity_adds_up_until_it_is_enough(firm):
    run_sweep("2026-03-02 00:01")
    happen("hours.learned", "2026-03-03 09:00", person=firm.wang, hours=1.5, period="week 2026-03-02")
    assert only("sample.learning", owner=firm.wang).is_open
    happen("hours.learned", "2026-03-04 09:00", person=firm.wang, hours=0.5, period="week 2026-03-02")
    assert only("sample.learning", owner=firm.wang).ending == "met"


def test_a_round_that_can_be_met_late_ends_when_the_next_would_be_due(firm):
    run_sweep("2026-03-02 00:01")
    row = only("sample.visit", subject=f"deal:{firm.departments['marketing'].pk}")
    assert (shown(row.due_at), shown(row.ends_at)) == ("Tue 03-31 18:00", "Thu 04-30 18:00")
    run_sweep("2026-04-30 18:01")
    row.refresh_from_db()
    assert row.ending == "missed"


def test_a_team_owes_through_its_head(firm):
    run_sweep("2026-03-02 00:01")
    assert {row.owner for row in Deadline.objects.filter(rule="sample.meeting")} == {firm.li, firm.huang}


def test_a_step_may_open_another_rule(firm, deal):
    happen("deal.assigned", "2026-03-02 10:00", deal=deal, owner=firm.wang, grade="A")
    happen("deal.accepted", "2026-03-02 10:05", deal=deal)
    run_sweep("2026-03-02 14:10")
    row = only("sample.talk")
    assert (row.owner, row.subject, shown(row.starts_at)) == (firm.li, f"deal:{deal.pk}", "Mon 03-02 14:10")


# Tallies


def test_each_deadline_counts_once_on_the_day_it_is_due(firm, deal):
    happen("deal.assigned", "2026-03-02 10:00", deal=deal, owner=firm.wang, grade="A")
    run_sweep("2026-03-02 15:00")
    run_sweep("2026-03-02 15:10")
    happen("deal.contacted", "2026-03-02 16:00", deal=deal, owner=firm.wang, grade="A", reached=True)
    tally = Tally.objects.get(rule="sample.respond")
    assert (tally.owner, tally.late, tally.in_time) == (firm.wang, 1, 0)
