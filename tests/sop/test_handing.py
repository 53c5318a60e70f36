"""Undo, leave and leaving: what was owed by one is owed by another, or again."""

import pytest
from django.db import transaction

from salesops.notices.models import Notice
from salesops.people.actions import deactivate
from salesops.sop import consequences
from salesops.sop.engine.undoing import can_undo, undo
from salesops.sop.models import Deadline
from salesops.sop.tallies import kept_tallies, recounted_tallies
from tests.company import company

from .world import assign, contact, happen, local, only, run_sweep, shown

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("samples")]


@pytest.fixture
def firm():
    return company()


@pytest.fixture
def deal(firm):
    return firm.departments["it"]


# 14: undo


def test_undo_makes_owed_again_what_was_met_and_voids_what_was_opened(firm, deal):
    assign(firm, deal)
    event = contact(firm, deal, "2026-03-02 11:00", reached=True)
    assert can_undo(event)
    with transaction.atomic():
        undo(event, at=local("2026-03-02 11:05"))
    first, again = Deadline.objects.filter(rule="sample.respond").order_by("id")
    assert (first.ending, again.ending, again.due_at, again.turn) == ("void", "", first.due_at, 1)
    assert only("sample.cadence").ending == "void"
    assert kept_tallies() == recounted_tallies()


def test_an_undone_act_repeats_no_step_and_stays_late(firm, deal, monkeypatch):
    calls = []
    monkeypatch.setitem(consequences._registered, "lead.return", lambda row, **when: calls.append(row.pk))
    assign(firm, deal)
    happen("deal.accepted", "2026-03-02 10:05", deal=deal)
    run_sweep("2026-03-02 15:00")
    event = contact(firm, deal, "2026-03-02 15:10", reached=True)
    with transaction.atomic():
        undo(event, at=local("2026-03-02 15:15"))
    run_sweep("2026-03-02 15:20")
    assert only("sample.respond", ending="").counted == "late"
    assert Notice.objects.filter(person=firm.zhao, kind="deadline.late").count() == 1


def test_an_act_on_which_another_one_rests_cannot_be_undone(firm, deal):
    first = contact(firm, deal, "2026-03-02 10:00")
    second = contact(firm, deal, "2026-03-02 12:00")
    assert (can_undo(first), can_undo(second)) == (False, True)


# Leave and leaving


def test_a_leavers_deadlines_go_to_the_successor_with_their_clocks_and_overdue_ones_begin_anew(firm, deal):
    assign(firm, deal)
    happen("deal.accepted", "2026-03-02 10:05", deal=deal)
    contact(firm, deal, "2026-03-02 10:30", grade="C", reached=False)
    deactivate(firm.wang, by=firm.he, at=local("2026-03-02 15:00"), successor=firm.min)
    old, fresh = Deadline.objects.filter(rule="sample.respond").order_by("id")
    assert (old.owner, old.ending, old.counted) == (firm.wang, "missed", "late")
    assert (fresh.owner, fresh.starts_at, shown(fresh.due_at)) == (
        firm.min,
        local("2026-03-02 15:00"),
        "Tue 03-03 10:00",
    )
    cadence = only("sample.cadence")
    assert (cadence.owner, cadence.turn, shown(cadence.due_at)) == (firm.min, 0, "Mon 03-09 18:00")
    assert not Deadline.objects.open().filter(owner=firm.wang).exists()


def test_what_was_overdue_when_somebody_left_has_its_consequences_first(firm, deal):
    """No sweep had looked; the manager is told of the miss all the same."""
    assign(firm, deal)
    happen("deal.accepted", "2026-03-02 10:05", deal=deal)
    deactivate(firm.wang, by=firm.he, at=local("2026-03-02 15:00"), successor=firm.min)
    assert Notice.objects.filter(person=firm.zhao, kind="deadline.late").count() == 1


def test_a_head_on_leave_owes_nothing_new(firm, deal):
    firm.li.leaves.create(
        stand_in=firm.zhao, since=local("2026-03-02 00:00"), until=local("2026-03-04 00:00"), state="approved"
    )
    assign(firm, deal)
    happen("deal.accepted", "2026-03-02 10:05", deal=deal)
    run_sweep("2026-03-02 14:10")
    assert (only("sample.talk").owner, only("sample.talk").on_behalf_of) == (firm.zhao, firm.li)


def test_a_stand_in_decides_for_the_one_who_was_named(firm, deal):
    firm.legal.leaves.create(
        stand_in=firm.lawyer, since=local("2026-03-02 00:00"), until=local("2026-03-04 00:00"), state="approved"
    )
    happen("deal.submitted", "2026-03-02 10:00", deal=deal, reviewers=[firm.legal.pk, firm.finance.pk])
    happen("deal.reviewed", "2026-03-02 11:00", by=firm.lawyer, deal=deal)
    endings = dict(Deadline.objects.filter(rule="sample.review_each").values_list("slot", "ending"))
    assert endings == {str(firm.legal.pk): "met", str(firm.finance.pk): ""}


def test_one_leave_after_the_other_hands_on_from_stand_in_to_stand_in(firm, deal):
    contact(firm, deal, "2026-03-02 10:00", grade="C")
    for stand_in, since, until in ((firm.min, "03", "04"), (firm.jing, "04", "05")):
        firm.wang.leaves.create(
            stand_in=stand_in,
            since=local(f"2026-03-{since} 00:00"),
            until=local(f"2026-03-{until} 00:00"),
            state="approved",
        )
    owners = []
    for day in ("03", "04", "05"):
        run_sweep(f"2026-03-{day} 00:01")
        owners.append(only("sample.cadence").owner)
    assert owners == [firm.min, firm.jing, firm.wang]


def test_somebody_who_left_during_leave_gets_nothing_back(firm, deal):
    contact(firm, deal, "2026-03-02 10:00", grade="C")
    firm.wang.leaves.create(
        stand_in=firm.min, since=local("2026-03-03 00:00"), until=local("2026-03-05 00:00"), state="approved"
    )
    run_sweep("2026-03-03 00:01")
    deactivate(firm.wang, by=firm.he, at=local("2026-03-04 10:00"))
    run_sweep("2026-03-05 00:01")
    assert only("sample.cadence").owner == firm.min
