"""What one setting of a rule changes against another, in the reader's language."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from .explain import step_text, step_when
from .frozen import FrozenTerms, content_of, thaw
from .models import RuleSetting
from .rule import Rule, Step


@dataclass(frozen=True)
class Difference:
    """One line: what it is about, what it was, what it becomes."""

    what: str
    before: str
    after: str


def differences(rule: Rule, old: Mapping, new: Mapping) -> list[Difference]:
    """The lines in which two values of settings of the rule differ; none where they say the same."""
    before, after = thaw(content_of(rule, old)), thaw(content_of(rule, new))
    found = [*_terms(before.dues, after.dues, _("Due")), *_terms(before.at_most, after.at_most, _("At most"))]
    found += [*_ladder(rule, before, after)]
    states = {False: _("in force"), True: _("switched off")}
    found.append(Difference(_("The rule"), states[bool(old.get("off"))], states[bool(new.get("off"))]))
    return [line for line in found if line.before != line.after]


def history(rule: Rule) -> list[tuple[RuleSetting, list[Difference]]]:
    """All settings of the rule, newest first, each with what it changed against the one before for the same team."""
    rows = list(RuleSetting.objects.filter(rule=rule.key).select_related("team", "set_by").order_by("set_at", "id"))
    last: dict[int | None, Mapping] = {}
    found = []
    for row in rows:
        before = last.get(row.team_id, last.get(None, {}))
        found.append((row, differences(rule, before, row.values)))
        last[row.team_id] = row.values
    return found[::-1]


def _terms(before: Mapping, after: Mapping, what: str) -> Iterator[Difference]:
    for case in after:
        yield Difference(f"{what} {case}".strip(), before[case].sentence(), after[case].sentence())


def _ladder(rule: Rule, before: FrozenTerms, after: FrozenTerms) -> Iterator[Difference]:
    steps = {step.name: step for step in (*before.ladder, *after.ladder, *rule.ladder)}
    for step in steps.values():
        old, new = (_step_words(terms, step) for terms in (before, after))
        yield Difference(step_text(step).capitalize(), old, new)


def _step_words(terms: FrozenTerms, step: Step) -> str:
    found = next((each for each in terms.ladder if each.name == step.name), None)
    if found is None:
        return _("off")
    said = _("%(when)s: %(what)s") % {"when": step_when(found), "what": step_text(found)}
    if found.every is None:
        return said
    return _("%(step)s, again every %(amount)s") % {"step": said, "amount": found.every.sentence()}
