"""What a rule would demand of something that begins now: the live example beside the form of a rule's numbers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from salesops.people.models import Team

from .calendar import ONE_DAY, Calendar, NoWorkingTime
from .calendars import calendar_for
from .engine.ladder import all_times
from .engine.periods import next_start, period_of, start_of
from .explain import step_text
from .frozen import FrozenTerms, content_of, thaw
from .models import Deadline
from .rule import Every, Rule
from .terms import Term

MOST_PERIODS = 14


@dataclass(frozen=True)
class Example:
    """Something that begins at `start_at`: when it is due, was due so far, and what happens when. Instants in UTC."""

    case: str
    start_at: datetime
    due_at: datetime
    before_at: datetime
    steps: tuple[tuple[datetime, str], ...]
    facts: tuple[datetime, ...] = ()

    @property
    def moved(self) -> bool:
        return self.due_at != self.before_at


def examples(rule: Rule, old: Mapping, new: Mapping, *, team: Team | None, at: datetime) -> list[Example]:
    """For each case one that begins at `at`; of the first case also one before the next days off.

    `old` and `new` are values of settings. Cases that find no working time are left out.
    """
    calendar = calendar_for(team=team)
    before, after = thaw(content_of(rule, old)), thaw(content_of(rule, new))
    first = next(iter(after.dues))
    wanted = [(case, at) for case in after.dues]
    if not isinstance(rule.opens, Every):
        wanted.append((first, _before_days_off(calendar, at)))
    found = []
    for case, start in wanted:
        try:
            found.append(_example(rule, case, start, before, after, calendar))
        except NoWorkingTime:
            continue
    return _merged(found)


def _merged(found: list[Example]) -> list[Example]:
    """Cases that say the same in one."""
    merged: dict[tuple, Example] = {}
    for each in found:
        key = each.start_at, each.due_at, each.before_at
        first = merged.get(key)
        merged[key] = replace(first, case=f"{first.case} {each.case}") if first else each
    return list(merged.values())


def _example(rule: Rule, case: str, start: datetime, before: FrozenTerms, after: FrozenTerms, calendar: Calendar):
    if isinstance(rule.opens, Every):
        start = _next_round(rule, after.due(case), start, calendar)
    asked = sorted(_facts_of(after.due(case)))
    facts = {name: _assumed(start, calendar) for name in (*asked, *rule.values)}
    due = after.due(case).due(start, calendar, facts)
    row = Deadline(rule=rule.key, starts_at=start, due_at=due)
    steps = sorted((at, step_text(step)) for step, at in all_times(row, after, calendar))
    old = before.due(case).due(start, calendar, facts)
    return Example(
        case, start, due, old, tuple(steps), tuple(facts[name] for name in sorted(_facts_of(after.due(case))))
    )


def _next_round(rule: Rule, term: Term, at: datetime, calendar: Calendar) -> datetime:
    """The start of the first period whose due time is still to come."""
    period = period_of(rule.opens.period, at)
    start = start_of(period)
    for _each in range(MOST_PERIODS):
        facts = {name: _assumed(start, calendar) for name in _facts_of(term) | set(rule.values)}
        worked = rule.opens.period != "day" or calendar.is_working(calendar.local(start).date())
        if worked and term.due(start, calendar, facts) > at:
            break
        start = next_start(period)
        period = period_of(rule.opens.period, start)
    return start


def _assumed(start: datetime, calendar: Calendar) -> datetime:
    """An instant for what only the subject knows: close of the third working day after the start."""
    return calendar.closes(calendar.step(calendar.local(start).date(), 3))


def _facts_of(term: Term) -> set[str]:
    """The names of the subject's values and of the other rules on which the term depends."""

    def walk(content) -> Iterator[str]:
        if isinstance(content, Mapping):
            if content.get("term") in ("before", "field"):
                yield content["field"]
            elif content.get("term") == "as_due_of":
                yield content["rule"]
            content = content.values()
        elif not isinstance(content, list):
            return
        for inner in content:
            yield from walk(inner)

    return set(walk(term.to_json()))


def _before_days_off(calendar: Calendar, at: datetime) -> datetime:
    """An hour before the close of the last working day before the next days off."""
    day = calendar.on_or_after(calendar.local(at).date())
    while calendar.is_working(day + ONE_DAY):
        day += ONE_DAY
    return calendar.closes(day) - timedelta(hours=1)
