"""F9, F10: what the other side can do to us, and what becomes of a delivery then (reliability.md section 5)."""

import pytest
from django.db import connection

from salesops.notices.actions import Telling, tell
from salesops.notices.models import ChannelAccount, Delivery, Notice
from salesops.notices.sending import send
from salesops.people.models import User

from .conftest import MINUTE, NOON, bot, mail, telling
from .sinks import OK

pytestmark = pytest.mark.django_db
LIMITED = (200, '{"errcode": 130101, "errmsg": "send too fast"}')


def only():
    return Delivery.objects.get()


def tick_until_quiet(at=NOON, minutes=200):
    for minute in range(minutes):
        send(at=at + minute * MINUTE)


@pytest.fixture(autouse=True)
def short_timeout(monkeypatch):
    monkeypatch.setattr("salesops.notices.channels.transport.TIMEOUT", (0.3, 0.3))


@pytest.mark.parametrize(
    ("step", "state", "code"),
    [
        (OK, "sent", "0"),
        ((200, '{"errcode": 130101, "errmsg": "send too fast"}'), "queued", "130101"),
        ((200, '{"errcode": 45009, "errmsg": "api freq out of limit"}'), "failed", "45009"),
        ((200, '{"errcode": 310000, "errmsg": "keywords not in content"}'), "failed", "310000"),
        ((200, '{"errcode": 987654}'), "failed", "987654"),
        ((200, '{"errmsg": "ok"}'), "queued", "not_json"),
        ((200, "<html><body>Please sign in</body></html>"), "queued", "not_json"),
        ((200, "[]"), "queued", "not_json"),
        ((429, "{}"), "queued", "429"),
        ((500, "Internal Server Error"), "queued", "500"),
        ((502, '{"errcode": 0}'), "queued", "502"),
        ((404, "not found"), "failed", "404"),
        ((302, "https://evil.example/"), "failed", "redirect"),
        ("hang", "unknown", "timeout"),
        ("reset", "unknown", "reset"),
        ("half", "unknown", "reset"),
        ("stall", "unknown", "reset"),
    ],
)
def test_what_becomes_of_a_reminder_after_each_answer_of_a_bot(people, sink, step, state, code):
    bot(sink, person=people.wang, kind="dingtalk")
    sink.script = [step]
    tell([telling(people.wang)], at=NOON)
    send(at=NOON)
    assert (only().state, only().answer.split(" ")[0], only().attempts) == (state, code, 1)
    assert len(sink.requests) == 1


def test_success_is_only_what_the_body_calls_success(people, sink):
    bot(sink, person=people.wang, kind="feishu")
    sink.script = [(200, '{"code": 19024, "msg": "Key Words Not Found"}')]
    tell([telling(people.wang)], at=NOON)
    send(at=NOON)
    assert only().state == "failed"
    account = ChannelAccount.objects.get()
    assert account.broken_at == NOON


def test_a_bot_that_cannot_be_reached_is_tried_again(people, sink, settings):
    account = bot(sink, person=people.wang)
    settings.BOT_HOSTS = ["http://127.0.0.1:9"]
    account.url = "http://127.0.0.1:9/send"
    account.save()
    tell([telling(people.wang)], at=NOON)
    send(at=NOON)
    assert (only().state, only().answer.split()[0]) == ("queued", "connect")


def test_transient_faults_are_tried_six_times_with_growing_pauses(people, mails):
    mail(people.wang)
    mails.refuse = {"RCPT": "451 try again later"}
    tell([telling(people.wang)], at=NOON)
    pauses, last = [], NOON
    while only().state == "queued":
        at = only().not_before
        pauses.append((at - last) / MINUTE)
        send(at=at)
        last = at
    assert (only().state, only().attempts) == ("failed", 6)
    for pause, minutes in zip(pauses, [0, 1, 5, 30, 30, 30], strict=True):
        assert minutes <= pause <= minutes * 1.2 + 4


def test_a_reminder_is_not_retried_beyond_its_moment(people, mails):
    mail(people.wang)
    mails.refuse = {"RCPT": "451 try again later"}
    tell([telling(people.wang, expires_at=NOON + MINUTE)], at=NOON)
    send(at=NOON)
    assert only().state == "dropped"


@pytest.mark.parametrize(
    ("refuse", "state", "broken"),
    [
        ({}, "sent", False),
        ({"MAIL": "451 busy"}, "queued", False),
        ({"MAIL": "550 go away"}, "failed", False),
        ({"RCPT": "450 mailbox busy"}, "queued", False),
        ({"RCPT": "550 no such user"}, "failed", True),
        ({"DATA": "452 disk full"}, "queued", False),
        ({"DATA": "554 looks like spam"}, "failed", False),
        ({"DATA": "drop"}, "unknown", False),
        ({"DATA": "hang"}, "unknown", False),
    ],
)
def test_what_becomes_of_a_mail_after_each_answer_of_the_server(people, mails, refuse, state, broken):
    mail(people.wang)
    mails.refuse = refuse
    tell([telling(people.wang)], at=NOON)
    send(at=NOON)
    assert only().state == state
    assert (ChannelAccount.objects.get().broken_at is not None) == broken


