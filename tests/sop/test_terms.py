"""Due times as sop.md section 1 describes them, one sentence a test. Weekdays: 2026-11-20 is a Friday."""

import json
import random
import time
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation

from salesops.sop.calendar import CLOSURE, SHORT, Calendar, Day, NoWorkingTime
from salesops.sop.terms import (
    ALWAYS,
    OFFICE,
    WORKING_DAYS,
    AsDueOf,
    At,
    Before,
    Days,
    Earliest,
    EndOf,
    Field,
    Hours,
    Latest,
    Minutes,
    MissingFact,
    Months,
    WorkingDays,
    along,
    elapsed,
    from_json,
    parse,
)

from .times import at, china, minutes, plain_week, wall

CHINA = china()
LUNCH = china("09:00-12:00 13:30-18:00")
HALF = china(own={date(2026, 11, 20): Day(SHORT, ((540, 720),))})


def due(term, start, calendar=CHINA, facts=None, pauses=()):
    return wall(term.due(at(start), calendar, facts, [(at(since), at(until)) for since, until in pauses]))


def before(term, moment, calendar=CHINA):
    return wall(term.before(at(moment), calendar))


def test_four_office_hours_from_friday_at_five_end_on_monday_at_noon():
    assert due(Hours(4), "2026-11-20 17:00") == "2026-11-23 12:00"


def test_twenty_four_hours_of_working_days_from_friday_at_three_end_on_monday_at_three():
    assert due(Hours(24, WORKING_DAYS), "2026-11-20 15:00") == "2026-11-23 15:00"


@pytest.mark.parametrize(
    ("term", "start", "end"),
    [
        (Hours(4), "2026-11-20 14:00", "2026-11-20 18:00"),  # ends at close, not at the next opening
        (Hours(9), "2026-11-20 09:00", "2026-11-20 18:00"),
        (Hours(1), "2026-11-20 18:00", "2026-11-23 10:00"),
        (Hours(1), "2026-11-20 07:30", "2026-11-20 10:00"),
        (Hours(1), "2026-11-21 12:00", "2026-11-23 10:00"),
        (Hours(0.5), "2026-11-20 17:45", "2026-11-23 09:15"),
        (Hours(4), "2026-10-09 17:00", "2026-10-10 12:00"),  # a make-up Saturday counts
        (Hours(4), "2026-02-14 17:00", "2026-02-24 12:00"),  # Spring Festival does not
        (Hours(4), "2026-12-31 17:00", "2027-01-01 12:00"),  # beyond the list: an ordinary week
        (Hours(24, WORKING_DAYS), "2026-11-21 12:00", "2026-11-24 00:00"),  # from 00:00 of Monday
        (Hours(9, WORKING_DAYS), "2026-11-20 15:00", "2026-11-21 00:00"),  # ends at midnight
        (Hours(24, WORKING_DAYS), "2026-10-09 15:00", "2026-10-10 15:00"),
        (Hours(48, ALWAYS), "2026-09-30 17:50", "2026-10-02 17:50"),
        (Minutes(30, ALWAYS), "2026-11-20 23:45", "2026-11-21 00:15"),
        (WorkingDays(1), "2026-11-20 08:00", "2026-11-23 18:00"),
        (WorkingDays(1), "2026-11-20 23:00", "2026-11-23 18:00"),
        (WorkingDays(1), "2026-11-21 12:00", "2026-11-23 18:00"),
        (WorkingDays(3), "2026-09-30 12:00", "2026-10-10 18:00"),
        (Days(7), "2026-11-20 08:00", "2026-11-27 18:00"),
        (Days(7), "2026-09-25 08:00", "2026-10-08 18:00"),
        (Days(15), "2026-11-20 08:00", "2026-12-07 18:00"),  # a Saturday moves to Monday
        (Months(3), "2025-11-30 08:00", "2026-02-28 18:00"),  # the month's last day, a make-up Saturday
        (Months(1), "2026-01-31 08:00", "2026-02-28 18:00"),
        (Months(1), "2024-12-15 08:00", "2025-01-15 18:00"),
        (Months(12), "2024-02-29 08:00", "2025-02-28 18:00"),
    ],
)
def test_amounts_end_where_the_clocks_of_the_sop_say(term, start, end):
    assert due(term, start) == end


