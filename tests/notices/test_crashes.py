"""Senders that die, and senders that run at once: nothing lost, nothing doubled that may not be (promises 5, 8)."""

import os
import subprocess
import sys
import threading
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from django.conf import settings as django_settings
from django.db import connection

from salesops.notices.actions import Receipt, Telling, settle, tell
from salesops.notices.models import Delivery, Message, Notice
from salesops.notices.sending import send

from .conftest import MINUTE, NOON, bot, telling
from .sinks import OK

ROOT = Path(__file__).resolve().parents[2]
LATER = NOON + 3 * MINUTE  # beyond the lease


def sender(sink, failpoint):
    """Runs the real command in a process of its own on the test's database; returns its exit code."""
    db = connection.get_connection_params()
    login = quote(db["user"]) + (f":{quote(db['password'])}" if db.get("password") else "")
    where = urlencode({key: db[key] for key in ("host", "port") if key in db})
    environment = os.environ | {
        "DATABASE_URL": f"postgres://{login}@/{db['dbname']}?{where}",
        "SECRET_KEY": "k" * 40,
        "FIELD_KEYS": ",".join(django_settings.FIELD_KEYS),
        "BOT_HOSTS": sink.origin,
        "SALESOPS_FAILPOINT": failpoint,
    }
    command = [sys.executable, str(ROOT / "manage.py"), "notices_send", "--now", NOON.isoformat()]
    return subprocess.run(command, env=environment, capture_output=True, timeout=60, check=False).returncode


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("failpoint", "reminder", "escalation"),
    [
        ("send.after_claim", 1, 1),  # nothing had left: both are sent
        ("send.before_request", 0, 1),  # it might have left: the escalation is sent, as a possible repeat
        ("send.after_request", 1, 2),  # it had left: the escalation is repeated once, the reminder never
        ("send.after_mark", 1, 1),
    ],
)
def test_a_sender_killed_anywhere_repeats_no_reminder_and_an_escalation_at_most_once(
    people, sink, failpoint, reminder, escalation
):
    bot(sink, person=people.wang)
    bot(sink, person=people.li, number=2)
    tell([telling(people.wang)], at=NOON)
    assert sender(sink, failpoint) == 137
    tell([telling(people.li, escalation=True)], at=NOON)
    assert sender(sink, failpoint) == 137
    for minute in range(40):
        send(at=LATER + minute * MINUTE)
    keys = [request["query"]["key"] for request in sink.requests]
    assert keys.count("1") == reminder
    assert keys.count("2") == escalation
    repeats = [text for text in sink.texts if "possible repeat" in text or "可能重复" in text]
    assert len(repeats) == (failpoint in ("send.before_request", "send.after_request"))
    assert not Delivery.objects.filter(state__in=["queued", "sending"]).exists()
    assert Notice.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_senders_at_once_send_each_delivery_once(people, sink):
    everybody = list(people.people.values())
    for number, person in enumerate(everybody):
        bot(sink, person=person, number=number)
    pairs = [(person, n) for person in everybody for n in range(4)]
    tell([telling(person, f"d{n}", company=f"{person.pk}-{n}") for person, n in pairs], at=NOON)
    start, failures = threading.Barrier(4), []

    def work():
        try:
            start.wait()
            for _ in range(3):
                send(at=NOON)
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert set(Delivery.objects.values_list("state", "attempts")) == {("sent", 1)}
    said = "".join(sink.texts)
    for person, n in pairs:
        assert said.count(f"**Call {person.pk}-{n} ") == 1
    assert len(sink.requests) == Message.objects.count() == len(everybody)


@pytest.mark.django_db(transaction=True)
def test_a_slow_sender_cannot_overwrite_what_another_did_after_its_lease(people, sink):
    bot(sink, person=people.li)

    def meanwhile(request):
        other = threading.Thread(target=lambda: (send(at=LATER), send(at=LATER + 2 * MINUTE), connection.close()))
        other.start()
        other.join()
        return 200, '{"errcode": 93000}'

    sink.script = [meanwhile, OK]
    tell([telling(people.li, escalation=True)], at=NOON)
    send(at=NOON)
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts, delivery.possible_repeat) == ("sent", 2, True)


@pytest.mark.django_db(transaction=True)
def test_a_deadline_may_end_while_its_notice_is_being_sent(people, sink):
    bot(sink, person=people.wang)

    def ends(request):
        ending = threading.Thread(target=lambda: (settle([1], at=NOON), connection.close()))
        ending.start()
        ending.join(5)
        assert not ending.is_alive(), "no lock is held across the network"
        return 500, ""

    sink.script = [ends, OK]
    tell([telling(people.wang, deadline_id=1)], at=NOON)
    for minute in range(10):
        send(at=NOON + minute * MINUTE)
    assert Delivery.objects.get().state == "dropped"
    assert len(sink.requests) == 1


@pytest.mark.django_db
def test_a_delivery_that_kills_its_sender_each_time_is_given_up(people, sink, monkeypatch):
    bot(sink, person=people.wang)
    tell([telling(people.wang)], at=NOON)

    class Killed(BaseException):
        pass

    def die(*args, **more):
        raise Killed

    monkeypatch.setattr("salesops.notices.sending.prepare", die)
    at = NOON
    while Delivery.objects.get().state in ("queued", "sending"):
        try:
            send(at=at)
        except Killed:
            pass
        at += 3 * MINUTE
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts) == ("failed", 6)


@pytest.mark.django_db
def test_telling_the_same_twice_with_a_receipt_records_it_once(people, told_event):
    receipt = Receipt("test.told", {"person": people.wang.pk})
    told = Telling(person_id=people.wang.pk, key="k", kind="test", receipt=receipt)
    tell([told], at=NOON)
    tell([told], at=NOON)
    assert len(told_event()) == 1
