"""All keys of sop.md section 2 can be written with the Rule's fields, and every one of their terms can be reckoned."""

from datetime import UTC, datetime

import pytest

from leads import rules as lead_rules  # noqa: F401 - registers the product's own
from salesops.events.registry import Event
from salesops.sop import checks, populations
from salesops.sop.calendar import Calendar
from salesops.sop.frozen import content_of
from salesops.sop.registry import Registry, registry
from salesops.sop.rule import AfterDue, Each, Every, On, Ref, Rule
from salesops.sop.terms import from_json

from .whole_sop import CHARGED, RULES

KEYS = [
    "lead.qualify",
    "lead.notify",
    "lead.claim",
    "lead.accept",
    "lead.first_response",
    "lead.first_answer",
    "lead.follow_up",
    "lead.recycle",
    "lead.visit",
    "lead.key_contact",
    "lead.need_survey",
    "lead.nurture",
    "lead.regrade",
    "lead.push_contract",
    "follow_up.record",
    "follow_up.minutes",
    "question.answer",
    "promise.keep",
    "promise.nudge",
    "visit.confirm",
    "visit.record",
    "needs.prepare",
    "needs.report",
    "needs.request",
    "proposal.review",
    "quote.confirm",
    "bid.review",
    "plan.daily",
    "plan.check",
    "morning.prepare",
    "morning.meeting",
    "morning.minutes",
    "report.daily",
    "report.review",
    "self_check",
    "plan.weekly",
    "plan.weekly_check",
    "review.prepare",
    "figures.submit",
    "review.weekly",
    "report.weekly",
    "review.data",
    "review.monthly",
    "training.cases",
    "task.done",
    "task.confirm",
    "help.answer",
    "lag.remedy",
    "spot_check",
    "learning",
    "request.answer",
    "project.review",
    "project.lead_time",
    "project.sync",
    "project.warn",
    "project.accept",
    "project.effect",
    "project.retro",
    "contract.draft",
    "contract.check",
    "contract.legal",
    "contract.finance",
    "contract.sign",
    "contract.archive",
    "payment.record",
    "handover.list",
    "handover.accept",
    "satisfaction.call",
    "order.notice",
    "delivery.plan",
    "delivery.progress",
    "delivery.accept",
    "acceptance.file",
    "satisfaction.report",
    "aftersales.first_visit",
    "customer.push",
    "repurchase.survey",
    "renewal.talk",
    "satisfaction.quarterly",
    "fault.answer",
    "fault.solve",
    "greeting",
    "issue.report",
    "issue.assign",
    "issue.resolve",
    "issue.feedback",
    "complaint.result",
    "complaint.satisfaction",
    "objection.answer",
    "suggestion.summary",
]

MONDAY = datetime(2026, 3, 2, 2, tzinfo=UTC)
OFFICE = Calendar("Asia/Shanghai", (((540, 1080),),) * 5 + ((), ()))


def test_every_row_is_there_once():
    assert len(KEYS) == 90
    assert sorted(rule.key for rule in RULES) == sorted(KEYS)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.key)
def test_its_terms_can_be_reckoned_and_frozen(rule: Rule):
    facts = {name: datetime(2026, 6, 12, 8, tzinfo=UTC) for name in (*rule.values, "report.daily", "issue.resolve")}
    content = content_of(rule, {})
    for case, term in rule.dues().items():
        assert from_json(content["due"][case]) == term
        assert term.due(MONDAY, OFFICE, facts) > datetime(2026, 3, 1, tzinfo=UTC)
        if rule.after_due == AfterDue.ROUND and isinstance(rule.opens, On):
            assert term.due(term.due(MONDAY, OFFICE, facts), OFFICE, facts) > term.due(MONDAY, OFFICE, facts)


def test_the_system_check_finds_nothing_amiss_once_the_events_are_declared(monkeypatch):
    whole = Registry()
    whole.register(*RULES, *CHARGED)
    events = {}
    for rule in whole:
        for on in checks._triggers(rule):
            for name in on.events:
                events.setdefault(name, set()).update(rule.subjects)
                if on is rule.opens:
                    named = {rule.owes.name} if isinstance(rule.owes, Ref | Each) else set()
                    events[name] |= named | ({rule.case} if rule.case else set())
    monkeypatch.setattr(checks, "declared", {name: Event(name, tuple(refs)) for name, refs in events.items()})
    monkeypatch.setattr(checks, "registry", whole)
    monkeypatch.setattr(
        populations, "names", lambda: {rule.opens.of for rule in whole if isinstance(rule.opens, Every)}
    )
    assert [problem for rule in whole for problem in checks.problems(rule)] == []


def test_the_system_check_finds_each_kind_of_mistake(monkeypatch):
    broken = [
        Rule(
            key="x.broken",
            title="x",
            sentence="x",
            clause="",
            group="x",
            subject="lead",
            owes=Ref("nobody"),
            opens=On("lead.arrived", "x.undeclared"),
            due=RULES[0].due,
            meets=On("person.left"),
            case="grade",
            charges="x.missing",
        )
    ]
    found = " ".join(checks.problems(broken[0]))
    for said in ("x.undeclared", "names none of lead", "has no nobody", "has no grade", "no rule x.missing"):
        assert said in found


def test_the_products_own_rules_agree_with_the_short_forms():
    shorts = {rule.key: rule for rule in RULES}
    for rule in registry:
        assert rule.dues() == shorts[rule.key].dues(), rule.key
        assert rule.verdict == shorts[rule.key].verdict, rule.key
