from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from leads.models import Comment, Grade, GradeChange, Lead, Status
from leads.models.lead import ENDED
from salesops.events.recording import record
from salesops.people.models import User

from .refusing import Refused, locked
from .routing import route


@transaction.atomic
def regrade(lead: Lead, *, grade: str, reason: str, by: User, at: datetime) -> Lead:
    """Grades anew with a reason, which may confirm the grade; the running follow-up is recomputed by it.

    Raises Refused if the lead is closed or not graded yet.

    A lead in the nurture pool that is upgraded is routed anew.
    """
    lead = locked(lead, at)
    if refusal := why_not_regrade(lead):
        raise Refused(refusal)
    before, lead.grade = lead.grade, grade
    lead.save(update_fields=["grade"])
    note_grade(lead, before, reason=reason, by=by, at=at)
    if lead.status == Status.NURTURE and grade != Grade.C:
        return route(lead, by=by, at=at)
    return lead


def why_not_regrade(lead: Lead) -> str:
    """Why a lead cannot be graded anew, "" if it can."""
    graded = lead.status not in (*ENDED, Status.CLEANING)
    return "" if graded else _("%(company)s has no grade to change.") % {"company": lead.customer.name}


def note_grade(lead: Lead, before: str, *, reason: str, by: User, at: datetime) -> None:
    """Records that a locked lead's grade was changed; the running follow-up is recomputed by it."""
    refs, data = {"lead": lead.pk, "owner": lead.owner_id}, {"grade": lead.grade, "before": before}
    record("lead.graded", at=at, by=by, refs=refs, data=data, file=lead.ref)
    GradeChange.objects.create(lead=lead, grade=lead.grade, before=before, reason=reason, by=by, at=at)


@transaction.atomic
def agree_later(lead: Lead, *, next_on: date, reason: str, by: User, at: datetime) -> Lead:
    """A head agrees that the running follow-up is due on a later day than the owner may choose. Raises Refused.

    The caller has made sure that `by` heads the owner.
    """
    lead = locked(lead, at)
    if lead.status != Status.ACTIVE:
        raise Refused(_("Nobody follows up %(company)s now.") % {"company": lead.customer.name})
    record(
        "lead.later_agreed",
        at=at,
        by=by,
        refs={"lead": lead.pk, "owner": lead.owner_id},
        data={"next_at": next_on, "agreed": True},
        file=lead.ref,
    )
    note = _("Agreed to the next follow-up on %(day)s: %(reason)s") % {"day": next_on.isoformat(), "reason": reason}
    Comment.objects.create(lead=lead, by=by, at=at, text=note)
    return lead
