"""Sweeps that die at a named place: the next one leads to the same end as if nothing had happened (promises 4, 8)."""

import pytest

from salesops.notices.models import Notice
from salesops.sop.engine import sweeping
from salesops.sop.engine.sweeping import sweep
from salesops.sop.models import Deadline, SweepAttempt
from tests.sop.world import NO_LAG

from .children import until
from .scene import TUESDAY, difference, some_leads, state, undisturbed

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]

PLACES = [f"sweep.{place}" for place in ("after_attempt", "after_claim", "before_write", "before_commit")]


@pytest.mark.parametrize("place", [*PLACES, "sweep.after_commit"])
def test_a_sweep_killed_anywhere_and_started_again_ends_as_if_undisturbed(firm, arriving, children, place):
    some_leads(firm, arriving)
    wanted = undisturbed(TUESDAY)
    assert children.sweep(TUESDAY, SALESOPS_FAILPOINT=place) == 137
    assert SweepAttempt.objects.count() == 1
    if place != "sweep.after_commit":
        assert not Notice.objects.filter(kind="deadline.late").exists(), "what was half done was rolled back"
    sweep(TUESDAY, lag=NO_LAG)
    sweep(TUESDAY, lag=NO_LAG)
    assert difference(state(), wanted) == {}
    assert not SweepAttempt.objects.exists()
    assert not Deadline.objects.filter(failures__gt=0).exists()


def test_rows_of_a_dead_sweep_are_tried_at_once_and_one_by_one(firm, arriving, children, monkeypatch):
    some_leads(firm, arriving)
    children.sweep(TUESDAY, SALESOPS_FAILPOINT="sweep.before_commit")
    due = set(Deadline.objects.open().filter(next_at__lt=TUESDAY).values_list("pk", flat=True))
    tried, begin = [], sweeping._begin
    monkeypatch.setattr(sweeping, "_begin", lambda ids, now: tried.append(ids) or begin(ids, now))
    sweep(TUESDAY, lag=NO_LAG)
    alone = {ids[0] for ids in tried if len(ids) == 1}
    assert alone
    assert alone <= due


def test_a_sweep_that_is_still_at_work_is_not_taken_for_dead(firm, arriving, children):
    some_leads(firm, arriving)
    holder = children.start("-m", "tests.processes.child", "hold")
    try:
        until(lambda: SweepAttempt.objects.exists(), "the attempt of another process")
        sweep(TUESDAY, lag=NO_LAG)
        assert SweepAttempt.objects.count() == 1
    finally:
        children.kill(holder)
    sweep(TUESDAY, lag=NO_LAG)
    assert not SweepAttempt.objects.exists()


# One with a consequence; a row of the bulk path.
@pytest.mark.parametrize("rule", ["lead.accept", pytest.param("lead.qualify", marks=pytest.mark.soak)])
def test_a_row_that_kills_its_worker_three_times_is_parked_and_its_neighbours_are_done(firm, arriving, children, rule):
    some_leads(firm, arriving)
    wanted = undisturbed(TUESDAY)
    poison = Deadline.objects.filter(rule=rule).earliest("id")
    assert children.run("-m", "tests.processes.child", "poisoned", str(poison.pk), TUESDAY.isoformat()) == 3
    poison.refresh_from_db()
    assert poison.next_at > TUESDAY
    assert poison.failures > 0
    here = {row for row in state()["deadlines"] if row[0][1] != poison.subject}
    assert here == {row for row in wanted["deadlines"] if row[0][1] != poison.subject}
    assert not SweepAttempt.objects.exists()
