"""A weekend without sweeps: true times, one message each, none at night, heads after the grace; and wrong clocks."""

from collections import Counter
from datetime import timedelta

import pytest
from django.test import Client

from leads.models import Lead
from salesops.notices.models import Delivery, Message, Notice
from salesops.notices.sending import send
from salesops.people.models import Post, Role, User
from salesops.sop.engine.sweeping import sweep
from salesops.sop.health import enforcement
from salesops.sop.models import Deadline, Outage
from tests.company import SINCE
from tests.notices.conftest import mail
from tests.sop.world import NO_LAG, local

from .scene import beating, some_leads

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]

FRIDAY, MONDAY = local("2026-03-06 17:00"), local("2026-03-09 09:10")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def letters(settings, mailoutbox):
    return mailoutbox


def everybody_owes(firm, arriving, people=50, each=20):
    """So many first responses, due between Friday 17:05 and 18:00, made as copies of one by the database."""
    lead = some_leads(firm, arriving, each=1)[2]
    lead.refresh_from_db()
    row = Deadline.objects.get(rule="lead.first_response", subject=lead.ref)
    Deadline.objects.all().delete()
    team = firm.teams["cell"]
    reps = User.objects.bulk_create(
        User(username=f"am{n}", name=f"销售{n}", password="!", team=team, date_joined=SINCE) for n in range(people)
    )
    Post.objects.bulk_create(Post(user=rep, role=Role.AM, team=team, since=SINCE) for rep in reps)
    leads = Lead.objects.bulk_create(
        Lead(customer=lead.customer, source="other", grade="A", status="active", owner=rep, arrived_at=lead.arrived_at)
        for rep in reps
        for _ in range(each)
    )
    values = {field.attname: getattr(row, field.attname) for field in Deadline._meta.concrete_fields}
    for n, one in enumerate(leads):
        due = FRIDAY + timedelta(minutes=5 + n % 55)
        own = {"id": None, "subject": one.ref, "file": one.ref, "owner_id": one.owner_id, "due_at": due}
        Deadline(**values | own | {"next_at": due - 60 * MINUTE, "steps": []}).save(force_insert=True)
    for person in [*reps, firm.zhao, firm.li]:
        mail(person, f"{person.username}@example.com")
    return reps


@pytest.mark.usefixtures("no_daily_duties")
def test_after_a_weekend_of_silence_verdicts_are_true_and_nobody_is_flooded(firm, arriving, letters, monkeypatch):
    reps = everybody_owes(firm, arriving)
    due = dict(Deadline.objects.values_list("pk", "due_at"))
    beating(FRIDAY)
    Delivery.objects.all().delete()
    Notice.objects.all().delete()
    for minute in range(0, 60 * 16, 30):  # the sender did not fall silent; there is nothing for it to say
        send(at=FRIDAY + minute * MINUTE)
    assert letters == []

    sweep(MONDAY, lag=NO_LAG)
    outage = Outage.objects.get()
    assert (outage.since, outage.until) == (FRIDAY, MONDAY)
    late = Deadline.objects.filter(rule="lead.first_response", counted="outage")
    assert late.count() == len(due) == 1000
    assert dict(late.values_list("pk", "due_at")) == due
    steps = [step for row in late for step in row.steps if step["name"] == "due"]
    assert Counter(step["due"] for step in steps) == Counter(at.isoformat() for at in due.values())

    to_heads = Notice.objects.filter(escalation=True)
    assert to_heads.exists()
    told = {}
    for minute in range(0, 60):
        at = MONDAY + minute * MINUTE
        sweep(at, lag=NO_LAG)
        before = len(letters)
        send(at=at)
        for letter in letters[before:]:
            told.setdefault(letter.to[0], []).append(minute)
    assert all(len(minutes) == 1 for minutes in told.values()), told
    assert told["zhao@example.com"][0] >= 15, "heads hear of it only after the grace"
    assert {rep.username for rep in reps} >= {to.partition("@")[0] for to in told} - {"zhao", "li"}
    assert not Delivery.objects.filter(state="queued").exists()
    hours = {message.requested_at.astimezone(MONDAY.tzinfo) >= MONDAY for message in Message.objects.all()}
    assert hours == {True}
    client = Client()
    client.force_login(firm.li)
    monkeypatch.setattr("salesops.clock.now", lambda: MONDAY + 5 * MINUTE)
    assert client.get("/leads/").status_code == 200


# A process whose clock is wrong (F7)


@pytest.mark.parametrize("hours", [2, -2])
def test_a_process_whose_clock_is_wrong_says_so_and_turns_no_verdict(firm, arriving, children, client, hours):
    some_leads(firm, arriving)
    tuesday = local("2026-03-03 19:00")
    beating(tuesday)
    sweep(tuesday, lag=NO_LAG)
    before = dict(Deadline.objects.exclude(ending="").values_list("pk", "ending"))
    counted = dict(Deadline.objects.exclude(counted="").values_list("pk", "counted"))
    wrong = tuesday + timedelta(hours=hours)
    assert children.sweep(wrong) == 0
    sweep(tuesday + MINUTE, lag=NO_LAG)
    assert before.items() <= dict(Deadline.objects.exclude(ending="").values_list("pk", "ending")).items()
    now = dict(Deadline.objects.values_list("pk", "counted"))
    assert {pk for pk in counted if now[pk] != counted[pk]} == set()
    age = enforcement(tuesday + MINUTE)[0]
    assert age.ok == (hours < 0), "a heartbeat of the future does not count as one"
    offset = {"SALESOPS_CLOCK_OFFSET": str(hours * 3600)}
    assert children.run("-m", "tests.processes.child", "health", **offset) == 1
    said = children.log()
    assert '"clock_skew_seconds": {"ok": false' in said
