"""The handbook as it holds now: each rule in plain words, from the data that the engine uses, so it cannot drift."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from .calendar import Calendar, NoWorkingTime
from .explain import step_text, step_when
from .frozen import FrozenTerms, content_of, thaw
from .models import RuleSetting
from .picture import Picture, picture
from .rule import AfterDue, Desk, Each, Head, Ref, Rule, Step, System, desk_name
from .terms import ALWAYS, OFFICE, WORKING_DAYS, Hours, Line, Term
from .terms.base import MissingFact


@dataclass(frozen=True)
class Example:
    """What would fall due when if it began now."""

    case: str
    start: datetime
    due: datetime
    lines: tuple[Line, ...]
    picture: Picture | None


@dataclass(frozen=True)
class RulePage:
    """A rule in the reader's language."""

    rule: Rule
    owes: str
    dues: tuple[tuple[str, str], ...]
    terms: dict
    clock: str
    reminders: tuple[tuple[str, str], ...]
    missed: tuple[tuple[str, str], ...]
    off: bool
    setting: RuleSetting | None = None
    coming: RuleSetting | None = None
    coming_dues: tuple[tuple[str, str], ...] = ()
    examples: tuple[Example, ...] = ()


def page_of_rule(
    rule: Rule, now: datetime, settings: list[RuleSetting] | None = None, calendar: Calendar | None = None
) -> RulePage:
    """The rule as it holds at `now` for the company. `settings`: those of the rule, newest first, if at hand.

    With a `calendar`, also examples of what begins now.
    """
    if settings is None:
        settings = list(RuleSetting.objects.filter(rule=rule.key, team=None).order_by("-holds_from", "-id"))
    holding = next((row for row in settings if row.holds_from <= now), None)
    values = holding.values if holding else {}
    terms = thaw(content_of(rule, values))
    coming = next((row for row in reversed(settings) if row.holds_from > now), None)
    coming_terms = thaw(content_of(rule, coming.values)) if coming else None
    return RulePage(
        rule=rule,
        owes=owes_words(rule),
        dues=_sentences(terms),
        terms={case: term.to_json() for case, term in terms.dues.items()},
        clock=clock_words(next(iter(terms.dues.values()))),
        reminders=tuple((step_when(step), _beyond_reminding(step)) for step in terms.ladder if step.early),
        missed=tuple(_missed(rule, terms)),
        off=bool(values.get("off")),
        setting=holding,
        coming=coming,
        coming_dues=_sentences(coming_terms) if coming and not coming.values.get("off") else (),
        examples=tuple(_examples(terms, now, calendar)) if calendar else (),
    )


def _sentences(terms: FrozenTerms) -> tuple[tuple[str, str], ...]:
    return tuple((case, term.sentence()) for case, term in terms.dues.items())


def _examples(terms: FrozenTerms, now: datetime, calendar: Calendar):
    """One for each different term; none for terms that hang on an appointment or another fact of the record."""
    cases: dict[Term, list[str]] = {}
    for case, term in terms.dues.items():
        cases.setdefault(term, []).append(case)
    for term, those in cases.items():
        with suppress(MissingFact, NoWorkingTime):
            due, lines = term.reckon(now, calendar)
            if due > now:
                yield Example(" ".join(those), now, due, tuple(lines), picture(lines, now, due, calendar))


def _beyond_reminding(step: Step) -> str:
    """What a step before the due time does, "" where it only reminds."""
    return step_text(step) if step.tell or step.do else ""


def _missed(rule: Rule, terms: FrozenTerms):
    yield from ((step_when(step), step_text(step)) for step in terms.ladder if not step.early)
    if rule.after_due == AfterDue.ROUND:
        yield _("when the next would be due"), _("it closes as missed and the next one opens")


def owes_words(rule: Rule) -> str:
    """Who owes it, in the reader's language."""
    match rule.owes:
        case System():
            return _("the product itself")
        case Desk(slug):
            return desk_name(slug)
        case Each():
            return _("each person named")
        case Head(up=up):
            return _("the head") if up == 1 else _("the head's head")
        case Ref("owner"):
            return _("the owner")
        case Ref(name):
            return name
    return ""


def clock_words(term: Term) -> str:
    """How time is counted, in the reader's language."""
    if not isinstance(term, Hours):
        return _("working days of the company's calendar")
    return {
        ALWAYS: _("nights and holidays count"),
        OFFICE: _("only office hours count"),
        WORKING_DAYS: _("days that are not worked are cut out"),
    }[term.clock]
