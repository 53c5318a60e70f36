"""The working calendar as a value: days, windows, instants, leave."""

from datetime import UTC, date, datetime, timedelta

import pytest

from salesops.sop.calendar import (
    CLOSURE,
    COMPANY,
    ESTIMATE,
    EXTRA,
    FALLBACK,
    HOLIDAY,
    LEAVE,
    MAKE_UP,
    PUBLISHED,
    SHORT,
    WEEKEND,
    WORKING,
    Calendar,
    Day,
    NoWorkingTime,
    differences,
)
from salesops.sop.statutory import last_published_year, source_of, statutory_days
from salesops.sop.windows import format_windows, parse_windows

from .times import at, china, plain_week, wall

CHINA = china()
SPLIT = "09:00-12:00 13:30-18:00"


@pytest.mark.parametrize(
    ("day", "kind", "working"),
    [
        (date(2026, 11, 20), WORKING, True),
        (date(2026, 11, 21), WEEKEND, False),
        (date(2026, 10, 1), HOLIDAY, False),
        (date(2026, 10, 10), MAKE_UP, True),
        (date(2025, 1, 26), MAKE_UP, True),
        (date(2025, 1, 28), HOLIDAY, False),
    ],
)
def test_it_knows_the_kind_of_a_day(day, kind, working):
    assert CHINA.describe(day).kind == kind
    assert CHINA.is_working(day) is working


def test_a_make_up_saturday_has_the_usual_office_hours():
    assert china(SPLIT).windows(date(2026, 10, 10)) == ((540, 720), (810, 1080))


def test_opening_and_close_are_instants_in_utc():
    assert CHINA.opens(date(2026, 11, 20)) == datetime(2026, 11, 20, 1, tzinfo=UTC)
    assert CHINA.closes(date(2026, 11, 20)) == datetime(2026, 11, 20, 10, tzinfo=UTC)


def test_a_free_day_has_no_opening_and_no_close():
    with pytest.raises(NoWorkingTime, match="2026-10-01 is not a working day"):
        CHINA.closes(date(2026, 10, 1))


def test_the_next_working_day_after_golden_week_is_the_eighth():
    assert CHINA.next_working_day(date(2026, 9, 30)) == date(2026, 10, 8)
    assert CHINA.previous_working_day(date(2026, 10, 8)) == date(2026, 9, 30)
    assert CHINA.step(date(2026, 10, 8), 3) == date(2026, 10, 12)
    assert CHINA.step(date(2026, 10, 8), -1) == date(2026, 9, 30)


def test_a_calendar_without_working_days_says_so_instead_of_searching_for_ever():
    never = Calendar("Asia/Shanghai", ((),) * 7)
    with pytest.raises(NoWorkingTime, match="no working day within 400 days of 2026-11-21"):
        never.next_working_day(date(2026, 11, 20))
    with pytest.raises(NoWorkingTime):
        never.on_or_before(date(2026, 11, 20))


def test_the_company_can_close_open_and_shorten_days():
    own = {
        date(2026, 11, 20): Day(CLOSURE, (), "Moving house"),
        date(2026, 11, 21): Day(EXTRA, None, "Fair"),
        date(2026, 11, 23): Day(SHORT, ((540, 720),)),
    }
    calendar = china(own=own)
    assert not calendar.is_working(date(2026, 11, 20))
    assert calendar.windows(date(2026, 11, 21)) == ((540, 1080),)
    assert wall(calendar.closes(date(2026, 11, 23))) == "2026-11-23 12:00"
    assert calendar.source(date(2026, 11, 20)) == COMPANY


def test_it_says_where_a_day_comes_from():
    calendar = Calendar("Asia/Shanghai", CHINA.week, CHINA.days, {2026: PUBLISHED, 2027: ESTIMATE})
    assert calendar.source(date(2026, 3, 2)) == PUBLISHED
    assert calendar.source(date(2027, 3, 2)) == ESTIMATE
    assert calendar.source(date(2028, 3, 2)) == FALLBACK
    assert plain_week().source(date(2026, 3, 2)) == COMPANY


def test_a_span_that_touches_a_year_without_a_list_is_uncertain():
    assert not CHINA.uncertain(at("2026-11-20 09:00"), at("2026-12-31 23:59"))
    assert CHINA.uncertain(at("2026-12-31 09:00"), at("2027-01-01 00:00"))
    assert not plain_week().uncertain(at("2026-12-31 09:00"), at("2027-01-04 09:00"))


def test_equal_calendars_are_equal_and_have_equal_hashes():
    assert china() == CHINA
    assert hash(china()) == hash(CHINA)
    assert len({CHINA, china(), china(SPLIT)}) == 2


def test_a_naive_instant_is_refused():
    with pytest.raises(ValueError, match="no time zone"):
        CHINA.local(datetime(2026, 11, 20, 9))


# Leave


def test_a_whole_day_of_leave_is_no_working_day():
    calendar = CHINA.minus([(at("2026-11-19 00:00"), at("2026-11-21 00:00"))])
    assert calendar.describe(date(2026, 11, 19)).kind == LEAVE
    assert not calendar.is_working(date(2026, 11, 20))
    assert calendar.is_working(date(2026, 11, 18))
    assert calendar.next_working_day(date(2026, 11, 18)) == date(2026, 11, 23)


def test_leave_that_covers_just_the_office_hours_is_a_whole_day():
    assert not CHINA.minus([(at("2026-11-19 09:00"), at("2026-11-19 18:00"))]).is_working(date(2026, 11, 19))