def test_a_lunch_break_is_no_office_time():
    assert due(Hours(2), "2026-11-20 11:00", LUNCH) == "2026-11-20 14:30"
    assert due(Hours(1), "2026-11-20 11:00", LUNCH) == "2026-11-20 12:00"
    assert before(Hours(1), "2026-11-20 14:00", LUNCH) == "2026-11-20 11:30"
    assert before(Minutes(30), "2026-11-20 14:00", LUNCH) == "2026-11-20 13:30"


def test_a_half_day_ends_at_its_own_close():
    assert due(WorkingDays(1), "2026-11-19 10:00", HALF) == "2026-11-20 12:00"
    assert due(Hours(4), "2026-11-20 10:00", HALF) == "2026-11-23 11:00"
    assert due(Hours(24, WORKING_DAYS), "2026-11-19 15:00", HALF) == "2026-11-20 15:00"
    assert due(At("18:00"), "2026-11-20 10:00", HALF) == "2026-11-20 18:00"


def test_a_closure_and_leave_are_stepped_over():
    closed = china(own={date(2026, 11, 20): Day(CLOSURE, ())})
    away = CHINA.minus([(at("2026-11-20 00:00"), at("2026-11-21 00:00"))])
    for calendar in (closed, away):
        assert due(WorkingDays(1), "2026-11-19 10:00", calendar) == "2026-11-23 18:00"
        assert due(Hours(4), "2026-11-19 17:00", calendar) == "2026-11-23 12:00"
        assert due(Hours(24, WORKING_DAYS), "2026-11-19 15:00", calendar) == "2026-11-23 15:00"


def test_nights_and_windows_until_midnight_count():
    nights = plain_week("22:00-06:00")
    assert due(Hours(4), "2026-11-20 23:00", nights) == "2026-11-21 03:00"
    assert due(Hours(4), "2026-11-21 04:00", nights) == "2026-11-24 00:00"
    assert due(WorkingDays(1), "2026-11-20 02:00", nights) == "2026-11-21 06:00"
    assert before(Hours(4), "2026-11-21 01:00", nights) == "2026-11-20 05:00"
    round_the_clock = plain_week("00:00-24:00", days=7)
    assert due(Hours(30), "2026-11-20 23:00", round_the_clock) == "2026-11-22 05:00"
    assert due(WorkingDays(1), "2026-11-20 23:00", round_the_clock) == "2026-11-22 00:00"


def test_summer_time_neither_gives_nor_takes_an_hour():
    berlin = plain_week("00:00-24:00", days=7, zone="Europe/Berlin")
    start = datetime(2026, 3, 28, 12, tzinfo=UTC)
    for term in (Hours(24), Hours(24, ALWAYS), Hours(24, WORKING_DAYS)):
        assert term.due(start, berlin) == start + timedelta(hours=24)
    assert At("09:00").due(datetime(2026, 3, 29, 5, tzinfo=UTC), berlin) == datetime(2026, 3, 29, 7, tzinfo=UTC)


def test_the_due_time_is_in_utc():
    assert Hours(4).due(at("2026-11-20 09:00"), CHINA).tzinfo is UTC


def test_a_naive_start_is_refused():
    with pytest.raises(ValueError, match="no time zone"):
        Hours(4).due(datetime(2026, 11, 20, 9), CHINA)


@pytest.mark.parametrize(
    "term", [Hours(1), Hours(1, WORKING_DAYS), WorkingDays(1), Days(1), At("18:00"), EndOf("week")]
)
def test_a_calendar_without_work_raises_instead_of_looping(term):
    never = Calendar("Asia/Shanghai", ((),) * 7)
    with pytest.raises(NoWorkingTime):
        term.due(at("2026-11-20 09:00"), never)


