import datetime

import pytest
from django.core.management import CommandError, call_command

from salesops.notices import tasks
from salesops.notices.actions import Telling, digest_after_outage, settle, tell
from salesops.notices.models import ChannelAccount, Delivery, Message, Preference
from salesops.notices.sending import send

from .conftest import MINUTE, NOON, bot, mail, telling

pytestmark = pytest.mark.django_db
HOUR = 60 * MINUTE


def states():
    return list(Delivery.objects.order_by("pk").values_list("state", flat=True))


def run(start, end, step=datetime.timedelta(seconds=10)):
    """Ticks as the beat does."""
    at = start
    while at <= end:
        send(at=at)
        at += step


def test_a_message_reaches_the_bot_in_the_readers_language(people, sink):
    bot(sink, person=people.wang)
    people.wang.language = "en"
    people.wang.save()
    tell([telling(people.wang)], at=NOON)
    assert send(at=NOON) == 1
    content = sink.requests[0]["json"]["markdown"]["content"]
    assert "**Call 北京智能 by Wed 18 Nov, 16:10**" in content
    assert "[Log it](http://127.0.0.1:8000/leads/12/)" in content
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.sent_at, delivery.attempts) == ("sent", NOON, 1)
    assert Message.objects.get().outcome == "ok"


def test_nothing_is_sent_twice(people, sink):
    bot(sink, person=people.wang)
    tell([telling(people.wang)], at=NOON)
    assert [send(at=NOON), send(at=NOON), send(at=NOON + HOUR)] == [1, 0, 0]


def test_what_is_due_together_leaves_as_one_message(people, sink, mails):
    bot(sink, person=people.wang)
    mail(people.wang)
    tell([telling(people.wang, f"d{n}.due") for n in range(6)], at=NOON)
    assert send(at=NOON) == 2
    assert len(sink.requests) == len(mails.mails) == 1
    assert states() == ["sent"] * 12
    assert "6" in sink.requests[0]["json"]["markdown"]["content"]


def test_what_comes_up_shortly_after_a_message_waits_and_leaves_together(people, sink):
    bot(sink, person=people.wang)
    for minute in (0, 2, 4):
        tell([telling(people.wang, f"d{minute}.due")], at=NOON + minute * MINUTE)
    run(NOON, NOON + 9 * MINUTE)
    assert len(sink.requests) == 1
    run(NOON + 10 * MINUTE, NOON + 11 * MINUTE)
    assert len(sink.requests) == 2
    assert states() == ["sent"] * 3


def test_urgent_and_expiring_messages_do_not_wait_for_the_digest(people, sink):
    bot(sink, person=people.wang)
    tell([telling(people.wang, "a")], at=NOON)
    send(at=NOON)
    tell([telling(people.wang, "b", urgent=True)], at=NOON + MINUTE)
    assert send(at=NOON + MINUTE) == 1
    tell([telling(people.wang, "c", expires_at=NOON + 5 * MINUTE)], at=NOON + 2 * MINUTE)
    assert send(at=NOON + 2 * MINUTE) == 1


def test_after_an_outage_each_channel_gets_one_message(people, sink, mails):
    bot(sink, person=people.wang)
    mail(people.wang)
    for batch in range(3):
        tellings = [telling(people.wang, f"d{batch}.{n}", urgent=n == 0) for n in range(5)]
        digest_after_outage(tellings, at=NOON + batch * MINUTE, send_at=NOON + 5 * MINUTE)
        send(at=NOON + batch * MINUTE)
    run(NOON + 5 * MINUTE, NOON + 30 * MINUTE, MINUTE)
    assert len(sink.requests) == len(mails.mails) == 1
    assert "15" in sink.requests[0]["json"]["markdown"]["content"]


def test_a_reminder_whose_moment_has_passed_is_dropped(people, sink):
    bot(sink, person=people.wang)
    tell([telling(people.wang, expires_at=NOON + MINUTE)], at=NOON)
    assert send(at=NOON + MINUTE) == 0
    assert states() == ["dropped"]
    assert not sink.requests
    assert not Message.objects.exists()


def test_what_is_settled_after_the_claim_is_not_sent(people, sink, monkeypatch):
    bot(sink, person=people.wang)
    tell([telling(people.wang, deadline_id=1)], at=NOON)
    monkeypatch.setattr("salesops.notices.sending.failpoint", lambda name: settle([1], at=NOON))
    send(at=NOON)
    assert states() == ["dropped"]
    assert not sink.requests


