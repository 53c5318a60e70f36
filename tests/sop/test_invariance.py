"""Verdicts rest on stored times: however often, seldom, late or doubly the clock is looked at, they are the same."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.test import TestCase
from hypothesis import example, given, settings
from hypothesis import strategies as st

from leads.actions import Refused, accept, arrive, close, log_follow_up, qualify, regrade
from leads.actions.arriving import NewLead
from leads.models import Lead, Territory, TerritoryMember
from salesops.people.actions import approve_leave, ask_leave
from salesops.sop import consequences
from salesops.sop.engine.sweeping import sweep
from salesops.sop.models import Deadline, Heartbeat
from tests.company import company

from .world import happen, happen_by_clock, local, only, run_sweep

pytestmark = pytest.mark.django_db

START = local("2026-03-05 09:00")  # a Thursday
EXAMPLES = settings(max_examples=settings.default.max_examples // 8)
PACE = timedelta(minutes=7)
gaps = st.sampled_from([1, 20, 61, 119, 120, 121, 240, 530, 1440, 2500])


# How the clock may be looked at


def _sweep(at):
    Heartbeat.objects.update_or_create(name="sweep", defaults={"at": at})
    sweep(at, lag=timedelta(0))


def never(since, until):
    pass


def every(pace, times=1):
    def look(since, until):
        """Leaves out the sweeps at which nothing is due."""
        at = since
        while True:
            due = Deadline.objects.open().order_by("next_at").values_list("next_at", flat=True).first()
            if due is None or due >= until:
                return
            at = max(at + pace, at + -((at - due) // pace) * pace)
            if at >= until:
                return
            for _ in range(times):
                _sweep(at)

    return look


WAYS = {"often": every(PACE), "twice": every(PACE, 2), "late": every(timedelta(hours=11)), "never": never}


def verdicts(history, act, look, rows):
    """What stands in the database after the history; everything is rolled back."""
    savepoint = transaction.savepoint()
    now = START
    for gap, *what in history:
        since, now = now, now + timedelta(minutes=gap)
        look(since, now)
        act(now, *what)
    look(now, now + timedelta(days=3))
    _sweep(now + timedelta(days=3))
    found = sorted(
        (row.rule, row.slot, str(row.due_at), row.ending, row.counted, str(row.met_at), row.streak) for row in rows()
    )
    transaction.savepoint_rollback(savepoint)
    return found


def assert_the_same(history, act, rows):
    found = {name: verdicts(history, act, look, rows) for name, look in WAYS.items()}
    for name in found:
        assert found[name] == found["often"], name


# The sample rules


SAMPLE = st.one_of(
    st.tuples(gaps, st.just("deal.assigned"), st.fixed_dictionaries({"grade": st.sampled_from("AB")})),
    st.tuples(gaps, st.just("deal.accepted"), st.just({})),
    st.tuples(
        gaps,
        st.just("deal.contacted"),
        st.fixed_dictionaries({"grade": st.sampled_from("ABC"), "reached": st.booleans()}),
    ),
    st.tuples(gaps, st.just("deal.graded"), st.fixed_dictionaries({"grade": st.sampled_from("AB")})),
    st.tuples(gaps, st.just("deal.closed"), st.just({})),
    st.tuples(gaps, st.just("deal.asked"), st.just({})),
    st.tuples(gaps, st.just("deal.asked_back"), st.just({})),
    st.tuples(gaps, st.just("deal.supplied"), st.just({})),
    st.tuples(gaps, st.just("deal.answered"), st.just({})),
    st.tuples(gaps, st.just("leave"), st.fixed_dictionaries({"hours": st.sampled_from([1, 5, 30])})),
)


@pytest.fixture
def firm():
    return company()


@pytest.fixture
def taking_back(monkeypatch):
    for name in ("lead.take_back", "lead.return"):
        monkeypatch.setitem(
            consequences._registered,
            name,
            lambda row, *, due_at, at: happen_by_clock("deal.taken_back", row, due_at, at),
        )


def test_verdicts_of_the_sample_rules_do_not_depend_on_the_sweep(samples, firm, taking_back):
    deal = firm.departments["it"]

    def act(now, name, values):
        if name == "leave":
            return go_on_leave(now, **values)
        people = {"deal.asked_back": {"asker": firm.min}}.get(name, {"owner": firm.wang})
        known = {"deal.assigned", "deal.contacted", "deal.asked", "deal.asked_back"}
        happen(name, now, deal=deal, **values, **(people if name in known else {}))

    def go_on_leave(now, hours):
        """Asked for in good time, so that it begins between two sweeps; it ends after the history."""
        span = {"since": now + timedelta(hours=hours), "until": now + timedelta(days=60)}
        if firm.wang.leaves.exists():
            return
        asked = ask_leave(firm.wang, **span, stand_in=firm.jing, by=firm.wang, at=now)
        with TestCase.captureOnCommitCallbacks(execute=True):
            approve_leave(asked, by=firm.li, at=now)

    # The clock is stopped, already late, after leave has begun that nobody has looked at yet.
    stopped_on_leave = [
        (1, "deal.asked", {}),
        (1, "leave", {"hours": 1}),
        (2500, "deal.assigned", {"grade": "A"}),
        (121, "deal.asked_back", {}),
        (121, "deal.closed", {}),
    ]

    @EXAMPLES
    @example(history=stopped_on_leave)
    @given(history=st.lists(SAMPLE, min_size=2, max_size=10))
    def check(history):
        # A talk is opened by a consequence: it starts when that was done; so does what was overdue when leave began,
        # for whoever stands in. Rounds are opened by the sweep alone.
        opened = Deadline.objects.exclude(rule="sample.talk").exclude(opened_by=None)
        opened = opened.exclude(turn__gt=0, on_behalf_of__isnull=False)
        assert_the_same(history, act, opened.all)

    check()


# The rules of leads, with their consequences

LEADS = st.one_of(
    st.tuples(gaps, st.just("accept")),
    st.tuples(gaps, st.just("answer")),
    st.tuples(gaps, st.just("try")),
    st.tuples(gaps, st.sampled_from(["A", "B", "C"])),
    st.tuples(gaps, st.just("close")),
)


def test_verdicts_of_the_lead_rules_do_not_depend_on_the_sweep_also_where_leads_are_taken_back(firm):
    territory = Territory.objects.create(name="上海", regions=["上海"])
    for person in (firm.wang, firm.min):
        TerritoryMember.objects.create(territory=territory, person=person, capacity=10)

    def act(now, name):
        lead = Lead.objects.order_by("id").last()
        try:
            if name == "arrive":
                arrive(
                    NewLead(company="上海远东", region="上海", phone="13800000000"), by=firm.zhou, at=now, way_in="hand"
                )
            elif name == "qualify":
                qualify(lead, grade="A", industry="汽车配件", size="unknown", by=firm.zhou, at=now)
            elif name == "accept":
                accept(lead, by=firm.wang, at=now)
            elif name == "close":
                close(lead, reason="不再需要", by=firm.zhou, at=now)
            elif name in ("answer", "try"):
                said = (
                    {"reached": True, "need": "替换旧系统", "intent": "high"}
                    if name == "answer"
                    else {"reached": False}
                )
                log_follow_up(lead, by=firm.wang, at=now, way="call", **said)
            else:
                regrade(lead, grade=name, reason="预算变了", by=firm.zhou, at=now)
        except Refused:
            pass

    @EXAMPLES
    @given(gaps, st.lists(LEADS, min_size=1, max_size=8))
    def check(gap, history):
        # What the clock gave to 张敏 starts when that was done, and all that she owes on it hangs on that.
        opened = Deadline.objects.filter(rule__startswith="lead.", opened_by__by__isnull=False)
        rows = opened.exclude(owner=firm.min).all
        assert_the_same([(1, "arrive"), (gap, "qualify"), *history], act, rows)

    check()


def test_what_a_consequence_opens_starts_when_it_was_done_and_is_judged_from_then(samples, firm):
    deal = firm.departments["it"]
    happen("deal.assigned", "2026-03-02 10:00", deal=deal, owner=firm.wang, grade="A")
    happen("deal.accepted", "2026-03-02 10:05", deal=deal)
    run_sweep("2026-03-03 11:20")  # a day late: the talk could not be known of before
    talk = only("sample.talk")
    assert (talk.starts_at, talk.due_at) == (local("2026-03-03 11:20"), local("2026-03-04 18:00"))
    happen("deal.solved", "2026-03-04 18:00", deal=deal)
    talk.refresh_from_db()
    assert talk.counted == "in_time"
