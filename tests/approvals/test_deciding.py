"""Approvals: who decides, in which order, what happens at once, and who is told."""

import pytest
from django.core.exceptions import PermissionDenied

from salesops.approvals.actions import Refused, ask, decide, withdraw
from salesops.approvals.deciders import waiting_for
from salesops.approvals.kinds import all_of, any_of, in_turn
from salesops.approvals.models import Approval
from salesops.events.models import Event
from salesops.notices.models import Notice
from salesops.people.models import Leave, User
from tests.company import company
from tests.sop.world import local

from . import sample

pytestmark = pytest.mark.django_db
ASKED, NOW = local("2026-03-02 10:00"), local("2026-03-02 11:00")


@pytest.fixture
def firm():
    sample.heard.clear()
    return company()


def asking(firm, steps, by=None):
    return ask("sample", subject="sample:1", title="#1", reason="季度回顾", steps=steps, by=by or firm.wang, at=ASKED)


def away(person, stand_in=None):
    span = {"since": local("2026-03-01 09:00"), "until": local("2026-03-09 18:00")}
    Leave.objects.create(user=person, stand_in=stand_in, state=Leave.State.APPROVED, **span)


def say(approval, by, approve=True, reason="", at=NOW):
    return decide(approval, approve=approve, reason=reason or ("" if approve else "范围太大"), by=by, at=at)


def states(approval):
    return [(seat.person.name, seat.state) for seat in approval.decisions.select_related("person")]


def told(person):
    return list(Notice.objects.filter(person=person).order_by("pk").values_list("kind", flat=True))


def inbox(person, at=NOW):
    return {seat.approval_id for seat in waiting_for(person, at)}


def test_in_turn_the_second_is_asked_once_the_first_has_approved(firm):
    approval = asking(firm, in_turn(firm.li.pk, firm.zhao.pk))
    assert (told(firm.li), told(firm.zhao)) == (["approval.asked"], [])
    with pytest.raises(PermissionDenied):
        say(approval, firm.zhao)
    assert say(approval, firm.li).state == "waiting"
    assert told(firm.zhao) == ["approval.asked"]
    assert say(approval, firm.zhao).state == "approved"
    assert told(firm.wang) == ["approval.approved"]
    assert sample.heard == [
        ("answered", "李娜", "李娜", "approved"),
        ("answered", "赵强", "赵强", "approved"),
        ("ended", "approved", "赵强"),
    ]


def test_of_all_one_refusal_ends_it_and_says_why(firm):
    approval = asking(firm, all_of(firm.legal.pk, firm.finance.pk))
    assert say(approval, firm.finance, approve=False).state == "refused"
    assert states(approval) == [("钱律", "dropped"), ("蒋丽", "refused")]
    assert told(firm.wang) == ["approval.refused"]
    with pytest.raises(Refused, match="蒋丽"):
        say(approval, firm.legal)


def test_of_any_the_first_decides_and_the_second_is_told_who_it_was(firm):
    approval = asking(firm, any_of(firm.li.pk, firm.zhao.pk))
    assert say(approval, firm.li).state == "approved"
    with pytest.raises(Refused, match="李娜"):
        say(approval, firm.zhao, approve=False)
    assert states(approval) == [("李娜", "approved"), ("赵强", "dropped")]


def test_the_same_word_again_changes_nothing(firm):
    approval = asking(firm, all_of(firm.li.pk))
    say(approval, firm.li)
    say(approval, firm.li, at=local("2026-03-02 12:00"))
    assert Event.objects.filter(name="approval.answered").count() == 1
    with pytest.raises(Refused):
        say(approval, firm.li, approve=False)
    assert Approval.objects.get().state == "approved"


def test_nobody_decides_on_what_they_ask_for(firm):
    with pytest.raises(Refused):
        asking(firm, all_of(firm.li.pk), by=firm.li)
    approval = asking(firm, any_of(firm.li.pk, firm.zhao.pk), by=firm.li)
    assert states(approval) == [("赵强", "asked")]
    with pytest.raises(PermissionDenied):
        say(approval, firm.li)
    assert inbox(firm.li) == set()


def test_a_refusal_needs_a_reason(firm):
    with pytest.raises(ValueError, match="reason"):
        decide(asking(firm, all_of(firm.li.pk)), approve=False, reason=" ", by=firm.li, at=NOW)


def test_whoever_stands_in_decides_and_the_trail_says_for_whom(firm):
    away(firm.li, stand_in=firm.huang)
    approval = asking(firm, all_of(firm.li.pk))
    assert (told(firm.huang), told(firm.li)) == (["approval.asked"], [])
    assert inbox(firm.huang) == {approval.pk}
    say(approval, firm.huang)
    seat = approval.decisions.get()
    assert (seat.person, seat.decided_by, seat.state) == (firm.li, firm.huang, "approved")
    assert inbox(firm.huang, local("2026-03-10 10:00")) == set()


def test_without_a_stand_in_the_head_decides(firm):
    away(firm.li)
    approval = asking(firm, all_of(firm.li.pk))
    assert inbox(firm.zhao) == {approval.pk}
    assert inbox(firm.min) == set()


def test_who_asked_cannot_decide_by_standing_in(firm):
    away(firm.li, stand_in=firm.wang)
    approval = asking(firm, all_of(firm.li.pk), by=firm.wang)
    assert inbox(firm.wang) == set()
    with pytest.raises(PermissionDenied):
        say(approval, firm.wang)
    assert inbox(firm.zhao) == {approval.pk}
    assert say(approval, firm.zhao).state == "approved"


def test_the_successor_of_a_leaver_decides(firm):
    approval = asking(firm, all_of(firm.li.pk))
    User.objects.filter(pk=firm.li.pk).update(is_active=False, left_at=ASKED, successor=firm.huang)
    assert inbox(firm.huang) == {approval.pk}
    assert say(approval, firm.huang).state == "approved"


def test_what_is_taken_back_cannot_be_decided_and_may_be_asked_again(firm):
    approval = asking(firm, all_of(firm.li.pk))
    with pytest.raises(Refused):
        asking(firm, all_of(firm.li.pk))
    with pytest.raises(PermissionDenied):
        withdraw(approval, by=firm.min, at=NOW)
    withdraw(approval, by=firm.wang, at=NOW)
    with pytest.raises(Refused, match="王伟"):
        say(approval, firm.li)
    assert asking(firm, all_of(firm.li.pk)).state == "waiting"


def test_events_hold_no_words(firm):
    approval = asking(firm, all_of(firm.li.pk))
    say(approval, firm.li, approve=False, reason="电话13900000001不对")
    events = Event.objects.filter(name__startswith="approval.")
    assert {event.subject for event in events} == {f"approval:{approval.pk}"}
    assert not [event for event in events if "139" in str(event.data) or "季度" in str(event.data)]