@pytest.mark.parametrize("wrong", [0, -1, 1e9, True, "4"])
def test_an_amount_out_of_reach_is_refused(wrong):
    for make in (Hours, WorkingDays, Days, Months):
        with pytest.raises(ValueError, match="not an amount"):
            make(wrong)


# Fixed times


@pytest.mark.parametrize(
    ("term", "start", "end"),
    [
        (At("18:00"), "2026-11-20 00:00", "2026-11-20 18:00"),
        (At("18:00"), "2026-11-20 18:00", "2026-11-20 18:00"),
        (At("18:00"), "2026-11-20 18:01", "2026-11-23 18:00"),
        (At("18:00"), "2026-10-01 00:00", "2026-10-08 18:00"),
        (At("open"), "2026-11-20 00:00", "2026-11-20 09:00"),
        (At("10:00", "mon"), "2026-11-16 00:00", "2026-11-16 10:00"),
        (At("10:00", "mon"), "2026-11-16 10:01", "2026-11-23 10:00"),
        (At("10:00", "mon"), "2026-10-05 00:00", "2026-10-08 10:00"),
        (At("16:00", "fri"), "2026-09-28 00:00", "2026-10-08 16:00"),
        (At("14:00", "month_last"), "2026-01-01 00:00", "2026-01-30 14:00"),
        (At("14:00", "month_last"), "2026-02-01 00:00", "2026-02-28 14:00"),
        (At("14:00", "month_last"), "2026-11-30 14:01", "2026-12-31 14:00"),
        (At("10:00", after=1), "2026-11-20 17:00", "2026-11-23 10:00"),
        (At("10:00", after=1), "2026-11-21 17:00", "2026-11-23 10:00"),
        (EndOf("week"), "2026-11-16 00:00", "2026-11-20 18:00"),
        (EndOf("week"), "2026-09-28 00:00", "2026-09-30 18:00"),
        (EndOf("week"), "2026-10-06 00:00", "2026-10-10 18:00"),  # a make-up Saturday is the last one
        (EndOf("week"), "2026-11-21 12:00", "2026-11-27 18:00"),
        (EndOf("week"), "2026-02-16 00:00", "2026-02-24 18:00"),  # a week without a working day
        (EndOf("month"), "2026-01-10 00:00", "2026-01-30 18:00"),
        (EndOf("quarter"), "2026-01-10 00:00", "2026-03-31 18:00"),
        (EndOf("quarter"), "2026-11-10 00:00", "2026-12-31 18:00"),
    ],
)
def test_fixed_times_are_those_of_working_days(term, start, end):
    assert due(term, start) == end


def test_a_weekly_duty_that_would_move_onto_the_next_weeks_one_merges_with_it():
    monday = At("10:00", "mon")
    assert due(monday, "2026-02-16 00:00") == due(monday, "2026-02-23 00:00") == "2026-02-24 10:00"
    assert monday.merges(at("2026-02-16 00:00"), CHINA)
    assert not monday.merges(at("2026-02-23 00:00"), CHINA)
    assert not At("16:00", "fri").merges(at("2026-09-28 00:00"), CHINA)
    assert not At("18:00").merges(at("2026-02-16 00:00"), CHINA)


def test_the_monday_report_is_due_on_the_first_working_day_after_the_reviews_actual_day():
    report = At("10:00", after=1)
    assert due(report, "2026-11-20 16:00") == "2026-11-23 10:00"
    assert due(report, "2026-10-08 16:00") == "2026-10-09 10:00"


REPORT_REVIEW = At("20:00", cutoff="18:00")
HELP_ANSWER = At("close", cutoff=Hours(2))
VISIT_RECORD = At("close", cutoff=Hours(2), late="10:00")


