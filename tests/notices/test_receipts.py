"""Receipts: the event that says that a person has been told (sop.md, lead.notify)."""

import pytest

from salesops.notices.actions import Receipt, Telling, tell
from salesops.notices.models import Notice
from salesops.notices.sending import send

from .conftest import MINUTE, NOON, bot, mail
from .sinks import OK

pytestmark = pytest.mark.django_db
EVENING = NOON.replace(hour=13)  # 21:10


def assigned(person, key="lead.1"):
    return Telling(person_id=person.pk, key=key, kind="test", receipt=Receipt("test.told", {"person": person.pk}))


def test_who_has_no_channel_outside_is_told_at_once(people, told_event):
    tell([assigned(people.wang)], at=NOON)
    event = told_event()[0]
    assert (event.refs, event.at) == ({"person": people.wang.pk}, NOON)
    assert Notice.objects.get().told_at == NOON


def test_who_has_one_is_told_when_it_has_taken_the_message(people, told_event, sink):
    bot(sink, person=people.wang)
    tell([assigned(people.wang)], at=NOON)
    assert told_event() == []
    send(at=NOON + MINUTE)
    assert [event.at for event in told_event()] == [NOON + MINUTE]
    send(at=NOON + 2 * MINUTE)
    assert len(told_event()) == 1


def test_one_of_several_channels_is_enough(people, told_event, sink, mails):
    bot(sink, person=people.wang)
    mail(people.wang)
    sink.script = [(500, "")]
    tell([assigned(people.wang)], at=NOON)
    send(at=NOON)
    assert len(told_event()) == 1


def test_while_no_channel_takes_it_nobody_is_told(people, told_event, sink):
    bot(sink, person=people.wang)
    sink.script = [(500, ""), OK]
    tell([assigned(people.wang)], at=NOON)
    send(at=NOON)
    assert told_event() == []
    send(at=NOON + 2 * MINUTE)
    assert len(told_event()) == 1


def test_in_quiet_hours_the_notice_alone_is_enough(people, told_event, sink):
    bot(sink, person=people.wang)
    tell([assigned(people.wang)], at=EVENING)
    assert [event.at for event in told_event()] == [EVENING]


def test_who_gets_into_quiet_hours_while_it_waits_is_told(people, told_event, sink):
    bot(sink, person=people.wang)
    before = NOON.replace(hour=12, minute=20)  # 20:20
    tell([assigned(people.wang)], at=before)
    send(at=before + 15 * MINUTE)
    assert len(told_event()) == 1
    assert not sink.requests


def test_one_receipt_that_cannot_be_recorded_does_not_hold_up_the_others(people, told_event, sink, monkeypatch):
    from salesops.notices.actions import receipts

    bot(sink, person=people.wang)
    bot(sink, person=people.min, number=2)
    real = receipts.record

    def record(name, *, refs, **more):
        if refs == {"person": people.wang.pk}:
            raise ValueError("the rules have a fault")
        return real(name, refs=refs, **more)

    monkeypatch.setattr(receipts, "record", record)
    tell([assigned(people.wang), assigned(people.min)], at=NOON)
    send(at=NOON)
    assert [event.refs["person"] for event in told_event()] == [people.min.pk]
    assert Notice.objects.filter(told_at=None).count() == 1
