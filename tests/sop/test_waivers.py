"""Waivers, reasons and a desk's duties: what people do about a deadline besides meeting it."""

import pytest

from salesops.events.models import Event
from salesops.notices.models import Notice
from salesops.people.models import Leave
from salesops.sop.actions import Refused, ask_waiver, decide_waiver, give_reason, take
from salesops.sop.models import Tally
from salesops.sop.tallies import kept_tallies, rebuild_tallies, recounted_tallies
from tests.company import company

from .world import happen, local, only, run_sweep

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("samples")]


@pytest.fixture
def firm():
    return company()


@pytest.fixture
def deal(firm):
    return firm.departments["it"]


@pytest.fixture
def late(firm, deal):
    """王伟's response, due on Monday at 14:00 and still open at 15:00."""
    happen("deal.assigned", "2026-03-02 10:00", deal=deal, owner=firm.wang, grade="A")
    happen("deal.accepted", "2026-03-02 10:05", deal=deal)
    run_sweep("2026-03-02 15:00")
    return only("sample.respond")


def ask(row, by, at="2026-03-02 15:10"):
    return ask_waiver(row, reason="客户出差", by=by, at=local(at))


def decide(waiver, by, granted=True, at="2026-03-02 15:20"):
    return decide_waiver(waiver, granted=granted, note="", by=by, at=local(at))


def respond(firm, deal, at):
    return happen("deal.contacted", at, deal=deal, owner=firm.wang, grade="A", reached=True)


# Waivers


def test_a_granted_waiver_ends_an_open_deadline_and_changes_its_count(firm, deal, late):
    decide(ask(late, firm.wang), firm.li)
    late.refresh_from_db()
    assert (late.ending, late.counted, late.next_at) == ("waived", "waived", None)
    tally = Tally.objects.get(rule="sample.respond")
    assert (tally.owner, tally.late, tally.waived) == (firm.wang, 0, 1)


def test_a_granted_waiver_of_a_met_deadline_keeps_its_ending_and_changes_its_count(firm, deal, late):
    respond(firm, deal, "2026-03-02 15:05")
    decide(ask(late, firm.wang), firm.li)
    late.refresh_from_db()
    assert (late.ending, late.counted, late.met_at) == ("met", "waived", local("2026-03-02 15:05"))
    assert kept_tallies() == recounted_tallies()


def test_a_refused_waiver_changes_nothing_and_may_be_asked_for_again(firm, late):
    decide(ask(late, firm.wang), firm.li, granted=False)
    late.refresh_from_db()
    assert (late.ending, late.counted) == ("", "late")
    assert ask(late, firm.wang, "2026-03-02 16:00").state == "asked"


@pytest.mark.parametrize("person", ["wang", "min", "huang", "zhou"])
def test_nobody_but_a_head_above_decides(firm, late, person):
    Leave.objects.create(  # who stands in sees the work of the one who is away, and judges it no more than before
        user=firm.wang,
        stand_in=firm.min,
        since=local("2026-03-02 15:15"),
        until=local("2026-03-03 09:00"),
        state="approved",
    )
    waiver = ask(late, firm.wang)
    with pytest.raises(Refused):
        decide(waiver, firm.people[person])
    late.refresh_from_db()
    assert late.ending == ""


@pytest.mark.parametrize("person", ["li", "zhao", "boss", "he"])
def test_each_head_above_and_an_admin_may_decide(firm, late, person):
    assert decide(ask(late, firm.wang), firm.people[person]).state == "granted"


def test_a_waiver_is_asked_for_once_and_decided_once(firm, late):
    waiver = ask(late, firm.wang)
    with pytest.raises(Refused):
        ask(late, firm.wang)
    decide(waiver, firm.li)
    with pytest.raises(Refused):
        decide(waiver, firm.zhao, granted=False)


def test_what_was_met_in_time_needs_no_waiver(firm, deal):
    happen("deal.assigned", "2026-03-02 10:00", deal=deal, owner=firm.wang, grade="A")
    respond(firm, deal, "2026-03-02 11:00")
    with pytest.raises(Refused):
        ask(only("sample.respond"), firm.wang)


def test_the_head_is_told_of_the_question_and_the_asker_of_the_answer(firm, late):
    decide(ask(late, firm.wang), firm.li)
    assert Notice.objects.filter(person=firm.li, kind="waiver.asked").count() == 1
    assert Notice.objects.filter(person=firm.wang, kind="waiver.granted").count() == 1


# Reasons


def test_a_reason_is_kept_and_changes_no_verdict_and_its_text_is_in_no_event(firm, late):
    give_reason(late, reason="客户出差", by=firm.wang, at=local("2026-03-02 15:10"))
    late.refresh_from_db()
    assert (late.reason, late.counted, late.ending) == ("客户出差", "late", "")
    event = Event.objects.get(name="deadline.explained")
    assert "客户" not in f"{event.refs}{event.data}"


# A desk's duties


def hint(firm, deal):
    happen("deal.assigned", "2026-03-02 10:00", deal=deal, owner=firm.wang, grade="A")
    return only("sample.hint")


def test_a_member_takes_a_desks_duty_once(firm, deal):
    row = hint(firm, deal)
    take(row, by=firm.zhou, at=local("2026-03-02 11:00"))
    row.refresh_from_db()
    assert row.owner == firm.zhou
    with pytest.raises(Refused):
        take(row, by=firm.so_head, at=local("2026-03-02 11:01"))


def test_nobody_outside_the_desk_takes_its_duty(firm, deal):
    row = hint(firm, deal)
    with pytest.raises(Refused):
        take(row, by=firm.wang, at=local("2026-03-02 11:00"))
    row.refresh_from_db()
    assert row.owner is None


def test_what_was_late_before_a_member_took_it_stays_with_the_desks_head(firm, arriving_lead):
    take(arriving_lead, by=firm.zhou, at=local("2026-03-03 10:00"))
    arriving_lead.refresh_from_db()
    assert (arriving_lead.owner, arriving_lead.counted_for) == (firm.zhou, firm.so_head)
    decide(ask(arriving_lead, firm.zhou, "2026-03-03 10:05"), firm.so_head, at="2026-03-03 10:10")
    tally = Tally.objects.get(rule="lead.qualify")
    assert (tally.owner, tally.late, tally.waived) == (firm.so_head, 0, 1)


@pytest.fixture
def arriving_lead(firm, deal):
    """A lead that should have been cleaned by Tuesday at 09:30; no sweep has seen that yet."""
    happen("lead.arrived", "2026-03-02 09:30", lead=_lead(), customer=None, source="other", way_in="hand")
    return only("lead.qualify")


def _lead():
    from leads.models import Customer, Lead

    at = local("2026-03-02 09:30")
    customer = Customer.objects.create(name="克来机电", created_at=at)
    return Lead.objects.create(customer=customer, status="cleaning", source="other", arrived_at=at)


# Tallies


def test_tallies_that_went_wrong_are_counted_anew(firm, deal, late):
    right = kept_tallies()
    Tally.objects.filter(rule="sample.respond").update(late=7)
    Tally.objects.create(rule="sample.gone", day="2026-03-02", late=1)
    assert rebuild_tallies() == 2
    assert kept_tallies() == recounted_tallies() == right
    assert rebuild_tallies() == 0
