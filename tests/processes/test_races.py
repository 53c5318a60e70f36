"""People and sweeps that want the same lead in the same instant, on real locks (promises 1, 2, 8, 10)."""

import random
import threading
import time
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from leads.actions import Refused, accept, assign, claim, return_to_pool
from leads.models import Assignment, Lead, Status
from salesops.people.actions import deactivate
from salesops.people.models import Post, Role, User
from salesops.sop.engine import sweeping
from salesops.sop.engine.sweeping import sweep
from salesops.sop.models import Deadline, Tally
from salesops.web.forms.once import new_token
from tests.company import SINCE
from tests.double_post import post_together
from tests.sop.world import NO_LAG, local

from .scene import FOLLOW_UP, beating, respond, some_leads
from .threads import Gate, errors, together

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]

SECOND = timedelta(seconds=1)
MILLISECOND = timedelta(milliseconds=1)


@pytest.fixture
def lead(firm, arriving):
    """A lead that 张敏 has accepted; its first response is due on Monday at 14:10."""
    found = some_leads(firm, arriving, each=1)[2]
    found.refresh_from_db()
    return found


def pooled(lead, firm):
    return return_to_pool(lead, reason="没有时间", by=lead.owner, at=local("2026-03-02 10:30"))


# One lead, many hands


def test_of_fifty_people_who_claim_one_lead_one_gets_it_and_49_are_told_who(firm, lead):
    pooled(lead, firm)
    people = User.objects.bulk_create(
        User(username=f"am{n}", name=f"销售{n}", password="!", team=firm.teams["cell"], date_joined=SINCE)
        for n in range(50)
    )
    Post.objects.bulk_create(Post(user=one, role=Role.AM, team=firm.teams["cell"], since=SINCE) for one in people)
    at = local("2026-03-02 11:00")
    outcomes = together(*(partial(claim, Lead.objects.get(pk=lead.pk), by=one, at=at) for one in people))
    lead.refresh_from_db()
    refused = errors(outcomes)
    assert {type(error) for error in refused} == {Refused}
    assert len(refused) == 49
    assert all(lead.owner.name in str(error) for error in refused)
    assert Assignment.objects.filter(lead=lead, ended_at=None).get().owner == lead.owner
    assert Deadline.objects.open().filter(rule="lead.first_response", subject=lead.ref).get().owner == lead.owner


def test_one_person_who_claims_twice_at_once_has_it_once(firm, lead, english):
    pooled(lead, firm)
    url = reverse("leads:claim", args=[lead.pk])
    for token in (new_token(), None):  # a double click, then two tabs
        answers = post_together(url, {"once": token or new_token()}, user=firm.wang)
        assert {answer.status_code for answer in answers} == {302}
    assert Assignment.objects.filter(lead=lead, owner=firm.wang).count() == 1


# Sweeps and people on the same leads


class Days:
    """A clock that runs half an hour in each real second, from Monday at 10:30 on."""

    def __init__(self):
        self.began = time.monotonic()

    def now(self):
        return local("2026-03-02 10:30") + (time.monotonic() - self.began) * timedelta(minutes=30)


def browse(user, leads, clock, stop, seed, firm):
    """Posts what people post, at random; returns the statuses answered."""
    client, luck, seen = Client(), random.Random(seed), []
    client.force_login(user)
    forms = {
        "acceptance": lambda: {},
        "claim": lambda: {},
        "return": lambda: {"reason": "没有时间"},
        "grade": lambda: {"grade": luck.choice("AB"), "reason": "改了"},
        "assignment": lambda: {"to": luck.choice([firm.wang, firm.min, firm.jing]).pk},
        "follow_up": lambda: FOLLOW_UP,
    }
    while not stop.is_set():
        name = luck.choice(list(forms))
        lead = luck.choice(leads)
        answer = client.post(reverse(f"leads:{name}", args=[lead.pk]), forms[name]() | {"once": new_token()})
        seen.append((name, answer.status_code))
    return seen


