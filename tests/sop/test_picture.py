"""The picture of a reckoning shows what its lines say."""

import pytest

from salesops.sop.picture import LEFT, WIDTH, picture
from salesops.sop.terms import ALWAYS, OFFICE, At, Hours, WorkingDays

from .times import china
from .world import local


def drawn(term, start, pauses=(), calendar=None):
    calendar = calendar or china()
    due, lines = term.reckon(local(start), calendar, {}, pauses)
    return picture(lines, local(start), due, calendar)


def minutes(bars):
    """How much the bars show; the drawing is a third of a minute exact."""
    return pytest.approx(sum(bar.width for bar in bars) * 1440 / WIDTH, abs=1)


def test_four_office_hours_from_friday_afternoon_end_on_monday():
    rows = drawn(Hours(4, OFFICE), "2026-03-06 17:00").rows
    assert [row.label[:5] for row in rows] == ["03-06", "03-07", "03-08", "03-09"]
    assert [minutes(row.counted) for row in rows] == [60, 0, 0, 180]
    assert [bool(row.windows) for row in rows] == [True, False, False, True]
    assert [row.due is not None for row in rows] == [False, False, False, True]
    assert rows[-1].due == LEFT + WIDTH / 2
    assert rows[0].start == pytest.approx(LEFT + WIDTH * 17 / 24, abs=0.1)


def test_a_pause_is_drawn_and_not_counted():
    pause = (local("2026-03-02 11:00"), local("2026-03-02 13:00"))
    row = drawn(Hours(4, OFFICE), "2026-03-02 10:00", [pause]).rows[0]
    assert (minutes(row.counted), minutes(row.paused)) == (240, 120)


def test_night_and_day_run_through_midnight():
    rows = drawn(Hours(24, ALWAYS), "2026-03-02 18:00").rows
    assert [minutes(row.counted) for row in rows] == [360, 1080]


def test_a_long_reckoning_leaves_out_the_middle():
    rows = drawn(WorkingDays(60), "2026-03-02 10:00").rows
    assert len(rows) == 13
    assert [row.label for row in rows].count("") == 1
    assert rows[-1].due is not None


@pytest.mark.parametrize("term", [Hours(2, OFFICE), WorkingDays(2), At("18:00")])
@pytest.mark.parametrize("start", ["2026-03-02 10:00", "2026-03-07 23:59", "2026-10-01 00:00", "2026-03-06 18:00"])
def test_every_bar_lies_within_its_day_and_something_falls_due(term, start):
    rows = drawn(term, start).rows
    assert sum(row.due is not None for row in rows) == 1
    for row in rows:
        for bar in (*row.windows, *row.counted, *row.paused):
            assert LEFT <= bar.x <= bar.x + bar.width <= LEFT + WIDTH + 0.5