def test_an_afternoon_of_leave_cuts_office_time_but_not_the_offices_close():
    calendar = CHINA.minus([(at("2026-11-19 13:00"), at("2026-11-19 20:00"))])
    assert calendar.windows(date(2026, 11, 19)) == ((540, 780),)
    assert wall(calendar.closes(date(2026, 11, 19))) == "2026-11-19 18:00"


def test_leave_in_the_middle_of_the_day_leaves_both_ends():
    calendar = CHINA.minus([(at("2026-11-19 10:00"), at("2026-11-19 11:00"))])
    assert calendar.windows(date(2026, 11, 19)) == ((540, 600), (660, 1080))


def test_leave_is_rounded_to_whole_minutes_in_the_persons_favour():
    calendar = CHINA.minus([(at("2026-11-19 10:00:40"), at("2026-11-19 11:00:20"))])
    assert calendar.windows(date(2026, 11, 19)) == ((540, 600), (661, 1080))


def test_leave_on_a_free_day_changes_nothing():
    assert CHINA.minus([(at("2026-10-01 00:00"), at("2026-10-05 00:00"))]) == CHINA


def test_two_leaves_on_one_day_are_both_cut_out():
    halves = [(at("2026-11-19 00:00"), at("2026-11-19 12:00")), (at("2026-11-19 12:00"), at("2026-11-20 00:00"))]
    assert not CHINA.minus(halves).is_working(date(2026, 11, 19))


def test_reversed_leave_is_refused():
    with pytest.raises(ValueError, match="before it begins"):
        CHINA.minus([(at("2026-11-19 12:00"), at("2026-11-19 10:00"))])


# Nights, days of 24 hours, summer time


def test_a_night_shift_belongs_to_the_evening_on_which_it_begins():
    nights = plain_week("22:00-06:00")
    assert wall(nights.closes(date(2026, 11, 20))) == "2026-11-21 06:00"
    assert nights.day_of(at("2026-11-21 02:00")) == date(2026, 11, 20)
    assert nights.day_of(at("2026-11-21 06:00")) == date(2026, 11, 20)
    assert nights.day_of(at("2026-11-21 06:01")) == date(2026, 11, 21)


def test_leave_reaches_into_the_night_that_began_the_evening_before():
    nights = plain_week("22:00-06:00").minus([(at("2026-11-21 02:00"), at("2026-11-21 12:00"))])
    assert nights.windows(date(2026, 11, 20)) == ((1320, 1560),)


def test_a_window_may_end_at_midnight():
    round_the_clock = plain_week("00:00-24:00", days=7)
    assert wall(round_the_clock.closes(date(2026, 11, 20))) == "2026-11-21 00:00"
    assert round_the_clock.day_due(at("2026-11-21 00:00")) == date(2026, 11, 20)


def test_a_day_of_summer_time_is_as_long_as_it_is():
    berlin = plain_week("00:00-24:00", days=7, zone="Europe/Berlin")
    lengths = [end - begin for day in (28, 29, 30) for begin, end in berlin.spans(date(2026, 3, day))]
    assert lengths == [timedelta(hours=24), timedelta(hours=23), timedelta(hours=24)]


def test_a_window_inside_the_hour_that_summer_time_skips_gives_nothing():
    berlin = plain_week("02:00-03:00 09:00-17:00", days=7, zone="Europe/Berlin")
    assert [end - begin for begin, end in berlin.spans(date(2026, 3, 29))] == [timedelta(hours=8)]


# Windows as people write them


@pytest.mark.parametrize(
    ("text", "windows"),
    [
        ("09:00-18:00", ((540, 1080),)),
        ("9:00 – 12:00,13:30-18:00", ((540, 720), (810, 1080))),
        ("09：00至12：00；13:30~18:00", ((540, 720), (810, 1080))),
        ("00:00-24:00", ((0, 1440),)),
        ("22:00-06:00", ((1320, 1800),)),
        ("", ()),
    ],
)
def test_windows_are_read_as_people_write_them(text, windows):
    assert parse_windows(text) == windows
    assert parse_windows(format_windows(windows)) == windows


@pytest.mark.parametrize(
    "text", ["9-18", "09:00", "09:00-25:00", "13:00-18:00 09:00-14:00", "09:00-18:00 lunch", "09:60-10:00"]
)
def test_what_is_no_window_is_refused(text):
    with pytest.raises(ValueError, match=r".+"):
        parse_windows(text)


# Statutory days and differences


def test_the_published_years_are_taken_as_they_were_published():
    assert last_published_year() >= 2026
    year = statutory_days(2026)
    assert year[date(2026, 2, 14)] == Day(MAKE_UP, None, "Spring Festival", PUBLISHED)
    assert year[date(2026, 10, 7)] == Day(HOLIDAY, (), "National Day", PUBLISHED)


def test_a_year_that_is_not_published_is_an_estimate_with_the_statutory_days():
    year = last_published_year() + 1
    days = statutory_days(year)
    assert source_of(year) == ESTIMATE
    assert {said.source for said in days.values()} == {ESTIMATE}
    assert {date(year, 1, 1), date(year, 5, 1), date(year, 10, 1)} <= set(days)
    assert {said.name for said in days.values()} >= {"Spring Festival", "Mid-Autumn Festival"}


def test_differences_are_the_days_on_which_working_time_differs():
    changed = china(own={date(2026, 11, 20): Day(CLOSURE, ()), date(2026, 11, 21): Day(CLOSURE, ())})
    span = date(2026, 11, 1), date(2026, 12, 31)
    assert differences(CHINA, changed, *span) == [date(2026, 11, 20)]
    assert differences(CHINA, china(), *span) == []
