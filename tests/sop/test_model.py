"""The engine on a real database against a small model of it, through random histories (reliability.md, F1-F17)."""

from datetime import datetime, timedelta

import pytest
from django.db import transaction
from django.db.models import Count
from django.test import TestCase
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from salesops.notices.models import Notice
from salesops.people.actions import approve_leave, ask_leave, deactivate
from salesops.sop import consequences
from salesops.sop.actions import recompute, set_rule
from salesops.sop.engine import sweeping
from salesops.sop.models import CalendarDay, Deadline, Heartbeat, WorkCalendar
from salesops.sop.registry import registry
from salesops.sop.tallies import kept_tallies, recounted_tallies
from tests.company import company

from . import sample
from .model import Model, works
from .world import happen, happen_by_clock, local

pytestmark = pytest.mark.django_db

RULES = [f"sample.{key}" for key in ("accept", "respond", "cadence", "answer", "supply", "review_each", "talk")]
REPS = ("wang", "min", "jing")
START = datetime(2026, 3, 2, 9)  # a Monday
deals, reps, grades = st.sampled_from(["it", "it", "it", "marketing"]), st.sampled_from(REPS), st.sampled_from("AB")
reviewers = st.sampled_from(["legal", "finance"])
whens = st.sampled_from(["now", "now", "due", "after", "long after"])
TERM_JSON = {
    "office": lambda n: {"term": "hours", "n": n, "clock": "office"},
    "working_days": lambda n: {"term": "working_days", "n": n},
    "days": lambda n: {"term": "days", "n": n},
}


class Crash(BaseException):
    """Dies where a killed process would: nothing may catch it."""


def utc(naive):
    return naive and local(naive.isoformat())


