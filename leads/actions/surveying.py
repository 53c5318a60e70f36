from datetime import datetime

from django.db import transaction

from leads.models import Lead, NeedSurvey
from salesops.events.recording import record
from salesops.people.models import User

from .refusing import locked


@transaction.atomic
def log_survey(lead: Lead, *, needs: str, situation: str = "", timing: str = "", by: User, at: datetime) -> NeedSurvey:
    """Logs what the customer said they need (lead.need_survey)."""
    lead = locked(lead, at)
    survey = NeedSurvey.objects.create(lead=lead, by=by, at=at, needs=needs, situation=situation, timing=timing)
    refs = {"survey": survey.pk, "lead": lead.pk, "owner": lead.owner_id}
    record("survey.logged", at=at, by=by, refs=refs, file=lead.ref)
    return survey
