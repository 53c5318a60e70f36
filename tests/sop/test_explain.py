"""Every deadline explains itself (architecture.md, promise 13)."""

from io import StringIO

import pytest
from django.core.management import call_command

from salesops.people.actions import deactivate
from salesops.sop.explain import explain
from salesops.sop.models import Deadline
from salesops.sop.rule import After, On, Step, Told
from salesops.sop.terms import ALWAYS, OFFICE, AsDueOf, Hours, Latest
from tests.company import company

from . import sample
from .world import assign, contact, happen, local, only, report, run_sweep

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("samples")]


@pytest.fixture
def firm():
    return company()


@pytest.fixture
def deal(firm):
    return firm.departments["it"]


# 13: every deadline explains itself


def everything(firm, deal):
    """A deadline of every sample rule, some chosen, moved, paused, rolled, handed on."""
    run_sweep("2026-03-02 00:01")
    assign(firm, deal)
    contact(firm, deal, "2026-03-02 10:30", grade="C", next_at="2026-03-04")
    happen("deal.graded", "2026-03-02 11:00", deal=deal, grade="B")
    happen("deal.asked", "2026-03-02 10:00", deal=deal, owner=firm.wang, promised_at=local("2026-03-04 10:00"))
    happen("deal.asked_back", "2026-03-02 12:00", deal=deal, asker=firm.min)
    happen("deal.supplied", "2026-03-03 09:30", deal=deal)
    happen("deal.submitted", "2026-03-02 10:00", deal=deal, reviewers=[firm.legal.pk])
    report(firm, deal)
    happen("talk.planned", "2026-03-02 10:00", deal=deal, owner=firm.wang, ends_at=local("2026-03-05 17:00"))
    happen("talk.recorded", "2026-03-02 14:00", deal=deal, owner=firm.wang, ends_at=local("2026-03-02 11:00"))
    other = firm.departments["legal"]
    contact(firm, other, "2026-03-02 10:30", grade="A")
    assign(firm, other, "2026-03-02 11:00")
    happen("deal.accepted", "2026-03-02 11:05", deal=other)
    run_sweep("2026-03-05 10:00")
    deactivate(firm.wang, by=firm.he, at=local("2026-03-05 11:00"))
    return Deadline.objects.order_by("id")


def test_every_deadline_of_every_sample_rule_explains_itself(firm, deal, english):
    rows = list(everything(firm, deal))
    assert {row.rule for row in rows} >= {rule.key for rule in sample.RULES}
    for row in rows:
        said = explain(row)
        assert said.term
        assert said.owner
        if said.exact and not row.streak:
            assert said.lines, row
        assert [taken.at for taken in said.taken] == sorted(taken.at for taken in said.taken)
        out = StringIO()
        call_command("sop", "explain", str(row.pk), stdout=out)
        assert f"#{row.pk}" in out.getvalue()


def test_an_explanation_leads_to_the_due_time_and_says_whom_it_told_when(firm, deal, english):
    assign(firm, deal)
    happen("deal.accepted", "2026-03-02 10:05", deal=deal)
    run_sweep("2026-03-02 13:01")
    run_sweep("2026-03-02 14:01")
    said = explain(only("sample.respond"))
    assert (said.exact, said.reckoned, len(said.lines)) == (True, local("2026-03-02 14:00"), 1)
    assert [(taken.text, taken.told) for taken in said.taken] == [
        ("reminder", (("王伟", local("2026-03-02 13:01")),)),
        ("Was due and not met", ()),
        ("word to the manager", (("赵强", local("2026-03-02 14:01")),)),
    ]


def test_a_due_time_that_follows_another_rules_is_explained_and_moves_with_it(firm, deal, with_rule):
    with_rule(
        "sample.feedback",
        opens=On("trouble.reported"),
        due=Latest(AsDueOf("sample.report"), Hours(2, OFFICE)),
        meets=On("trouble.solved"),
        moves=On("trouble.graded"),
        ladder=(Step(name="later", when=After(Hours(1, ALWAYS)), tell=(Told.ADMINS,)),),
    )
    report(firm, deal)
    assert explain(only("sample.feedback")).reckoned == only("sample.report").due_at
    happen("trouble.graded", "2026-03-02 11:00", deal=deal, level="II")
    assert only("sample.feedback").due_at == only("sample.report").due_at == local("2026-03-04 09:00")
