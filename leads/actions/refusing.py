from datetime import datetime

from leads.models import Lead
from salesops.sop.engine.settling import settle_subjects


class Refused(Exception):
    """What was asked cannot be done now; the message says why, in the user's language. Nothing was written."""


def locked(lead: Lead, at: datetime) -> Lead:
    """The lead as it is now, locked, after everything that was due before `at` has been done about it."""
    settle_subjects({lead.ref}, until=at, at=at)
    return Lead.objects.select_for_update(of=("self",), no_key=True).select_related("customer").get(pk=lead.pk)