@pytest.mark.parametrize(
    ("term", "start", "end"),
    [
        (REPORT_REVIEW, "2026-11-20 18:00", "2026-11-20 20:00"),
        (REPORT_REVIEW, "2026-11-20 18:01", "2026-11-23 20:00"),
        (REPORT_REVIEW, "2026-11-21 10:00", "2026-11-23 20:00"),
        (HELP_ANSWER, "2026-11-20 16:00", "2026-11-20 18:00"),
        (HELP_ANSWER, "2026-11-20 16:01", "2026-11-23 18:00"),
        (HELP_ANSWER, "2026-11-20 19:00", "2026-11-23 18:00"),
        (VISIT_RECORD, "2026-11-20 15:59", "2026-11-20 18:00"),
        (VISIT_RECORD, "2026-11-20 16:01", "2026-11-23 10:00"),
        (VISIT_RECORD, "2026-11-20 21:00", "2026-11-23 10:00"),
        (VISIT_RECORD, "2026-11-22 15:00", "2026-11-23 10:00"),
        (VISIT_RECORD, "2026-11-23 07:00", "2026-11-23 18:00"),
    ],
)
def test_what_starts_later_than_the_cutoff_belongs_to_the_next_working_day(term, start, end):
    assert due(term, start) == end


def test_the_cutoff_before_close_follows_a_half_day():
    assert due(HELP_ANSWER, "2026-11-20 10:00", HALF) == "2026-11-20 12:00"
    assert due(HELP_ANSWER, "2026-11-20 10:01", HALF) == "2026-11-23 18:00"


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: At("25:00"),
        lambda: At("18:00", "someday"),
        lambda: At("18:00", "mon", cutoff="12:00"),
        lambda: At("18:00", after=-1),
        lambda: EndOf("year"),
        lambda: Hours(1, "moon"),
        lambda: Earliest(),
        lambda: Field("on", roll="up"),
    ],
)
def test_terms_that_mean_nothing_are_refused(wrong):
    with pytest.raises(ValueError, match=r".+"):
        wrong()


# Terms with facts


def test_a_date_means_that_days_office_close_and_an_instant_itself():
    assert due(Field("on"), "2026-09-28 09:00", facts={"on": date(2026, 10, 12)}) == "2026-10-12 18:00"
    assert due(Field("on"), "2026-09-28 09:00", facts={"on": date(2026, 10, 1)}) == "2026-10-08 18:00"
    assert due(Field("on", roll="back"), "2026-09-28 09:00", facts={"on": date(2026, 10, 1)}) == "2026-09-30 18:00"
    assert due(Field("at"), "2026-09-28 09:00", facts={"at": at("2026-10-01 11:00")}) == "2026-10-01 11:00"


def test_an_amount_before_an_instant_is_counted_backwards():
    facts = {"at": at("2026-10-08 15:00"), "on": date(2026, 11, 3)}
    assert due(Before(WorkingDays(1), "at"), "2026-09-28 16:00", facts=facts) == "2026-09-30 18:00"
    assert due(Before(Minutes(30), "at"), "2026-09-28 16:00", facts=facts) == "2026-10-08 14:30"
    assert due(Before(Hours(24, WORKING_DAYS), "at"), "2026-09-28 16:00", facts=facts) == "2026-09-30 15:00"
    assert due(Before(WorkingDays(3), "on"), "2026-09-28 16:00", facts=facts) == "2026-10-29 18:00"
    assert due(Before(Days(30), "on"), "2026-09-28 16:00", facts=facts) == "2026-10-08 18:00"
    assert due(Before(Months(1), "on"), "2026-09-28 16:00", facts=facts) == "2026-10-08 18:00"