def deadlocks() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return cursor.fetchone()[0]


def mixed_load(firm, arriving, monkeypatch, seconds, seed=0):
    """Six people and two sweeps on eight leads; returns what was answered and how many deadlines were looked at."""
    leads = some_leads(firm, arriving)
    clock, stop = Days(), threading.Event()
    monkeypatch.setattr("salesops.clock.now", clock.now)

    def sweeps():
        count = 0
        while not stop.is_set():
            count += sweep(clock.now(), lag=NO_LAG)
        return count

    def ends():
        stop.wait(seconds)
        stop.set()

    people = [firm.wang, firm.min, firm.jing, firm.li, firm.zhao, firm.zhou]
    works = [partial(browse, person, leads, clock, stop, seed + n, firm) for n, person in enumerate(people)]
    outcomes = together(*works, sweeps, sweeps, ends, seconds=seconds + 60)
    assert errors(outcomes) == []
    return [answer for outcome in outcomes[: len(people)] for answer in outcome.result]


def what_does_not_hold() -> list[str]:
    """Every promise about who holds and owes what that these rows break."""
    wrong = []
    for lead in Lead.objects.all():
        running = list(Assignment.objects.filter(lead=lead, ended_at=None).values_list("owner", flat=True))
        if running != ([lead.owner_id] if lead.owner_id else []):
            wrong.append(f"{lead.pk} is held by {lead.owner_id}, its log says {running}")
        of_owner = Deadline.objects.open().filter(subject=lead.ref, desk="", owner__isnull=False)
        if set(of_owner.values_list("owner", flat=True)) - {lead.owner_id}:
            wrong.append(f"{lead.pk} of {lead.owner_id}: others owe {list(of_owner.values_list('rule', 'owner'))}")
        if lead.owner_id and lead.status in (Status.ACTIVE, Status.ASSIGNED) and not of_owner.exists():
            wrong.append(f"{lead.pk}: its holder owes nothing")
    gone = Deadline.objects.open().filter(owner__is_active=False)
    wrong += [f"{row} is owed by somebody who left" for row in gone]
    wrong += [f"{row} is parked" for row in Deadline.objects.open().filter(failures__gt=0)]
    counted = {}
    for row in Deadline.objects.exclude(counted=""):
        counted[row.counted] = counted.get(row.counted, 0) + 1
    for kind in ("in_time", "late", "void", "waived", "outage"):
        if sum(Tally.objects.values_list(kind, flat=True)) != counted.get(kind, 0):
            wrong.append(f"the tallies do not add up to the deadlines counted as {kind}")
    return wrong


def test_no_deadlock_reaches_anybody_and_everything_adds_up_under_mixed_load(firm, arriving, monkeypatch):
    answered = mixed_load(firm, arriving, monkeypatch, seconds=6)
    assert {status for _, status in answered} <= {302, 403, 404, 422}
    assert {"follow_up", "assignment", "grade"} <= {name for name, status in answered if status == 302}
    assert what_does_not_hold() == []


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(6))
def test_mixed_load_for_longer(firm, arriving, monkeypatch, seed):
    before = deadlocks()
    answered = mixed_load(firm, arriving, monkeypatch, seconds=20, seed=100 * seed)
    assert {status for _, status in answered} <= {302, 403, 404, 422}
    assert what_does_not_hold() == []
    print(f"{len(answered)} answers, {deadlocks() - before} deadlocks")  # noqa: T201


