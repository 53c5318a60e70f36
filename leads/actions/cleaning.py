from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from leads.models import Assignment, Customer, Lead, Size, Status
from leads.models.lead import ENDED
from salesops.events.recording import record
from salesops.people.models import User

from .grading import note_grade
from .holding import end_assignment
from .refusing import Refused, locked
from .routing import route


@transaction.atomic
def qualify(
    lead: Lead, *, grade: str, industry: str, size: str, region: str = "", by: User, at: datetime, product: str = ""
) -> Lead:
    """Cleans and grades a lead (lead.qualify), then routes it by its grade, unless somebody has kept it.

    Raises Refused if it has been cleaned already, or closed.
    """
    lead = locked(lead, at)
    if lead.qualified_at is not None or lead.status in ENDED:
        raise Refused(_("%(company)s is not waiting to be cleaned any more.") % {"company": lead.customer.name})
    customer = lead.customer
    customer.industry, customer.size = industry, size or Size.UNKNOWN
    customer.region = region or customer.region
    customer.save(update_fields=["industry", "size", "region", "name_key", "pinyin"])
    before, lead.grade, lead.product, lead.qualified_at = lead.grade, grade, product or lead.product, at
    lead.save(update_fields=["grade", "product", "qualified_at"])
    record("lead.qualified", at=at, by=by, refs={"lead": lead.pk}, data={"grade": grade}, file=lead.ref)
    if lead.status == Status.CLEANING:
        return route(lead, by=by, at=at)
    if grade != before:
        note_grade(lead, before, reason=_("set while cleaning"), by=by, at=at)
    return lead


@transaction.atomic
def set_sizes(leads: Iterable[Lead], *, size: str, by: User, at: datetime) -> int:
    """Sets the size of the customers of many leads at once; returns how many customers changed."""
    ids = {lead.customer_id for lead in leads}
    return Customer.objects.filter(pk__in=ids).exclude(size=size).update(size=size)


def why_not_close(lead: Lead) -> str:
    """Why a lead cannot be closed, "" if it can."""
    if lead.status == Status.WON:
        return _("%(company)s is won: take the signing back first.") % {"company": lead.customer.name}
    is_open = lead.status != Status.CLOSED
    return "" if is_open else _("%(company)s is closed already.") % {"company": lead.customer.name}


@transaction.atomic
def close(lead: Lead, *, reason: str, by: User, at: datetime) -> Lead:
    """Closes a lead that does not fit, with the reason. Raises Refused if it is closed already."""
    lead = locked(lead, at)
    if refusal := why_not_close(lead):
        raise Refused(refusal)
    before, owner = lead.status, lead.owner_id
    lead.status, lead.closed_reason = Status.CLOSED, reason
    lead.save(update_fields=["status", "closed_reason"])
    end_assignment(lead, Assignment.Ended.CLOSED, at=at, reason=reason)
    record("lead.closed", at=at, by=by, refs={"lead": lead.pk, "owner": owner}, data={"before": before}, file=lead.ref)
    return lead