def test_what_is_made_too_late_for_that_is_due_one_office_hour_later_at_the_latest_at_the_instant():
    facts = {"at": at("2026-11-23 15:00")}
    confirm = Before(WorkingDays(1), "at")
    assert due(confirm, "2026-11-20 18:00", facts=facts) == "2026-11-20 18:00"
    assert due(confirm, "2026-11-20 18:01", facts=facts) == "2026-11-23 10:00"
    assert due(confirm, "2026-11-23 14:30", facts=facts) == "2026-11-23 15:00"
    assert due(confirm, "2026-11-23 16:00", facts=facts) == "2026-11-23 15:00"
    monday = {"at": at("2026-11-23 10:00")}  # a day before it is a Sunday, which moves to Monday
    assert due(Before(Days(1), "at"), "2026-11-02 09:00", facts=monday) == "2026-11-23 10:00"
    judged = Before(WorkingDays(1), "at", grace=False)
    assert due(judged, "2026-11-23 10:00", facts=facts) == "2026-11-20 18:00"


def test_a_milestone_on_a_free_day_counts_from_the_last_close_before_it():
    facts = {"on": date(2026, 11, 22)}
    assert due(Before(Hours(24, WORKING_DAYS), "on"), "2026-11-02 09:00", facts=facts) == "2026-11-19 18:00"
    assert due(Before(WorkingDays(3), "on"), "2026-11-02 09:00", facts=facts) == "2026-11-18 18:00"


def test_the_earliest_and_the_latest_are_chosen():
    answer = Earliest(Hours(24, WORKING_DAYS), Field("promised_at"))
    assert due(answer, "2026-11-19 15:00", facts={"promised_at": at("2026-11-20 10:00")}) == "2026-11-20 10:00"
    assert due(answer, "2026-11-19 15:00", facts={"promised_at": at("2026-11-25 10:00")}) == "2026-11-20 15:00"
    feedback = Latest(AsDueOf("issue.resolve"), Hours(2))
    assert due(feedback, "2026-11-20 17:00", facts={"issue.resolve": at("2026-11-20 18:00")}) == "2026-11-23 10:00"
    assert due(feedback, "2026-11-20 11:00", facts={"issue.resolve": at("2026-11-20 18:00")}) == "2026-11-20 18:00"


def test_a_choice_leaves_out_terms_whose_fact_is_missing():
    answer = Earliest(Hours(24, WORKING_DAYS), Field("promised_at"))
    assert due(answer, "2026-11-19 15:00", facts={"promised_at": None}) == "2026-11-20 15:00"
    with pytest.raises(MissingFact, match="promised_at"):
        Earliest(Field("promised_at")).due(at("2026-11-19 15:00"), CHINA)


# Pauses


def test_a_pause_is_charged_on_the_terms_own_clock():
    weekend = [("2026-11-20 17:30", "2026-11-23 09:30")]  # one office hour, most of it at home
    assert due(Hours(4), "2026-11-20 17:00", pauses=weekend) == "2026-11-23 13:00"
    assert due(Hours(4, ALWAYS), "2026-11-20 17:00", pauses=weekend) == "2026-11-23 13:00"
    assert due(Hours(24, WORKING_DAYS), "2026-11-20 15:00", pauses=weekend) == "2026-11-24 07:00"


def test_pauses_outside_office_hours_cost_nothing():
    assert due(Hours(4), "2026-11-20 17:00", pauses=[("2026-11-20 18:00", "2026-11-23 09:00")]) == "2026-11-23 12:00"
    assert due(WorkingDays(1), "2026-11-19 17:00", pauses=[("2026-11-19 18:00", "2026-11-20 17:59")]) == (
        "2026-11-20 18:00"
    )


def test_each_office_close_in_a_pause_adds_a_working_day():
    assert due(WorkingDays(1), "2026-11-18 09:00", pauses=[("2026-11-18 10:00", "2026-11-20 15:00")]) == (
        "2026-11-23 18:00"
    )
    assert due(Days(3), "2026-11-18 09:00", pauses=[("2026-11-18 10:00", "2026-11-20 15:00")]) == "2026-11-23 18:00"


