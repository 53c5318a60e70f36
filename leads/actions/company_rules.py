"""The company's own numbers that stand in one row of a model each: reading them under a lock, and changing them."""

from datetime import datetime
from typing import TypeVar

from django.db import transaction
from django.db.models import Model

from leads.models import PoolRules, ProtectionRules
from salesops.events.recording import record
from salesops.people.models import User

EVENTS = {PoolRules: "pool_rules.changed", ProtectionRules: "protection_rules.changed"}
Rules = TypeVar("Rules", bound=Model)


def locked_rules(model: type[Rules]) -> Rules:
    """The row as it is now, locked; made if nobody has changed a number yet."""
    model.objects.get_or_create(pk=1)
    return model.objects.select_for_update().get(pk=1)


@transaction.atomic
def change_rules(model: type[Rules], *, by: User, at: datetime, **values) -> Rules:
    """Sets the numbers; what differs is recorded, with the numbers before and after."""
    rules = locked_rules(model)
    changed = {name: [getattr(rules, name), value] for name, value in values.items() if getattr(rules, name) != value}
    if changed:
        for name, value in values.items():
            setattr(rules, name, value)
        rules.full_clean()
        rules.save()
        record(EVENTS[model], at=at, by=by, refs={}, data={"changed": changed})
    return rules