def test_who_leaves_after_the_claim_gets_nothing(people, sink, monkeypatch):
    bot(sink, person=people.wang)
    tell([telling(people.wang)], at=NOON)

    def leave(name):
        people.wang.is_active = False
        people.wang.save()

    monkeypatch.setattr("salesops.notices.sending.failpoint", leave)
    send(at=NOON)
    assert states() == ["dropped"]
    assert not sink.requests


def test_nothing_ordinary_leaves_in_quiet_hours_even_when_it_was_due_before(people, sink):
    bot(sink, person=people.wang)
    before = NOON.replace(hour=12, minute=20)  # 20:20
    tell([telling(people.wang)], at=before)
    assert send(at=before + 15 * MINUTE) == 0
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts) == ("queued", 0)
    assert send(at=delivery.not_before) == 1


def test_a_bot_never_gets_more_messages_in_a_minute_than_its_limit(people, sink):
    account = bot(sink, person=people.wang)
    times = []
    sink.script = [lambda request: times.append(now) or (200, '{"errcode": 0}')]
    for n in range(40):
        tell([telling(people.wang, f"d{n}.due", urgent=True)], at=NOON)
        now = NOON + datetime.timedelta(seconds=n)
        send(at=now)
    for n in range(40, 130):
        now = NOON + datetime.timedelta(seconds=n)
        tell([telling(people.wang, f"d{n}.due", urgent=True)], at=now)
        send(at=now)
    assert "queued" not in states()[:100]
    for first in times:
        assert len([time for time in times if first <= time < first + MINUTE]) <= account.limit
    assert len(times) > 20, "and the limit is used"


def test_a_burst_to_one_group_is_one_message(people, sink):
    bot(sink, team=people.teams["cell"])
    team = people.teams["cell"].pk
    tell([Telling(team_id=team, key=f"w{n}", kind="test", values={"company": f"公司{n}"}) for n in range(200)], at=NOON)
    run(NOON, NOON + 20 * MINUTE)
    assert len(sink.requests) == 1
    content = sink.requests[0]["json"]["markdown"]["content"]
    assert len(content.encode()) <= 4096
    assert set(states()) == {"sent"}


def test_own_digest_window_counts(people, sink):
    bot(sink, person=people.wang)
    Preference.objects.create(person=people.wang, digest_minutes=0)
    for second in range(3):
        at = NOON + datetime.timedelta(seconds=second)
        tell([telling(people.wang, f"d{second}.due")], at=at)
        assert send(at=at) == 1


def test_one_notice_that_cannot_be_worded_does_not_hold_up_the_others(people, sink):
    bot(sink, person=people.wang)
    wrong = Telling(person_id=people.wang.pk, key="x", kind="nobody.registered", values={"company": 1})
    tell([wrong, telling(people.wang)], at=NOON)
    send(at=NOON)
    assert states() == ["sent", "sent"]
    assert "北京智能" in sink.texts[0]


def test_the_queue_is_left_alone_while_nothing_is_due(people, sink, django_assert_max_num_queries):
    bot(sink, person=people.wang)
    tell([telling(people.wang)], at=NOON.replace(hour=14))
    with django_assert_max_num_queries(9):
        assert send(at=NOON.replace(hour=14, minute=5)) == 0
    assert ChannelAccount.objects.get().failures == 0


def test_cron_may_send_in_place_of_the_workers(people, sink, capsys):
    bot(sink, person=people.wang)
    tell([telling(people.wang)], at=NOON)
    call_command("notices_send", now=NOON.isoformat())
    assert "1 messages" in capsys.readouterr().out
    assert states() == ["sent"]


@pytest.mark.parametrize("wrong", ["yesterday", "2026-11-18T15:10:00"])
def test_the_command_refuses_an_instant_that_is_none(wrong):
    with pytest.raises(CommandError):
        call_command("notices_send", now=wrong)


def test_the_task_reads_the_clock_once_and_calls_the_same_function(people, sink, monkeypatch):
    monkeypatch.setattr("salesops.clock.now", lambda: NOON)
    bot(sink, person=people.wang)
    tell([telling(people.wang)], at=NOON)
    tasks.send()
    tasks.send()
    assert Delivery.objects.get().sent_at == NOON
    assert len(sink.requests) == 1
