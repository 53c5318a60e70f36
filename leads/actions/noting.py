"""What goes along with a follow-up, and the notes that colleagues leave for each other."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from leads.models import Comment, FollowUp, Lead
from salesops.documents.actions import attach
from salesops.documents.forms import Checked
from salesops.events.recording import record
from salesops.notices.actions import Telling, tell
from salesops.people.models import User

from .editing import edit
from .promising import ask, make_promise, send_item
from .refusing import Refused, locked


@transaction.atomic
def note_along(
    follow_up: FollowUp,
    *,
    promise: str | None = None,
    promise_on: date | None = None,
    question: str | None = None,
    question_at: datetime | None = None,
    sent: str | None = None,
    need: str = "",
    contact: Mapping[str, str] | None = None,
    files: Iterable[Checked] = (),
    by: User,
    at: datetime,
) -> None:
    """Writes what a talk has brought beyond its own words: promises, questions, changes of the customer, files.

    Raises Refused where a phone number belongs to somebody else.
    """
    lead = follow_up.lead
    if promise and promise_on:
        make_promise(lead, text=promise, due_on=promise_on, follow_up=follow_up, by=by, at=at)
    if question:
        ask(lead, text=question, promised_at=question_at, follow_up=follow_up, by=by, at=at)
    if sent:
        send_item(lead, text=sent, follow_up=follow_up, by=by, at=at)
    if need:
        edit(lead, field="need", value=need, by=by, at=at)
    for field, value in (contact or {}).items():
        if value and lead.contact_id:
            edit(lead, field=field, value=value, contact=lead.contact, by=by, at=at)
    attach(files, about=f"follow_up:{follow_up.pk}", file=lead.ref, by=by, at=at)


@transaction.atomic
def comment(
    lead: Lead,
    *,
    text: str,
    mentioned: Iterable[User] = (),
    reply_to: Comment | None = None,
    follow_up: FollowUp | None = None,
    files: Iterable[Checked] = (),
    by: User,
    at: datetime,
) -> Comment:
    """Leaves a note on a lead. Who is mentioned, replied to or commented on is told, if they may see the lead.

    Raises Refused for a mentioned colleague who may not see it: nothing of a lead goes to who has no part in it.
    """
    lead = locked(lead, at)
    mentioned = list(mentioned)
    if outside := [person for person in mentioned if not _sees(person, lead)]:
        raise Refused(
            _("%(people)s cannot see this lead, so nothing was sent.")
            % {"people": _(", ").join(person.name for person in outside)}
        )
    made = Comment.objects.create(lead=lead, by=by, at=at, text=text, reply_to=reply_to, follow_up=follow_up)
    made.mentioned.set(mentioned)
    attach(files, about=f"comment:{made.pk}", file=lead.ref, by=by, at=at)
    record("comment.written", at=at, by=by, refs={"comment": made.pk, "lead": lead.pk}, file=lead.ref)
    kinds = {person.pk: (person, "comment.mentioned") for person in mentioned}
    for about in (reply_to, follow_up):
        if about is not None and _sees(about.by, lead):
            kinds.setdefault(about.by_id, (about.by, "comment.replied"))
    kinds.pop(by.pk, None)
    tell([_telling(person, kind, made, by) for person, kind in kinds.values()], at=at)
    return made


def _sees(person: User, lead: Lead) -> bool:
    return person.is_active and Lead.objects.visible_to(person).filter(pk=lead.pk).exists()


def _telling(person: User, kind: str, made: Comment, by: User) -> Telling:
    return Telling(
        person_id=person.pk,
        key=f"comment.{made.pk}",
        kind=kind,
        values={"company": made.lead.customer.name, "person": by.name},
        url=reverse("leads:detail", args=[made.lead_id]) + "#story",
        file=made.lead.ref,
    )
