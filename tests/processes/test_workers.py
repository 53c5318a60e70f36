"""Celery workers and beats of the product, whole: two of each, killed, and without their broker (promises 6, 8)."""

import os
import signal
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from leads.models import Lead
from salesops.sop.engine.sweeping import sweep
from salesops.sop.models import Deadline, Heartbeat, Outage, SweepAttempt
from salesops.web.forms.once import new_token
from salesops.web.models import FormToken
from tests.company import PASSWORD
from tests.sop.world import NO_LAG, local

from .children import clock_at, until
from .scene import FOLLOW_UP, TUESDAY, beating, difference, some_leads, state
from .threads import errors, together

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]

# Everything of the scene is due by then, so that a few seconds more or less open nothing else.
OFTEN = {"SWEEP_SECONDS": "1"}


def last_beat():
    return Heartbeat.objects.filter(name="sweep").values_list("at", flat=True).first()


def verdicts() -> dict:
    """Without what depends on the second at which a consequence was done: what it opened, and for whom."""
    found = state()
    return {name: found[name] for name in ("tallies",)} | {
        "deadlines": sorted(
            Deadline.objects.exclude(counted="").values_list("rule", "subject", "turn", "streak", "ending", "counted")
        ),
        "notices": {notice: n for notice, n in found["notices"].items() if notice[1] == "deadline.late"},
        "open": sorted(Deadline.objects.open().values_list("rule", "subject", "streak")),
    }


def swept_since(instant):
    """Whether a sweep that began after `instant` ran to its end."""
    return lambda: (last_beat() or instant) > instant


def test_two_beats_and_two_workers_of_which_one_is_killed_do_what_one_sweep_does(firm, arriving, children, broker):
    leads = some_leads(firm, arriving)
    beating(TUESDAY)
    with transaction.atomic():
        sweep(TUESDAY, lag=NO_LAG)
        wanted = verdicts()
        transaction.set_rollback(True)
    late = clock_at(TUESDAY) | OFTEN
    first, _second = (children.worker(name, **late) for name in ("one", "two"))
    for name in ("one", "two"):
        children.beat(name, **late)
    until(swept_since(TUESDAY), "the first sweep")
    children.kill(first)
    until(swept_since(last_beat() + timedelta(seconds=3)), "three more sweeps")
    children.stop()
    assert difference_of(verdicts(), wanted) == {}
    assert not Deadline.objects.filter(failures__gt=0).exists()
    assert not Deadline.objects.open().filter(next_at__lt=TUESDAY).exists()
    assert Lead.objects.count() == len(leads)


def difference_of(one, other):
    return {name: (one[name], other[name]) for name in one if one[name] != other[name]}


def many_due(firm, count):
    """So many leads in cleaning, each due on Tuesday; copies of one, made by the database."""
    lead = Lead.objects.get()
    row = Deadline.objects.get()
    leads = Lead.objects.bulk_create(
        Lead(customer=lead.customer, source=lead.source, status=lead.status, arrived_at=lead.arrived_at)
        for _ in range(count - 1)
    )
    copies = []
    for copy in leads:
        values = {field.attname: getattr(row, field.attname) for field in Deadline._meta.concrete_fields}
        copies.append(Deadline(**values | {"id": None, "subject": copy.ref, "file": copy.ref}))
    Deadline.objects.bulk_create(copies, batch_size=500)


def test_four_processes_that_sweep_2000_due_rows_at_once_take_each_step_once(firm, arriving, children):
    arriving("2026-03-02 09:00")
    many_due(firm, 2000)
    beating(TUESDAY)
    sweepers = [children.start("manage.py", "sop", "sweep", "--now", TUESDAY.isoformat()) for _ in range(4)]
    assert [sweeper.wait(90) for sweeper in sweepers] == [0, 0, 0, 0]
    assert "deadlock" not in children.log()
    sweep(TUESDAY, lag=NO_LAG)  # what another held at its turn is left to the next
    rows = Deadline.objects.filter(rule="lead.qualify")
    assert rows.filter(counted="late").count() == 2000
    assert {tuple(step["name"] for step in steps) for steps in rows.values_list("steps", flat=True)} == {
        ("remind", "due", "late")
    }
    assert not rows.filter(failures__gt=0).exists()
    assert not SweepAttempt.objects.exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(late), sum(in_time) FROM sop_tally WHERE rule = 'lead.qualify'")
        assert cursor.fetchone() == (2000, 0)
        cursor.execute(
            "SELECT count(*), count(DISTINCT (person_id, key)) FROM notices_notice"
            " WHERE deadline_id IN (SELECT id FROM sop_deadline WHERE rule = 'lead.qualify')"
        )
        assert cursor.fetchone() == (2000, 2000)


