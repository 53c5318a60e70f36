"""When something would be due if it began now, for forms that propose a date."""

from dataclasses import dataclass
from datetime import datetime

from salesops.people.models import User

from .engine.context import Context
from .registry import registry


@dataclass(frozen=True)
class Forecast:
    """The due time that the rule gives, and the latest that the owner may choose without a head."""

    due_at: datetime
    latest_at: datetime


def forecast(rule_key: str, *, owner: User, case: str, at: datetime) -> Forecast:
    """What the rule would give the owner for something that begins at `at` (UTC), under today's numbers.

    Raises KeyError for an unknown rule. Where the rule is off, both times are `at`.
    """
    ctx, rule = Context(at), registry[rule_key]
    frozen = ctx.terms_now(rule, owner.team_id, at, store=False)
    if frozen is None:
        return Forecast(at, at)
    _pk, terms = frozen
    calendar = ctx.calendar_now(owner.pk, owner.team_id)
    due = terms.due(case).due(at, calendar)
    limit = terms.limit(case)
    return Forecast(due, max(due, limit.due(at, calendar)) if limit else due)
