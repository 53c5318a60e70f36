from datetime import datetime

from django.db import transaction

from salesops.events.recording import record
from salesops.people.models import Team, User

from ..models import RuleSetting


@transaction.atomic
def set_rule(
    rule: str, *, values: dict, holds_from: datetime, reason: str, by: User, at: datetime, team: Team | None = None
) -> RuleSetting:
    """Sets numbers of a rule from an instant on. Running deadlines keep their terms; `recompute` moves them."""
    setting = RuleSetting.objects.create(
        rule=rule, team=team, values=values, holds_from=holds_from, reason=reason, set_by=by, set_at=at
    )
    record("rule.set", at=at, by=by, refs={"setting": setting.pk}, data={"rule": rule, "holds_from": holds_from})
    return setting