def test_without_its_broker_every_page_works_and_nothing_is_lost(
    firm, arriving, children, broker, settings, monkeypatch
):
    settings.CELERY_BROKER_URL = broker.url
    leads = some_leads(firm, arriving)
    beating(local("2026-03-02 11:00"))
    late = clock_at(local("2026-03-02 11:00")) | OFTEN
    children.worker("one", **late)
    children.beat("one", **late)
    until(swept_since(local("2026-03-02 11:00")), "the first sweep")
    broker.stop()
    stopped = last_beat()

    at = local("2026-03-02 11:05")
    monkeypatch.setattr("salesops.clock.now", lambda: at)
    firm.wang.set_password(PASSWORD)
    firm.wang.save()
    client = Client()
    client.post(reverse("account_login"), {"login": "wang", "password": PASSWORD})
    assert client.get(reverse("leads:list")).status_code == 200
    mine = next(lead for lead in Lead.objects.filter(owner=firm.wang) if lead in leads)
    form = FOLLOW_UP | {"once": new_token()}
    assert client.post(reverse("leads:follow_up", args=[mine.pk]), form).status_code == 302
    assert mine.follow_ups.filter(logged_at=at).exists()
    assert Deadline.objects.filter(rule="lead.first_response", subject=mine.ref, counted="in_time").exists()
    health = client.get("/healthz").json()
    assert not health["redis"]["ok"]

    broker.start()  # with nothing in it
    until(swept_since(stopped + timedelta(seconds=5)), "the sweeps go on", seconds=60)
    assert not Deadline.objects.filter(failures__gt=0).exists()
    assert not Outage.objects.exists()


def test_a_worker_whose_connection_is_dropped_goes_on_and_a_stuck_sweep_is_rolled_back_whole(
    firm, arriving, children, broker
):
    some_leads(firm, arriving)
    beating(TUESDAY)
    # Somebody holds one lead's row in the deadlines, so that the sweep stands in the middle of its transaction.
    row = Deadline.objects.filter(rule="lead.qualify").first()
    late = clock_at(TUESDAY) | OFTEN
    with transaction.atomic():
        Deadline.objects.select_for_update().get(pk=row.pk)
        worker = children.worker("one", **late)
        children.beat("one", **late)
        victim = until(_waiting, "the sweep that waits for the row")
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [victim])
        until(lambda: _waiting() not in (None, victim), "the worker with a new connection")
    until(swept_since(TUESDAY), "a whole sweep")
    until(lambda: not Deadline.objects.open().filter(next_at__lt=TUESDAY), "all that was due")
    assert worker.poll() is None
    assert not Deadline.objects.filter(failures__gt=0).exists()
    os.kill(worker.pid, signal.SIGTERM)
    worker.wait(30)


def test_a_form_whose_connection_is_dropped_is_answered_503_and_writes_nothing_until_it_is_sent_again(
    firm, arriving, monkeypatch
):
    lead = some_leads(firm, arriving, each=1)[2]
    lead.refresh_from_db()
    at = local("2026-03-02 11:05")
    monkeypatch.setattr("salesops.clock.now", lambda: at)
    client = Client(raise_request_exception=False)
    client.force_login(lead.owner)
    before = state()
    form = FOLLOW_UP | {"once": new_token()}
    url = reverse("leads:follow_up", args=[lead.pk])

    def drops():
        with transaction.atomic():  # holds what the form needs in the middle of its transaction
            list(Deadline.objects.select_for_update().filter(subject=lead.ref))
            victim = until(_waiting, "the form's transaction")
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(%s)", [victim])

    answer, dropped = together(lambda: client.post(url, form), drops)
    assert errors([answer, dropped]) == []
    assert (answer.result.status_code, answer.result.headers["Retry-After"]) == (503, "60")
    assert difference(state(), before) == {}
    assert not lead.follow_ups.exists()
    assert not FormToken.objects.exists()
    assert client.post(url, form).status_code == 302
    assert lead.follow_ups.count() == 1


def _waiting():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' LIMIT 1"
        )
        found = cursor.fetchone()
        return found and found[0]
