from datetime import datetime

from django.db import transaction

from leads.models import PoolRules
from salesops.events.recording import record
from salesops.people.models import User


@transaction.atomic
def change_pool_rules(*, by: User, at: datetime, **values) -> PoolRules:
    """Sets the rules of the lead pool; each change is an event with the numbers before and after."""
    rules = locked_rules()
    changed = {name: [getattr(rules, name), value] for name, value in values.items() if getattr(rules, name) != value}
    if changed:
        for name, value in values.items():
            setattr(rules, name, value)
        rules.full_clean()
        rules.save()
        record("pool_rules.changed", at=at, by=by, refs={}, data={"changed": changed})
    return rules


def locked_rules() -> PoolRules:
    """The rules as they are now, locked."""
    PoolRules.objects.get_or_create(pk=1)
    return PoolRules.objects.select_for_update().get(pk=1)