def test_overlapping_pauses_count_once_and_later_ones_not_at_all():
    twice = [("2026-11-20 10:00", "2026-11-20 12:00"), ("2026-11-20 11:00", "2026-11-20 13:00")]
    assert due(Hours(2), "2026-11-20 09:30", pauses=twice) == "2026-11-20 14:30"
    assert due(Hours(2), "2026-11-20 14:00", pauses=twice) == "2026-11-20 16:00"
    assert due(Hours(2), "2026-11-20 08:00", pauses=[("2026-11-20 11:00", "2026-11-20 12:00")]) == "2026-11-20 11:00"


def test_a_close_in_two_overlapping_pauses_adds_one_working_day():
    twice = [("2026-11-18 10:00", "2026-11-18 20:00"), ("2026-11-18 12:00", "2026-11-19 10:00")]
    assert due(WorkingDays(1), "2026-11-18 09:00", pauses=twice) == "2026-11-20 18:00"


def test_a_pause_after_the_due_time_moves_nothing():
    later = [("2026-11-23 18:30", "2026-11-26 10:00")]
    assert due(WorkingDays(1), "2026-11-20 09:00", pauses=later) == "2026-11-23 18:00"
    assert due(Days(3), "2026-11-20 09:00", pauses=later) == "2026-11-23 18:00"


def test_a_fixed_time_in_a_pause_is_the_first_one_after_it():
    assert due(At("18:00"), "2026-11-19 09:00", pauses=[("2026-11-19 12:00", "2026-11-20 12:00")]) == (
        "2026-11-20 18:00"
    )
    assert due(At("18:00"), "2026-11-19 09:00", pauses=[("2026-11-19 12:00", "2026-11-19 17:00")]) == (
        "2026-11-19 18:00"
    )


# Reminders


@pytest.mark.parametrize(
    ("term", "moment", "reminder"),
    [
        (Hours(4), "2026-11-23 10:00", "2026-11-20 15:00"),
        (Hours(1), "2026-11-23 10:00", "2026-11-23 09:00"),  # the opening, not the close before
        (Minutes(15), "2026-11-23 09:10", "2026-11-20 17:55"),  # never at night
        (Hours(4), "2026-11-23 02:00", "2026-11-20 14:00"),
        (Hours(1), "2026-10-10 09:30", "2026-10-09 17:30"),  # a make-up Saturday
        (Hours(4, ALWAYS), "2026-11-23 02:00", "2026-11-22 22:00"),
        (WorkingDays(1), "2026-11-23 18:00", "2026-11-20 09:00"),
        (WorkingDays(5), "2026-10-12 18:00", "2026-09-29 09:00"),
        (Days(3), "2026-11-23 18:00", "2026-11-20 09:00"),
        (Days(1), "2026-11-23 18:00", "2026-11-20 09:00"),  # a Sunday: the working day before it
        (At("open"), "2026-11-23 18:00", "2026-11-23 09:00"),
        (At("17:30"), "2026-11-23 08:30", "2026-11-20 17:30"),
        (At("09:45"), "2026-11-23 10:00", "2026-11-23 09:45"),
        (At("17:00", "fri"), "2026-11-23 09:00", "2026-11-20 17:00"),
        (At("17:00", "fri"), "2026-10-08 09:00", "2026-09-30 17:00"),  # a free Friday: the working day before it
        (At("10:00", "tue"), "2026-10-09 18:00", "2026-09-30 10:00"),
        (At("16:00"), "2026-11-23 16:00", "2026-11-20 16:00"),
        (At("14:00", "month_last"), "2026-11-30 14:00", "2026-10-30 14:00"),
        (EndOf("week"), "2026-11-23 09:00", "2026-11-20 18:00"),
    ],
)
def test_reminders_go_out_when_somebody_is_there_to_read_them(term, moment, reminder):
    assert before(term, moment) == reminder


def test_a_reminder_stays_inside_split_shifts():
    assert before(Hours(1), "2026-11-23 14:00", LUNCH) == "2026-11-23 11:30"
    assert before(Hours(4), "2026-11-23 09:30", LUNCH) == "2026-11-20 14:30"