def test_a_form_whose_transaction_loses_a_deadlock_is_written_with_its_own_time(firm, lead, monkeypatch):
    """The one who loses is the form's transaction, for certain: it waits for a lock while the other takes its own."""
    other = Lead.objects.exclude(pk=lead.pk).first()
    gate, tries = Gate(), []
    from leads import actions

    original = actions.log_follow_up

    def first_try_crosses(lead, **values):
        tries.append(values["at"])
        logged = original(lead, **values)
        if len(tries) == 1:
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL deadlock_timeout = '50ms'")
            gate.stop_here()
            list(Lead.objects.select_for_update().filter(pk=other.pk))
        return logged

    monkeypatch.setattr("leads.actions.log_follow_up", first_try_crosses)
    form = FOLLOW_UP | {"once": new_token()}
    client = Client()
    client.force_login(firm.min)

    def crossing():
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL deadlock_timeout = '30s'")
            list(Lead.objects.select_for_update().filter(pk=other.pk))
            gate.after_you(lambda: list(Lead.objects.select_for_update().filter(pk=lead.pk)))

    answer, crossed = together(lambda: client.post(reverse("leads:follow_up", args=[lead.pk]), form), crossing)
    assert errors([answer, crossed]) == []
    assert answer.result.status_code == 302
    assert len(tries) == 2
    assert tries[0] == tries[1]
    assert lead.follow_ups.count() == 1
    said = [str(message) for message in client.get(answer.result.url).context["messages"]]
    assert len(said) == len(set(said)) == 2, "saved, and late; what the try that lost had to say is not said again"


def test_who_lost_the_lead_a_moment_ago_leaves_a_note_and_owes_nothing(firm, lead):
    assign(lead, to=firm.wang, by=firm.li, at=local("2026-03-02 10:40"))
    lead.refresh_from_db()
    accept(lead, by=firm.wang, at=local("2026-03-02 10:50"))
    respond(lead, firm.min, local("2026-03-02 10:51"))
    assert what_does_not_hold() == []
    assert Deadline.objects.open().filter(rule="lead.first_response", subject=lead.ref).get().owner == firm.wang


# Taken away, or left, while the clock strikes


def sweep_stopping(gate, at, monkeypatch):
    """A sweep that stops before its commit until somebody waits for it, or has gone past."""
    waits = threading.get_ident

    def stop(name):
        if name == "sweep.before_commit" and waits() == here[0]:
            gate.stop_here()

    here = []
    monkeypatch.setattr(sweeping, "failpoint", stop)

    def work():
        here.append(waits())
        return sweep(at, lag=NO_LAG)

    return work


def in_a_transaction_stopping(gate, work):
    def stopping():
        with transaction.atomic():
            work()
            gate.stop_here()

    return stopping


@pytest.mark.parametrize("first", ["sweep", "person"])
@pytest.mark.parametrize("act", ["assign", "leave"])
def test_a_lead_taken_from_its_holder_in_the_moment_of_a_due_time_is_owed_by_exactly_one(
    firm, lead, monkeypatch, first, act
):
    due = Deadline.objects.get(rule="lead.first_response", subject=lead.ref)
    at, gate = due.due_at + SECOND, Gate()
    by_person = {
        "assign": lambda: assign(lead, to=firm.wang, by=firm.li, at=at),
        "leave": lambda: deactivate(lead.owner, by=firm.he, at=at, successor=firm.wang),
    }[act]
    beating(at - 10 * SECOND)
    if first == "sweep":
        works = sweep_stopping(gate, at, monkeypatch), lambda: gate.after_you(by_person)
    else:
        works = in_a_transaction_stopping(gate, by_person), lambda: gate.after_you(lambda: sweep(at, lag=NO_LAG))
    assert errors(together(*works)) == []
    sweep(at + SECOND, lag=NO_LAG)
    due.refresh_from_db()
    rows = Deadline.objects.filter(rule="lead.first_response", subject=lead.ref)
    assert (due.ending, due.counted, due.owner) == ("missed", "late", lead.owner), "whoever held it was late"
    assert rows.open().get().owner == firm.wang
    assert rows.count() == 2


