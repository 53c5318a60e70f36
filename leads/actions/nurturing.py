"""The nurture pool: putting leads there, consents, mails to many, and the way back."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from leads.models import Case, Consent, Contact, Grade, Lead, Letter, Mailing, Pooled, Status
from leads.models.nurture import nurtured
from salesops.events.recording import record
from salesops.people.models import User
from salesops.sop.engine.settling import settle_subjects

from .grading import note_grade, regrade
from .holding import to_pool
from .refusing import Refused, locked

PAUSE = timedelta(days=7)  # between two mails to one contact
AT_ONCE = 200  # letters of one mailing; who waited longest gets theirs first


@transaction.atomic
def put_to_nurture(lead: Lead, *, reason: str, by: User, at: datetime) -> Lead:
    """A lead that is not ready goes to the nurture pool as a C lead, with the reason. Raises Refused."""
    lead = locked(lead, at)
    if refusal := why_not_nurture(lead):
        raise Refused(refusal)
    if lead.grade != Grade.C:
        before, lead.grade = lead.grade, Grade.C
        lead.save(update_fields=["grade"])
        note_grade(lead, before, reason=reason, by=by, at=at)
    return to_pool(lead, why=Pooled.RETURNED, reason=reason, by=by, at=at)


def why_not_nurture(lead: Lead) -> str:
    """Why a lead cannot go to the nurture pool, "" if it can."""
    fits = lead.status in (Status.ASSIGNED, Status.ACTIVE, Status.POOL)
    return "" if fits else _("%(company)s cannot go to the nurture pool now.") % {"company": lead.customer.name}


@transaction.atomic
def note_consent(contact: Contact, *, how: str, given_on: date, by: User, at: datetime) -> Consent:
    """Notes that a contact agreed to get mail. Raises Refused if that is noted already, or for a day to come."""
    Contact.objects.select_for_update(no_key=True).get(pk=contact.pk)
    if given_on > timezone.localtime(at).date():
        raise Refused(_("A consent that lies in the future is none yet."))
    if Consent.objects.filter(contact=contact, ended_at=None).exists():
        raise Refused(_("The consent of this contact is noted already."))
    consent = Consent.objects.create(contact=contact, how=how, given_on=given_on, noted_by=by, noted_at=at)
    record("consent.given", at=at, by=by, refs={"contact": contact.pk}, data={"how": how}, file=_file(contact))
    return consent


@transaction.atomic
def end_consent(contact: Contact, *, by: User | None, at: datetime) -> bool:
    """Ends a contact's consent at once; what waits to be sent to them is not sent. Returns whether there was one.

    Without `by` the contact has unsubscribed.
    """
    ended = Consent.objects.filter(contact=contact, ended_at=None).update(ended_at=at, ended_by=by)
    Letter.objects.filter(contact=contact, mailing__isnull=False, next_at__isnull=False).update(
        next_at=None, trouble="unsubscribed"
    )
    if ended:
        data = {"unsubscribed": by is None}
        record("consent.ended", at=at, by=by, refs={"contact": contact.pk}, data=data, file=_file(contact))
    return bool(ended)


def _file(contact: Contact) -> str:
    return f"customer:{contact.customer_id}"


@transaction.atomic
def send_mailing(
    case: Case, *, subject: str, text: str, compose: Callable[[Mailing, Lead], str], by: User, at: datetime
) -> Mailing:
    """Queues a letter to each lead of the nurture pool that may be written to, at most AT_ONCE; meets lead.nurture.

    `compose` gives the body for one lead. Raises Refused if nobody may be written to, or the case must not go out.
    """
    if case.retired_at or not case.for_customers:
        raise Refused(_("This case may not go to customers."))
    found = nurtured(lately=at - PAUSE).filter(excluded="").values_list("pk", flat=True)[:AT_ONCE]
    # Locked one after the other in the order of all sweeps; who has left the pool meanwhile is not written to.
    ids = sorted(found)
    settle_subjects({f"lead:{pk}" for pk in ids}, until=at, at=at)
    rows = (
        Lead.objects.filter(pk__in=ids, status=Status.NURTURE)
        .select_for_update(of=("self",), no_key=True)
        .order_by("pk")
    )
    leads = list(rows.select_related("customer", "contact"))
    if not leads:
        raise Refused(_("Nobody may be written to now."))
    mailing = Mailing.objects.create(case=case, subject=subject, text=text, by=by, at=at, count=len(leads))
    letters = [
        Letter(
            lead=lead,
            contact=lead.contact,
            mailing=mailing,
            by=by,
            at=at,
            subject=subject,
            body=compose(mailing, lead),
            next_at=at,
        )
        for lead in leads
    ]
    Letter.objects.bulk_create(letters)
    for lead in leads:
        refs = {"lead": lead.pk, "contact": lead.contact_id, "mailing": mailing.pk}
        record("nurture.sent", at=at, by=by, refs=refs, file=lead.ref)
    refs = {"mailing": mailing.pk, "case": case.pk}
    record("mailing.sent", at=at, by=by, refs=refs, data={"count": len(leads)})
    return mailing


@transaction.atomic
def note_interest(lead: Lead, mailing: Mailing, *, at: datetime) -> bool:
    """The contact wants to know more: the lead is a B lead again and is routed anew. Returns whether that was new."""
    lead = locked(lead, at)
    if lead.status != Status.NURTURE:
        return False
    refs = {"lead": lead.pk, "contact": lead.contact_id, "mailing": mailing.pk}
    record("nurture.interested", at=at, by=None, refs=refs, file=lead.ref)
    reason = _("Interested after the mail “%(subject)s”") % {"subject": mailing.subject}
    regrade(lead, grade=Grade.B, reason=reason, by=mailing.by, at=at)
    return True
