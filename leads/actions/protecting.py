from datetime import datetime

from django.db import transaction

from leads.models import ProtectionRules
from salesops.events.recording import record
from salesops.people.models import User


@transaction.atomic
def change_protection_rules(*, by: User, at: datetime, **values) -> ProtectionRules:
    """Sets how much one person may read and take out; each change is an event with the numbers before and after."""
    ProtectionRules.objects.get_or_create(pk=1)
    rules = ProtectionRules.objects.select_for_update().get(pk=1)
    changed = {name: [getattr(rules, name), value] for name, value in values.items() if getattr(rules, name) != value}
    if changed:
        for name, value in values.items():
            setattr(rules, name, value)
        rules.full_clean()
        rules.save()
        record("protection_rules.changed", at=at, by=by, refs={}, data={"changed": changed})
    return rules
