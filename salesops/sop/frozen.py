"""Freezing terms and calendars on a deadline, and reading them again.

What a deadline was promised under never changes: a changed number or calendar makes new content beside the old.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from django.db.models import F, Func, TextField, Value
from django.db.models.functions import Coalesce
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from .calendar import Calendar, Day
from .models import CalendarSnapshot, Terms
from .registry import registry
from .rule import AT_DUE, MORNING, After, Ahead, AtShare, Rule, Step, Streak, Told
from .terms import Term, from_json


@dataclass(frozen=True)
class FrozenTerms:
    """The terms of one deadline: due terms by case, the ladder, and how far the owner may choose."""

    rule: str
    dues: Mapping[str, Term]
    ladder: tuple[Step, ...]
    at_most: Mapping[str, Term]

    def due(self, case: str) -> Term:
        """The due term of a case. Raises ValueError if the rule has no such case."""
        found = self.dues.get(case) or self.dues.get("")
        if found is None:
            raise ValueError(f"{self.rule} has no term for {case!r}.")
        return found

    def limit(self, case: str) -> Term | None:
        return self.at_most.get(case) or self.at_most.get("")


def content_of(rule: Rule, values: Mapping) -> dict:
    """The JSON content of the rule's terms with an admin's `values` (RuleSetting) laid over them."""
    changed = values.get("ladder", {})
    ladder = [
        step_to_json(step) | (changed.get(step.name) or {})
        for step in rule.ladder
        if changed.get(step.name, {}) is not None
    ]
    ladder += [step | {"name": name} for name, step in changed.items() if step and "remind" in step]
    at_most = rule.choose.at_most if rule.choose else None
    limits = {"": at_most} if isinstance(at_most, Term) else dict(at_most or {})
    return {
        "rule": rule.key,
        "due": {case: term.to_json() for case, term in rule.dues().items()} | values.get("due", {}),
        "ladder": ladder,
        "at_most": {case: term.to_json() for case, term in limits.items()} | values.get("at_most", {}),
    }


@lru_cache(maxsize=1024)
def _thaw(rule_key: str, text: str) -> FrozenTerms:
    content = json.loads(text)
    rule = registry[rule_key]
    return FrozenTerms(
        rule=rule_key,
        dues={case: from_json(term) for case, term in content["due"].items()},
        ladder=tuple(step_from_json(rule, step) for step in content["ladder"] if _stands(rule, step)),
        at_most={case: from_json(term) for case, term in content["at_most"].items()},
    )


def thaw(content: Mapping) -> FrozenTerms:
    return _thaw(content["rule"], _text(content))


def due_term() -> Coalesce:
    """For a query of deadlines: the due term of each, as frozen; `time_given` says it."""
    return Coalesce(_due_of(F("case")), _due_of(Value("")))


def _due_of(case) -> Func:
    path = (F("terms__content"), Value("due"), case)
    return Func(*path, function="jsonb_extract_path_text", output_field=TextField())


def time_given(term: str) -> str:
    """A frozen term, as JSON, in the reader's words: "Time given: 4 office hours"; "" is the owner's choice."""
    return _time_given(term, get_language())


@lru_cache(maxsize=1024)
def _time_given(term: str, language: str) -> str:
    words = from_json(json.loads(term)).sentence() if term else _("the owner's choice")
    return _("Time given: %(term)s") % {"term": words}


# Steps

_WHEN = {Ahead: "ahead", After: "after", AtShare: "share", Streak: "streak"}


def step_to_json(step: Step) -> dict:
    """What an admin may change of a step: when, every, who is told."""
    if isinstance(step.when, str):
        when = {"at": step.when}
    elif isinstance(step.when, Ahead | After):
        when = {"at": _WHEN[type(step.when)], "amount": step.when.amount.to_json()}
    else:
        n = step.when.share if isinstance(step.when, AtShare) else step.when.n
        when = {"at": _WHEN[type(step.when)], "n": n}
    return {
        "name": step.name,
        "when": when,
        "tell": [str(told) for told in step.tell],
        "every": step.every and step.every.to_json(),
    }


def _stands(rule: Rule, content: Mapping) -> bool:
    """Whether the rule still declares the step, or an admin has added it: only an added one says whether it reminds."""
    return "remind" in content or rule.step(content["name"]) is not None


def step_from_json(rule: Rule, content: Mapping) -> Step:
    """The step as declared, with what was frozen laid over it: consequences stay those of the code."""
    step = rule.step(content["name"]) or Step(name=content["name"], when=AT_DUE, remind=content["remind"])
    when = content["when"]
    match when["at"]:
        case "ahead":
            half = isinstance(step.when, Ahead) and step.when.or_half
            at = Ahead(from_json(when["amount"]), half)
        case "after":
            at = After(from_json(when["amount"]))
        case "share":
            at = AtShare(when["n"])
        case "streak":
            at = Streak(int(when["n"]))
        case other:
            at = MORNING if other == MORNING else AT_DUE
    every = from_json(content["every"]) if content.get("every") else None
    return replace(step, when=at, every=every, tell=tuple(Told(told) for told in content["tell"]))


# Calendars


def calendar_content(calendar: Calendar) -> dict:
    return {
        "zone": calendar.zone,
        "week": calendar.week,
        "days": [
            [day.isoformat(), said.kind, said.windows, said.name, said.source, said.office]
            for day, said in calendar.days
        ],
        "years": calendar.years,
    }


@lru_cache(maxsize=256)
def _calendar(text: str) -> Calendar:
    content = json.loads(text)
    return Calendar(
        zone=content["zone"],
        week=tuple(_windows(windows) for windows in content["week"]),
        days=tuple(
            (date.fromisoformat(day), Day(kind, _windows(windows), name, source, office and tuple(office)))
            for day, kind, windows, name, source, office in content["days"]
        ),
        years=content["years"] and tuple((year, source) for year, source in content["years"]),
    )


@lru_cache(maxsize=256)
def _calendar_text(calendar: Calendar) -> str:
    return _text(calendar_content(calendar))


def _windows(windows) -> tuple:
    return tuple((begin, end) for begin, end in windows)


# Storing


def _text(content) -> str:
    return json.dumps(content, sort_keys=True, ensure_ascii=False)


class Freezer:
    """Stores frozen content once and reads it back. One for each transaction: a rollback undoes what it stored."""

    def __init__(self):
        self._ids: dict[tuple[type, str], int] = {}
        self._texts: dict[tuple[type, int], str] = {}

    def terms_id(self, content: Mapping) -> int:
        return self._id(Terms, _text(content), rule=content["rule"])

    def calendar_id(self, calendar: Calendar) -> int:
        return self._id(CalendarSnapshot, _calendar_text(calendar))

    def terms(self, pk: int) -> FrozenTerms:
        text = self._text(Terms, pk)
        return _thaw(json.loads(text)["rule"], text)

    def calendar(self, pk: int) -> Calendar:
        return _calendar(self._text(CalendarSnapshot, pk))

    def load(self, terms_ids, calendar_ids) -> None:
        """Reads what is not known yet of the given ids in at most two queries."""
        for model, ids in ((Terms, terms_ids), (CalendarSnapshot, calendar_ids)):
            if unknown := {pk for pk in ids if (model, pk) not in self._texts}:
                for row in model.objects.filter(pk__in=unknown):
                    self._texts[model, row.pk] = _text(row.content)

    def _text(self, model, pk: int) -> str:
        if (model, pk) not in self._texts:
            self._texts[model, pk] = _text(model.objects.get(pk=pk).content)
        return self._texts[model, pk]

    def _id(self, model, text: str, **extra) -> int:
        if (model, text) not in self._ids:
            digest = hashlib.sha256(text.encode()).hexdigest()
            row, _ = model.objects.get_or_create(digest=digest, defaults={"content": json.loads(text), **extra})
            self._ids[model, text] = row.pk
            self._texts[model, row.pk] = text
        return self._ids[model, text]