def test_a_refused_address_gets_nothing_more(people, mails):
    mail(people.wang)
    mails.refuse = {"RCPT": "550 no such user"}
    tell([telling(people.wang)], at=NOON)
    send(at=NOON)
    tell([telling(people.wang, "d2.due")], at=NOON + MINUTE)
    assert Notice.objects.count() == 2
    assert Delivery.objects.count() == 1


def test_while_the_mail_server_is_down_only_one_person_a_round_waits_for_it(people, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    for person in (people.wang, people.min, people.jing):
        mail(person, f"{person.username}@example.com")
    tell([telling(people.wang), telling(people.min), telling(people.jing)], at=NOON)
    assert send(at=NOON) == 1
    assert sorted(Delivery.objects.values_list("attempts", flat=True)) == [0, 0, 1]


@pytest.mark.parametrize("step", ["hang", "reset"])
def test_an_escalation_of_unknown_fate_is_repeated_once_and_says_so(people, sink, step):
    bot(sink, person=people.li)
    sink.script = [step]
    tell([telling(people.li, escalation=True)], at=NOON)
    tick_until_quiet(minutes=30)
    assert (only().state, only().possible_repeat) == ("unknown", True)
    assert len(sink.requests) == 2
    assert "possible repeat" not in sink.texts[0]
    assert "(possible repeat)" in sink.texts[1] or "可能重复" in sink.texts[1]


def test_a_reminder_of_unknown_fate_is_not_repeated(people, sink):
    bot(sink, person=people.wang)
    sink.script = ["hang", OK]
    tell([telling(people.wang)], at=NOON)
    tick_until_quiet(minutes=30)
    assert only().state == "unknown"
    assert len(sink.requests) == 1


def test_of_a_digest_of_unknown_fate_only_the_escalations_are_repeated(people, sink):
    bot(sink, person=people.li)
    sink.script = ["hang", OK]
    tell([telling(people.li, "a"), telling(people.li, "b", company="上海远景", escalation=True)], at=NOON)
    tick_until_quiet(minutes=30)
    assert "北京智能" not in sink.texts[1]
    assert "上海远景" in sink.texts[1]
    assert sorted(Delivery.objects.values_list("state", "possible_repeat")) == [("sent", True), ("unknown", False)]


def test_a_bot_that_keeps_failing_is_left_alone_and_mail_takes_over_and_says_so(people, sink, mails):
    account = bot(sink, person=people.wang)
    mail(people.wang)
    ChannelAccount.objects.filter(kind="email").update(active=False)
    sink.script = [(500, "")]
    tell([telling(people.wang, urgent=True)], at=NOON)
    at = NOON
    while not Delivery.objects.filter(state="superseded").exists():
        send(at=at)
        at += MINUTE
    account.refresh_from_db()
    assert account.failures == 3
    assert account.opened_until == at + 9 * MINUTE
    send(at=at)
    assert len(mails.mails) == 1
    tell([telling(people.wang, "d2.due", urgent=True)], at=at)
    send(at=at)
    send(at=at + MINUTE)
    assert len(sink.requests) == 3, "nothing goes to it while it is interrupted"
    assert len(mails.mails) == 2, "and nothing is lost"
    assert set(Delivery.objects.filter(account=account).values_list("state", flat=True)) == {"superseded"}
    assert Delivery.objects.filter(instead_of="wecom", state="sent").count() == 2


def test_after_the_interruption_one_message_tries_and_success_closes_it(people, sink):
    account = bot(sink, person=people.wang, kind="dingtalk")
    sink.script = [LIMITED, OK]
    tell([telling(people.wang)], at=NOON)
    send(at=NOON)
    account.refresh_from_db()
    assert account.opened_until == NOON + 10 * MINUTE
    for minute in range(10):
        send(at=NOON + minute * MINUTE)
    assert len(sink.requests) == 1
    send(at=NOON + 10 * MINUTE)
    account.refresh_from_db()
    assert (only().state, account.failures, account.opened_until) == ("sent", 0, None)


def test_a_teams_message_that_its_bot_does_not_take_goes_to_its_head(people, sink, mails):
    bot(sink, team=people.teams["cell"])
    User.objects.filter(pk=people.li.pk).update(email="li@example.com")
    sink.script = [(404, "gone")]
    tell([Telling(team_id=people.teams["cell"].pk, key="w1", kind="test", values={"company": "北京智能"})], at=NOON)
    send(at=NOON)
    send(at=NOON)
    assert len(mails.mails) == 1
    assert "li@example.com" in mails.mails[0]


def test_who_gets_mail_anyway_gets_no_second_one_when_the_bot_fails(people, sink, mails):
    bot(sink, person=people.wang)
    mail(people.wang)
    sink.script = [(404, "gone")]
    tell([telling(people.wang)], at=NOON)
    tick_until_quiet(minutes=30)
    assert len(mails.mails) == 1
    assert set(Delivery.objects.values_list("state", flat=True)) == {"superseded", "sent"}


def test_an_address_that_no_key_opens_any_more_stops_only_its_own_channel(people, sink):
    lost = bot(sink, person=people.wang)
    bot(sink, person=people.min, number=2)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE notices_channelaccount SET url = 'gAAAAAgarbage' WHERE id = %s", [lost.pk])
    tell([telling(people.wang), telling(people.min)], at=NOON)
    tick_until_quiet(minutes=5)
    states = dict(Delivery.objects.values_list("account__person", "state"))
    assert states == {people.wang.pk: "queued", people.min.pk: "sent"}
