"""What terms read besides the start: the event's values, and the due times of the rules that they refer to."""

from collections.abc import Mapping
from datetime import date, datetime

from salesops.events.models import Event

from ..models import Deadline
from ..rule import Rule
from ..terms import AsDueOf, Term
from .context import Context


def facts_of(rule: Rule, event: Event, ctx: Context) -> dict:
    """The event's values and the other rules' due times that the rule's terms read, as JSON."""
    names = {*rule.values, *([rule.starts] if isinstance(rule.starts, str) and rule.starts != "at" else [])}
    found = {name: event.data[name] for name in sorted(names) if event.data.get(name) is not None}
    return found | dues_of_referred(rule, rule.subject_of(event.refs), ctx)


def typed_facts(facts: Mapping) -> dict:
    """Kept facts as instants and dates."""
    return {name: moment(value) for name, value in facts.items()}


def moment(value):
    """An instant or a date from ISO 8601; anything else as it is."""
    if not isinstance(value, str):
        return value
    return date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value)


def plain(value):
    """The value as JSON keeps it."""
    return value.isoformat() if isinstance(value, date) else value


def dues_of_referred(rule: Rule, subject: str, ctx: Context) -> dict[str, str]:
    """The due time of the subject's last deadline of each rule to which the terms refer, by its key."""
    found = {}
    for key in referred(rule):
        unsaved = [*ctx.new[::-1], *ctx.changed.values()]
        row = next((row for row in unsaved if row.rule == key and row.subject == subject), None)
        row = row or Deadline.objects.filter(rule=key, subject=subject).order_by("-id").first()
        if row is not None:
            found[key] = row.due_at.isoformat()
    return found


def referred(rule: Rule) -> set[str]:
    """The keys of the rules whose due times this rule's terms refer to."""
    found: set[str] = set()

    def walk(term):
        if isinstance(term, AsDueOf):
            found.add(term.rule)
        for value in vars(term).values():
            for inner in value if isinstance(value, tuple) else (value,):
                if isinstance(inner, Term):
                    walk(inner)

    for term in rule.dues().values():
        walk(term)
    return found