def test_a_field_cannot_be_counted_backwards():
    with pytest.raises(ValueError, match="counted backwards"):
        Field("on").before(at("2026-11-23 09:00"), CHINA)


# Elapsed time


def test_elapsed_time_runs_on_the_clock():
    span = at("2026-11-20 17:00"), at("2026-11-23 10:00")
    assert elapsed(*span, CHINA, OFFICE) == timedelta(hours=2)
    assert elapsed(*span, CHINA, WORKING_DAYS) == timedelta(hours=17)
    assert elapsed(*span, CHINA, ALWAYS) == timedelta(hours=65)
    assert elapsed(*reversed(span), CHINA, OFFICE) == timedelta()


def test_half_of_the_time_is_half_on_the_clock():
    assert wall(along(at("2026-11-20 17:00"), at("2026-11-23 12:00"), 0.5, CHINA, OFFICE)) == "2026-11-23 10:00"


# Lines


def test_the_lines_tell_which_day_counted_for_how_much():
    with translation.override("en"):
        end, lines = Hours(4).reckon(at("2026-10-09 17:20"), CHINA)
        assert [str(line) for line in lines] == [
            "2026-10-09 Fri 17:20–18:00: 40 min",
            "2026-10-10 Sat 09:00–12:20 (make-up working day, National Day): 3 h 20 min",
        ]
    assert wall(end) == "2026-10-10 12:20"


def test_the_lines_name_the_days_that_did_not_count_and_what_is_only_assumed():
    with translation.override("en"):
        lines = WorkingDays(1).reckon(at("2026-12-31 10:00"), CHINA)[1]
        assert [str(line) for line in lines] == [
            "2027-01-01 Fri [no list for this year: an ordinary week is assumed]: 1 day"
        ]
        lines = [str(line) for line in Hours(1).reckon(at("2026-02-14 17:30"), CHINA)[1]]
    assert lines[1] == "2026-02-15 Sun (holiday, Spring Festival): not counted"
    assert len(lines) == 11


def test_a_pause_has_a_line_of_its_own():
    stood = [(at("2026-11-20 10:00"), at("2026-11-20 11:00"))]
    lines = Hours(2).reckon(at("2026-11-20 09:00"), CHINA, pauses=stood)[1]
    assert [(line.kind, line.counted) for line in lines] == [
        ("working", minutes(60)),
        ("paused", minutes(0)),
        ("working", minutes(60)),
    ]


@pytest.mark.parametrize(
    "term",
    [At("10:00", "mon"), EndOf("week"), Field("on"), AsDueOf("rule"), Days(3), Months(1), VISIT_RECORD]
    + [Before(amount, "at") for amount in (Hours(2), WorkingDays(2), Days(2))],
)
def test_every_term_explains_itself_up_to_its_due_time(term):
    facts = {"on": date(2026, 10, 2), "rule": at("2026-10-09 10:00"), "at": at("2026-10-12 10:00")}
    end, lines = term.reckon(at("2026-09-30 12:00"), CHINA, facts)
    assert lines
    assert json.dumps([line.as_json() for line in lines])
    assert end == term.due(at("2026-09-30 12:00"), CHINA, facts)


# Words and JSON