def test_what_opens_for_somebody_in_the_moment_they_leave_goes_to_who_answers_for_them(firm, lead):
    """Neither transaction sees the other; the next sweep does."""
    at, gate = local("2026-03-02 10:40"), Gate()
    to_min = in_a_transaction_stopping(gate, lambda: assign(lead, to=firm.wang, by=firm.li, at=at))
    leaving = partial(gate.after_you, lambda: deactivate(firm.wang, by=firm.he, at=at, successor=firm.jing))
    assert errors(together(to_min, leaving)) == []
    sweep(at + 30 * SECOND, lag=NO_LAG)
    rows = Deadline.objects.open().filter(subject=lead.ref, desk="", owner__isnull=False)
    assert {row.owner for row in rows} == {firm.jing}


@pytest.mark.soak
@pytest.mark.parametrize("turn", range(200))
def test_leaving_and_reassigning_during_sweeps_two_hundred_times(firm, arriving, turn):
    luck = random.Random(turn)
    leads = some_leads(firm, arriving, each=1)
    leads[2].refresh_from_db()
    lead = leads[2]
    due = Deadline.objects.get(rule="lead.first_response", subject=lead.ref)
    at = due.due_at + SECOND

    def late(work):
        wait = luck.random() / 20

        def after_a_moment():
            threading.Event().wait(wait)
            return work()

        return after_a_moment

    by_person = [
        lambda: assign(lead, to=firm.jing, by=firm.li, at=at),
        lambda: deactivate(firm.min, by=firm.he, at=at, successor=firm.wang),
        lambda: assign(lead, to=firm.wang, by=firm.li, at=at),
    ]
    outcomes = together(*(late(work) for work in [*by_person, *[lambda: sweep(at, lag=NO_LAG)] * 2]))
    assert [error for error in errors(outcomes) if not isinstance(error, Refused)] == []
    sweep(at + SECOND, lag=NO_LAG)
    assert not Deadline.objects.open().filter(owner__is_active=False).exists()
    assert Deadline.objects.open().filter(rule="lead.first_response", subject=lead.ref).count() == 1
    assert Assignment.objects.filter(lead=lead, ended_at=None).count() == 1


# At the due time (F15)


@pytest.mark.parametrize("sweep_first", [True, False])
@pytest.mark.parametrize(("received", "counted"), [(-MILLISECOND, "in_time"), (MILLISECOND, "late")])
def test_the_stored_time_of_receipt_decides_whichever_is_written_first(
    firm, lead, monkeypatch, received, counted, sweep_first
):
    due = Deadline.objects.get(rule="lead.first_response", subject=lead.ref)
    beating(due.due_at - 10 * SECOND)
    gate, at = Gate(), due.due_at + received
    later = due.due_at + 2 * SECOND

    def follow_up():
        return respond(lead, firm.min, at)

    if sweep_first:
        works = sweep_stopping(gate, later, monkeypatch), lambda: gate.after_you(follow_up)
    else:
        works = in_a_transaction_stopping(gate, follow_up), lambda: gate.after_you(lambda: sweep(later, lag=NO_LAG))
    assert errors(together(*works)) == []
    for minute in range(3):
        sweep(later + timedelta(minutes=minute), lag=NO_LAG)
    due.refresh_from_db()
    assert (due.ending, due.met_at, due.counted) == ("met", at, counted)
    tally = Tally.objects.get(rule="lead.first_response", owner=firm.min)
    assert {"in_time": tally.in_time, "late": tally.late}[counted] >= 1
    assert what_does_not_hold() == []


def test_the_clock_lets_a_request_pass_that_was_received_just_before_and_waits_for_its_lock(firm, arriving):
    lead = some_leads(firm, arriving, each=1)[1]
    lead.refresh_from_db()
    due = Deadline.objects.get(rule="lead.accept", subject=lead.ref)
    beating(due.due_at - 10 * SECOND)
    sweep(due.due_at + 2 * SECOND)
    accept(lead, by=lead.owner, at=due.due_at - MILLISECOND)
    due.refresh_from_db()
    assert (due.ending, due.counted) == ("met", "in_time")
