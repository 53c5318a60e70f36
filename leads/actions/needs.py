"""A customer's needs: the list, the report and the customer's answer to it, the request."""

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from leads.models import Appointment, Lead, Needs, NeedsReport, NeedsRequest, Status
from leads.models.needs import TEXT, confirmed_report
from salesops.documents.actions import attach
from salesops.documents.forms import Checked
from salesops.encryption import blind_index
from salesops.events.recording import record
from salesops.notices.actions import Telling, tell
from salesops.people.directory import Directory
from salesops.people.models import User

from .refusing import Refused, locked
from .writing import write_to

OPEN_FOR = timedelta(days=30)  # how long the customer's page of a report answers


@transaction.atomic
def write_needs(
    lead: Lead, *, values: Mapping[str, str], talk: Appointment | None = None, by: User, at: datetime
) -> Needs:
    """Writes the list of needs (需求分析清单). With `talk` the planned needs talk is prepared by it.

    What changes after the customer's yes is sent to the customer anew.
    """
    lead = locked(lead, at)
    found, _new = Needs.objects.get_or_create(lead=lead)
    before = {name: getattr(found, name) for name in TEXT}
    for name, value in values.items():
        setattr(found, name, value)
    if changed := any(before[name] != getattr(found, name) for name in TEXT):
        found.changed_at = at
    if talk is not None:
        found.prepared_at = at
    found.save()
    refs = {"lead": lead.pk, "owner": lead.owner_id}
    if changed and found.version and not _is_sent(found):
        record("needs.changed", at=at, by=by, refs=refs, data={"confirmed": _was_confirmed(lead)}, file=lead.ref)
    if talk is not None:
        record("needs.prepared", at=at, by=by, refs={**refs, "appointment": talk.pk}, file=lead.ref)
    return found


@transaction.atomic
def report_needs(lead: Lead, *, mail: bool = False, address: str = "", by: User, at: datetime) -> NeedsReport:
    """Sends the report of the needs as they stand (需求分析报告): a page that the customer opens and answers.

    `address` is the start of the page's address for the mail. Raises Refused while the list is not filled in.
    """
    lead = locked(lead, at)
    found = Needs.objects.filter(lead=lead).first()
    if found is None or not (found.pain_points and found.goals):
        raise Refused(_("Fill in pain points and goals first."))
    found.version += 1
    found.save(update_fields=["version"])
    token = secrets.token_urlsafe(24)
    report = NeedsReport.objects.create(
        lead=lead,
        version=found.version,
        by=by,
        sent_at=at,
        token=token,
        token_index=blind_index(token),
        expires_at=at + OPEN_FOR,
        **{name: getattr(found, name) for name in TEXT},
    )
    # An earlier version is not answered any more.
    NeedsReport.objects.filter(lead=lead, answer="").exclude(pk=report.pk).update(expires_at=at)
    if mail:
        body = _("We have written down what you need. Please read it and tell us whether it is right:")
        page = address + reverse("leads:needs_answer", args=[token])
        subject = _("What you need, as we have understood it")
        write_to(lead, subject=subject, body=f"{body}\n\n{page}\n\n{by.name}", by=by, at=at)
    data = {"version": report.version, "sent": "mail" if mail else "link"}
    _record("needs.reported", report, by, at, data)
    return report


@transaction.atomic
def answer_report(
    report: NeedsReport,
    *,
    yes: bool,
    name: str = "",
    words: str = "",
    files: Iterable[Checked] = (),
    by: User | None,
    at: datetime,
) -> NeedsReport:
    """The customer's answer: on the report's own page (`by` None), or on paper, noted by a person.

    Raises Refused once it is answered, has expired or was sent anew.
    """
    lead = locked(report.lead, at)
    report = NeedsReport.objects.select_for_update(of=("self",)).select_related("lead__customer").get(pk=report.pk)
    if report.answer:
        raise Refused(_("This has been answered already."))
    if lead.status == Status.CLOSED or (by is None and report.expires_at <= at):
        raise Refused(_("This page is not open any more. Ask for a new one."))
    if report.version != Needs.objects.get(lead=lead).version:
        raise Refused(_("There is a newer version of this report."))
    report.answer = NeedsReport.Answer.YES if yes else NeedsReport.Answer.NO
    report.answered_at, report.answered_by, report.words, report.noted_by = at, name, words, by
    report.save(update_fields=["answer", "answered_at", "answered_by", "words", "noted_by"])
    attach(files, about=f"needs:{report.pk}", file=lead.ref, by=by, at=at)
    event = "needs.confirmed" if yes else "needs.refused"
    _record(event, report, by, at, {"version": report.version})
    if by is None and lead.owner_id:
        person = Directory(at).answers_for(lead.owner_id) or lead.owner_id
        _tell(lead, person, event, f"needs.{report.pk}", {"company": lead.customer.name}, at)
    return report


@transaction.atomic
def request_needs(lead: Lead, *, text: str, files: Iterable[Checked], by: User, at: datetime) -> NeedsRequest:
    """Files the confirmed need to the manager (需求申请表), with the signed document. Raises Refused before the yes."""
    lead = locked(lead, at)
    report = confirmed_report(lead)
    if report is None:
        raise Refused(_("The customer has not confirmed the report yet."))
    made = NeedsRequest.objects.create(lead=lead, report=report, text=text, filed_by=by, filed_at=at)
    attach(files, about=f"needs:{report.pk}", file=lead.ref, by=by, at=at)
    refs = {"lead": lead.pk, "owner": lead.owner_id, "report": report.pk}
    record("needs.requested", at=at, by=by, refs=refs, file=lead.ref)
    if manager := Directory(at).manager_above(by.pk):
        values = {"company": lead.customer.name, "person": by.name}
        _tell(lead, manager, "needs.requested", f"needs_request.{made.pk}", values, at)
    return made


def _tell(lead: Lead, person: int, kind: str, key: str, values: Mapping[str, str], at: datetime) -> None:
    page = reverse("leads:needs", args=[lead.pk])
    tell([Telling(person_id=person, key=key, kind=kind, values=values, url=page, file=lead.ref)], at=at)


def _is_sent(found: Needs) -> bool:
    """Whether the last report that was sent says what stands there now."""
    last = NeedsReport.objects.filter(lead=found.lead_id).first()
    return last is not None and all(getattr(last, name) == getattr(found, name) for name in TEXT)


def _was_confirmed(lead: Lead) -> bool:
    return NeedsReport.objects.filter(lead=lead, answer=NeedsReport.Answer.YES).exists()


def _record(name: str, report: NeedsReport, by: User | None, at: datetime, data: dict) -> None:
    refs = {"lead": report.lead_id, "owner": report.lead.owner_id, "report": report.pk}
    record(name, at=at, by=by, refs=refs, data=data, file=report.lead.ref)