class Machine(RuleBasedStateMachine):
    firm = None  # made once for all histories, which are rolled back

    def __init__(self):
        super().__init__()
        self.savepoint = transaction.savepoint()
        self.now = START
        self.beat = None
        self.model = Model({**dict.fromkeys(REPS, "li"), "li": "zhao"})

    def teardown(self):
        transaction.savepoint_rollback(self.savepoint)

    def person(self, key):
        return self.firm.people[key]

    def happen(self, when, name, deal, **values):
        self.wait(when, deal)
        self.model.settle(deal, self.now, self.now)
        happen(name, utc(self.now), deal=self.firm.departments[deal], **values)

    def wait(self, when, deal=None):
        """Until the next moment of the deal, to the minute: there engines and models go wrong."""
        moments = [row.next() for row in self.model.open() if deal in (None, row.deal)]
        ahead = sorted({moment for moment in moments if moment and moment >= self.now})
        if when != "now" and ahead:
            self.now = {"due": ahead[0], "after": ahead[0] + timedelta(minutes=1), "long after": ahead[-1]}[when]

    # Time

    @rule(minutes=st.sampled_from([1, 25, 60, 125, 240, 540, 1440, 4320]))
    def time_passes(self, minutes):
        self.now += timedelta(minutes=minutes)

    @rule(when=whens, times=st.integers(1, 2), silent=st.sampled_from([False, False, False, True]))
    def sweep(self, when, times, silent):
        self.wait(when)
        if not silent:
            Heartbeat.objects.update_or_create(name="sweep", defaults={"at": utc(self.now)})
        elif self.beat and self.now - self.beat > timedelta(minutes=3):
            self.model.outages.append((self.beat, self.now))
        for _ in range(times):
            sweeping.sweep(utc(self.now), lag=timedelta(0))
        self.beat = self.now
        self.model.turn_leaves(self.now)
        self.model.settle_all(("marketing", "it"), self.now, self.now)

    @rule(
        place=st.sampled_from(["sweep.after_attempt", "sweep.after_claim", "sweep.before_write", "sweep.before_commit"])
    )
    def the_sweep_dies_and_another_one_runs(self, place):
        def die(name):
            if name == place:
                raise Crash

        Heartbeat.objects.update_or_create(name="sweep", defaults={"at": utc(self.now)})
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sweeping, "failpoint", die)
            try:
                sweeping.sweep(utc(self.now), lag=timedelta(0))
            except Crash:
                pass
        self.sweep("now", 1, False)

    # What people do

    @rule(when=whens, deal=deals, owner=reps, grade=grades)
    def assign(self, when, deal, owner, grade):
        self.happen(when, "deal.assigned", deal, owner=self.person(owner), grade=grade)
        self.model.assign(deal, owner, grade, self.now)

    @rule(when=whens, deal=deals)
    def accept(self, when, deal):
        self.happen(when, "deal.accepted", deal)
        self.model.meet("accept", deal, self.now)

    @rule(
        when=whens,
        deal=deals,
        owner=reps,
        grade=st.sampled_from("ABC"),
        reached=st.booleans(),
        days=st.none() | st.integers(0, 20),
    )
    def contact(self, when, deal, owner, grade, reached, days):
        self.wait(when, deal)
        chosen = (self.now + timedelta(days=days)).date() if days else None
        values = {"grade": grade, "reached": reached, "next_at": chosen and chosen.isoformat()}
        self.happen("now", "deal.contacted", deal, owner=self.person(owner), **values)
        self.model.contact(deal, owner, grade, reached, chosen, self.now)

    @rule(when=whens, deal=deals, grade=grades)
    def regrade(self, when, deal, grade):
        self.happen(when, "deal.graded", deal, grade=grade)
        self.model.grade(deal, grade, self.now)

    @rule(when=whens, deal=deals)
    def close(self, when, deal):
        self.happen(when, "deal.closed", deal)
        self.model.void(("accept", "respond", "cadence"), deal, self.now)

    @rule(when=whens, deal=deals, rep=reps, act=st.sampled_from(["asked", "asked_back", "supplied", "answered"]))
    def a_question(self, when, deal, rep, act):
        people = {"asked": {"owner": self.person(rep)}, "asked_back": {"asker": self.person(rep)}}
        self.happen(when, f"deal.{act}", deal, **people.get(act, {}))
        if act == "asked":
            self.model.start("answer", deal, rep, self.now)
        elif act == "asked_back":
            self.model.ask_back(deal, rep, self.now)
        elif act == "supplied":
            self.model.supply(deal, self.now)
        else:
            self.model.meet("answer", deal, self.now)

    @rule(when=whens, deal=deals, by=reviewers, named=st.none() | st.lists(reviewers, min_size=1, max_size=3))
    def a_review(self, when, deal, by, named):
        if named is None:
            self.happen(when, "deal.reviewed", deal, by=self.person(by))
            self.model.meet("review_each", deal, self.now, slot=by)
            return
        self.happen(when, "deal.submitted", deal, reviewers=[self.person(key).pk for key in named])
        for key in dict.fromkeys(named):
            self.model.start("review_each", deal, key, self.now, slot=key)

    @rule(when=whens, deal=deals)
    def solve(self, when, deal):
        self.happen(when, "deal.solved", deal)
        self.model.meet("talk", deal, self.now)

    # People, numbers and calendars change

    @rule(who=reps, stand_in=reps, after=st.sampled_from([-60, 0, 60, 1440]), hours=st.sampled_from([3, 24, 72]))
    def leave_is_approved(self, who, stand_in, after, hours):
        since = self.now + timedelta(minutes=after)
        until = since + timedelta(hours=hours)
        taken = [leave for leave in self.model.leaves if leave["who"] == who]
        if {who, stand_in} & set(self.model.gone) or who == stand_in:
            return
        if any(leave["since"] < until and since < leave["until"] for leave in taken):
            return
        person, head = self.person(who), self.firm.li
        asked = ask_leave(
            person, since=utc(since), until=utc(until), stand_in=self.person(stand_in), by=person, at=utc(self.now)
        )
        with TestCase.captureOnCommitCallbacks(execute=True):
            approve_leave(asked, by=head, at=utc(self.now))
        leave = {"who": who, "stand_in": stand_in, "since": since, "until": until, "state": ""}
        self.model.leaves.append(leave)
        self.model.turn_leaves(self.now, only=leave, not_before=self.now)

    @precondition(lambda self: not self.model.gone)
    @rule(who=reps, successor=st.none() | reps)
    def a_person_leaves(self, who, successor):
        if successor == who or any(leave["until"] > self.now for leave in self.model.leaves):
            return
        to = self.person(successor) if successor else None
        deactivate(self.person(who), by=self.firm.he, at=utc(self.now), successor=to)
        self.model.leave_company(who, successor, self.now)

    @rule(
        change=st.sampled_from(
            [("accept", "", "office", 1), ("respond", "A", "office", 2), ("cadence", "A", "working_days", 2)]
        )
    )
    def numbers_change(self, change):
        key, case, unit, n = change
        self.model.terms[key][case] = (unit, n)
        dues = {case: TERM_JSON[unit](n) for case, (unit, n) in self.model.terms[key].items()}
        at = utc(self.now)
        set_rule(f"sample.{key}", values={"due": dues}, holds_from=at, reason="x", by=self.firm.he, at=at)

    @rule(days=st.integers(0, 9), anew=st.booleans())
    def the_company_closes_on_a_day(self, days, anew):
        day = (self.now + timedelta(days=days)).date()
        if works(day, self.model.closed):
            CalendarDay.objects.create(date=day, kind="closure")
            self.model.closed |= {day}
        if anew:
            recompute(by=self.firm.he, at=utc(self.now))
            self.model.recompute(self.now)

    # What always holds

    @invariant()
    def the_engine_has_what_the_model_has(self):
        names = {person.pk: key for key, person in self.firm.people.items()}
        kept = {
            (row.rule[7:], row.subject, names.get(int(row.slot or 0), ""), names[row.owner_id], row.due_at,
             row.ending, row.met_at, row.ended_at, row.counted, row.streak, row.stopped_at)
            for row in Deadline.objects.all()
        }  # fmt: skip
        said = {
            (row.rule, f"deal:{self.firm.departments[row.deal].pk}", row.slot, row.owner, utc(row.due), row.ending,
             utc(row.met), utc(row.ended), self.model.judged(row), row.streak, utc(row.stopped))
            for row in self.model.rows
        }  # fmt: skip
        differences = [f"engine {row}" for row in kept - said] + [f"model  {row}" for row in said - kept]
        assert not differences, "\n".join(["", *map(str, differences)])

    @invariant()
    def what_is_open_is_looked_at_again_and_there_once(self):
        rows = Deadline.objects.open()
        assert not rows.filter(next_at=None).exists()
        twice = rows.values("rule", "subject", "slot").annotate(n=Count("id")).filter(n__gt=1)
        assert not twice.exists()
        assert not rows.filter(failures__gt=0).exists()

    @invariant()
    def tallies_are_what_a_recount_gives(self):
        assert kept_tallies() == recounted_tallies()

    @invariant()
    def nobody_is_told_twice(self):
        assert not Notice.objects.values("person", "key").annotate(n=Count("id")).filter(n__gt=1).exists()


def run(examples, steps):
    run_state_machine_as_test(
        Machine, settings=settings(settings.default, max_examples=examples, stateful_step_count=steps)
    )


@pytest.fixture
def world(monkeypatch):
    """Only the sample rules of the model, and an office without public holidays."""
    forget, others = sample.install(), list(registry)
    registry.unregister(*registry.rules)
    registry.register(*(rule for rule in others if rule.key in RULES))

    def take_back(row, *, due_at, at):
        happen_by_clock("deal.taken_back", row, due_at, at)

    for name in ("lead.take_back", "lead.return"):
        monkeypatch.setitem(consequences._registered, name, take_back)
    WorkCalendar.objects.filter(is_default=True).update(observes_holidays=False)
    monkeypatch.setattr(Machine, "firm", company())
    yield
    registry.unregister(*registry.rules)
    registry.register(*others)
    forget()


def test_the_engine_agrees_with_the_model(world):
    run(examples=settings.default.max_examples // 3, steps=50)


@pytest.mark.soak
def test_the_engine_agrees_with_the_model_for_long(world):
    run(examples=settings.default.max_examples // 5, steps=60)
