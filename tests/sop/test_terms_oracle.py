"""Due times against a slow second opinion (oracle.py), over 2024 to 2026 with everything that makes calendars hard."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesops.sop.calendar import CLOSURE, EXTRA, SHORT, Day
from salesops.sop.terms import (
    ALWAYS,
    OFFICE,
    WORKING_DAYS,
    At,
    Days,
    EndOf,
    Hours,
    Minutes,
    Months,
    WorkingDays,
    elapsed,
    from_json,
)

from .oracle import Oracle
from .times import aware, china, naive

OFFICE_HOURS = {
    "09:00-18:00": ((540, 1080),),
    "09:00-12:00 13:30-18:00": ((540, 720), (810, 1080)),
    "08:30-11:30 12:00-15:00 20:00-24:00": ((510, 690), (720, 900), (1200, 1440)),
    "00:00-24:00": ((0, 1440),),
}
OWN_DAYS = {
    CLOSURE: (Day(CLOSURE, ()), ()),
    SHORT: (Day(SHORT, ((540, 720),)), ((540, 720),)),
    EXTRA: (Day(EXTRA, ((600, 720), (780, 840))), ((600, 720), (780, 840))),
}
# Around Spring Festival, make-up days, National Day and the turn of the year, and anywhere else.
HARD = [
    date(2024, 2, 1),
    date(2024, 12, 28),
    date(2025, 1, 22),
    date(2025, 9, 26),
    date(2026, 2, 10),
    date(2026, 9, 17),
]
days = st.one_of(
    st.builds(lambda day, n: day + timedelta(days=n), st.sampled_from(HARD), st.integers(0, 14)),
    st.dates(date(2024, 1, 20), date(2026, 8, 31)),
)
# Often at the edges of office hours, where mistakes live.
day_minutes = st.one_of(
    st.sampled_from([0, 539, 540, 541, 719, 720, 810, 1079, 1080, 1081, 1439]), st.integers(0, 1439)
)
moments = st.builds(lambda day, n: datetime(day.year, day.month, day.day) + timedelta(minutes=n), days, day_minutes)
clocks = st.sampled_from([ALWAYS, OFFICE, WORKING_DAYS])
examples = settings(max_examples=60, deadline=None)


@st.composite
def calendars(draw, start, leave=False):
    """(calendar, oracle) with the same office hours, company days and leave around `start`."""
    hours = draw(st.sampled_from(sorted(OFFICE_HOURS)))
    kinds = draw(st.dictionaries(st.integers(-3, 12), st.sampled_from(sorted(OWN_DAYS)), max_size=3))
    own = {start.date() + timedelta(days=n): OWN_DAYS[kind] for n, kind in kinds.items()}
    away = []
    if leave and draw(st.booleans()):
        since = start + timedelta(minutes=draw(st.integers(-3000, 6000)))
        away = [(since, since + timedelta(minutes=draw(st.sampled_from([60, 240, 1440, 4000]))))]
    calendar = china(hours, {day: said for day, (said, _) in own.items()})
    calendar = calendar.minus([(aware(since), aware(until)) for since, until in away])
    return calendar, Oracle(OFFICE_HOURS[hours], {day: said for day, (_, said) in own.items()}, tuple(away))


@st.composite
def cases(draw, leave=True):
    start = draw(moments)
    return start, *draw(calendars(start, leave))


@st.composite
def pauses(draw, start):
    found, since = [], start
    for _ in range(draw(st.integers(0, 2))):
        since += timedelta(minutes=draw(st.integers(0, 2000)))
        until = since + timedelta(minutes=draw(st.integers(1, 5000)))
        found.append((since, until))
        since = until + timedelta(minutes=1)
    return found


def spans(found):
    return [(aware(since), aware(until)) for since, until in found]


@examples
@given(cases(), st.integers(1, 2400), clocks, st.data())
def test_hours_end_where_the_minutes_run_out(case, minutes, clock, data):
    start, calendar, oracle = case
    stood = data.draw(pauses(start))
    due = Minutes(minutes, clock).due(aware(start), calendar, pauses=spans(stood))
    assert naive(due) == oracle.after_hours(start, minutes, clock, stood)


@examples
@given(cases(), st.integers(1, 1500), clocks)
def test_hours_counted_backwards_begin_where_the_minutes_run_out(case, minutes, clock):
    due, calendar, oracle = case
    assert naive(Minutes(minutes, clock).before(aware(due), calendar)) == oracle.before_hours(due, minutes, clock)


@examples
@given(cases(), st.integers(0, 9000), clocks)
def test_elapsed_time_is_the_number_of_minutes_that_ran(case, minutes, clock):
    start, calendar, oracle = case
    end = start + timedelta(minutes=minutes)
    ran = elapsed(aware(start), aware(end), calendar, clock)
    assert ran == timedelta(minutes=oracle.ran(start, end, clock))


@examples
@given(cases(), st.integers(1, 12))
def test_working_days_end_at_the_close_of_the_nth_working_day(case, n):
    start, calendar, oracle = case
    assert naive(WorkingDays(n).due(aware(start), calendar)) == oracle.after_working_days(start, n)


@examples
@given(cases(leave=False), st.data())
def test_each_close_in_a_pause_adds_a_working_day(case, data):
    start, calendar, oracle = case
    stood = data.draw(pauses(start).filter(lambda found: len(found) == 1))
    due = WorkingDays(10).due(aware(start), calendar, pauses=spans(stood))
    assert naive(due) == oracle.after_working_days(start, 10, stood)


@examples
@given(cases(), st.integers(1, 80))
def test_days_end_at_the_close_of_their_day_or_of_the_next_working_day(case, n):
    start, calendar, oracle = case
    assert naive(Days(n).due(aware(start), calendar)) == oracle.after_days(start, n)


@examples
@given(cases(), st.integers(1, 2))
def test_months_end_on_the_same_date_or_the_last_of_the_month(case, n):
    start, calendar, oracle = case
    assert naive(Months(n).due(aware(start), calendar)) == oracle.after_months(start, n)


@examples
@given(cases(), day_minutes)
def test_a_time_of_day_is_the_first_one_on_a_working_day(case, minute):
    start, calendar, oracle = case
    due = At(f"{minute // 60:02}:{minute % 60:02}").due(aware(start), calendar)
    assert naive(due) == oracle.at_time(start, minute)


@examples
@given(cases(), st.integers(0, 6), day_minutes)
def test_a_weekday_moves_to_the_next_working_day(case, weekday, minute):
    start, calendar, oracle = case
    name = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")[weekday]
    due = At(f"{minute // 60:02}:{minute % 60:02}", name).due(aware(start), calendar)
    assert naive(due) == oracle.at_weekday(start, weekday, minute)


@examples
@given(cases(), st.sampled_from(["week", "month", "quarter"]))
def test_a_period_ends_at_the_close_of_its_last_working_day(case, period):
    start, calendar, oracle = case
    assert naive(EndOf(period).due(aware(start), calendar)) == oracle.end_of(start, period)


@examples
@given(cases(), st.integers(1, 1500), clocks)
def test_backwards_and_forwards_meet(case, minutes, clock):
    due, calendar, _ = case
    amount = Minutes(minutes, clock)
    start = amount.before(aware(due), calendar)
    assert elapsed(start, aware(due), calendar, clock) == amount.span
    assert amount.due(start, calendar) <= aware(due)


@examples
@given(cases(), st.integers(1, 1500), st.integers(1, 1500), clocks)
def test_a_later_start_is_never_due_earlier(case, minutes, later, clock):
    start, calendar, _ = case
    for term in (Minutes(minutes, clock), WorkingDays(2), Days(3), At("18:00"), At("10:00", "mon"), EndOf("week")):
        assert term.due(aware(start), calendar) <= term.due(aware(start + timedelta(minutes=later)), calendar)


@examples
@given(cases(leave=False), st.integers(1, 1500), clocks, st.integers(-2000, 3000), st.integers(1, 4000))
def test_leave_never_brings_a_due_time_forward(case, minutes, clock, offset, length):
    start, calendar, _ = case
    since = aware(start + timedelta(minutes=offset))
    away = calendar.minus([(since, since + timedelta(minutes=length))])
    for term in (Minutes(minutes, clock), WorkingDays(2), Days(3), Months(1), At("18:00"), At("close")):
        assert term.due(aware(start), calendar) <= term.due(aware(start), away)


@examples
@given(cases(), st.integers(1, 2400), clocks, st.data())
def test_the_lines_of_a_reckoning_add_up_to_the_amount(case, minutes, clock, data):
    start, calendar, _ = case
    term = Minutes(minutes, clock)
    due, lines = term.reckon(aware(start), calendar, pauses=spans(data.draw(pauses(start))))
    assert sum((line.counted for line in lines), timedelta()) == term.span
    assert lines[-1].till <= due
    assert [line.day for line in lines] == sorted(line.day for line in lines)


@examples
@given(cases(), st.integers(1, 12))
def test_the_lines_of_working_days_add_up_to_their_number(case, n):
    start, calendar, _ = case
    assert sum(line.counted for line in WorkingDays(n).reckon(aware(start), calendar)[1]) == n


@examples
@given(st.floats(0.001, 20000), clocks)
def test_hours_of_any_size_survive_json(n, clock):
    assert from_json(Hours(n, clock).to_json()) == Hours(n, clock)


@pytest.mark.soak
@settings(max_examples=3000, deadline=None)
@given(cases(), st.integers(1, 2400), clocks, st.data())
def test_hours_end_where_the_minutes_run_out_in_thousands_of_cases(case, minutes, clock, data):
    start, calendar, oracle = case
    stood = data.draw(pauses(start))
    due = Minutes(minutes, clock).due(aware(start), calendar, pauses=spans(stood))
    assert naive(due) == oracle.after_hours(start, minutes, clock, stood)