@pytest.mark.parametrize(
    ("words", "term"),
    [
        ("4 hours, office", Hours(4, OFFICE)),
        ("24 hours, working days", Hours(24, WORKING_DAYS)),
        ("48 hours, always", Hours(48, ALWAYS)),
        ("24 h, working days", Hours(24, WORKING_DAYS)),
        ("30 minutes, office", Minutes(30, OFFICE)),
        ("30 min, always", Minutes(30, ALWAYS)),
        ("1.5 hours, office", Hours(1.5, OFFICE)),
        ("1 working day", WorkingDays(1)),
        ("  3  Working Days ", WorkingDays(3)),
        ("7 days", Days(7)),
        ("1 month", Months(1)),
        ("3 months", Months(3)),
        ("at 18:00", At("18:00")),
        ("At 9:00", At("09:00")),
        ("at close", At("close")),
        ("Monday at 10:00", At("10:00", "mon")),
        ("Friday 14:00", At("14:00", "fri")),
        ("Friday office close", At("close", "fri")),
        ("month's last working day at 14:00", At("14:00", "month_last")),
        ("week's end", EndOf("week")),
        ("Month’s  end", EndOf("month")),
        ("QUARTER'S END", EndOf("quarter")),
    ],
)
def test_the_words_of_the_sop_are_read(words, term):
    assert parse(words) == term


@pytest.mark.parametrize(
    "words", ["", "soon", "4 hours", "0 days", "at 25:00", "4 hours, moon", "1.5 working days", "at 18"]
)
def test_other_words_are_refused_with_examples(words):
    with pytest.raises(ValueError, match="4 hours, office"):
        parse(words)


TERMS = [
    Hours(4, OFFICE),
    Minutes(50, ALWAYS),
    WorkingDays(1),
    Days(7),
    Months(3),
    At("18:00"),
    At("10:00", "mon"),
    At("14:00", "month_last"),
    At("10:00", after=1),
    REPORT_REVIEW,
    VISIT_RECORD,
    EndOf("quarter"),
    Field("promised_at"),
    Field("festival_on", roll="back"),
    AsDueOf("issue.resolve"),
    Before(Hours(24, WORKING_DAYS), "milestone_on"),
    Before(WorkingDays(3), "needed_by", grace=False),
    Earliest(Hours(24, WORKING_DAYS), Field("promised_at")),
    Latest(AsDueOf("issue.resolve"), Earliest(Hours(2), Days(1))),
]


@pytest.mark.parametrize("term", TERMS, ids=repr)
def test_a_term_survives_json_and_has_a_sentence(term):
    assert from_json(json.loads(json.dumps(term.to_json()))) == term
    assert hash(term) == hash(from_json(term.to_json()))
    assert term.sentence()


@pytest.mark.parametrize("wrong", [None, 4, {}, {"term": "moon"}, {"term": "days"}, {"term": "days", "n": 1, "m": 2}])
def test_what_is_no_term_is_refused(wrong):
    with pytest.raises(ValueError, match="not a term"):
        from_json(wrong)


@pytest.mark.parametrize(
    ("term", "words"),
    [
        (Hours(4), "4 office hours"),
        (Hours(1), "1 office hour"),
        (Minutes(30), "30 office minutes"),
        (Minutes(90), "90 office minutes"),
        (Hours(48, ALWAYS), "48 hours, day and night"),
        (Hours(24, WORKING_DAYS), "24 hours of working days"),
        (WorkingDays(1), "1 working day"),
        (At("10:00", "mon"), "Monday, 10:00"),
        (REPORT_REVIEW, "20:00 of the working day; later than 18:00: 20:00 on the next working day"),
        (Before(WorkingDays(1), "visit_at"), "1 working day before: visit"),
    ],
)
def test_a_term_reads_as_a_sentence(term, words):
    with translation.override("en"):
        assert term.sentence() == words


def test_a_typical_due_time_takes_less_than_fifty_microseconds():
    terms = [Hours(4), Hours(24, WORKING_DAYS), WorkingDays(1), Days(7), At("18:00"), EndOf("month"), VISIT_RECORD]
    rng = random.Random(7)
    starts = [at("2026-01-05 00:00") + timedelta(minutes=rng.randrange(300 * 1440)) for _ in range(1000)]
    best = min(_seconds(terms, starts) for _ in range(3))
    assert best / (len(terms) * len(starts)) < 50e-6


def _seconds(terms, starts):
    began = time.perf_counter()
    for term in terms:
        for start in starts:
            term.due(start, CHINA)
    return time.perf_counter() - began
