"""Promises, open questions and what was sent: logging, ending, moving, passing on with the lead."""

from datetime import date, datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from leads.models import FollowUp, Lead, Promise, Question, Sent
from salesops.events.recording import record
from salesops.people import scope
from salesops.people.models import User
from salesops.sop.engine.settling import settle_subjects

from .refusing import Refused, locked

# Asking again about the same item within this time is warned about (handbook H4).
PATIENCE = timedelta(days=3)
Owed = Promise | Question | Sent
# The reference of each, and the noun of its events.
_KINDS = {Promise: ("promise", "promise"), Question: ("question", "question"), Sent: ("sent", "item")}
_ENDED = {Promise: "kept", Question: "answered", Sent: "answered"}


@transaction.atomic
def make_promise(
    lead: Lead, *, text: str, due_on: date, follow_up: FollowUp | None = None, by: User, at: datetime
) -> Promise:
    """Logs something promised to the customer by a day (promise.keep). Raises Refused for a day that is over."""
    if due_on < timezone.localtime(at).date():
        raise Refused(_("A promise is for today or a later day."))
    lead = locked(lead, at)
    made = Promise.objects.create(lead=lead, owner=by, text=text, due_on=due_on, follow_up=follow_up, at=at)
    _record("made", made, by, at, promised_at=due_on)
    return made


@transaction.atomic
def ask(
    lead: Lead,
    *,
    text: str,
    promised_at: datetime | None = None,
    follow_up: FollowUp | None = None,
    by: User,
    at: datetime,
) -> Question:
    """Logs a question that `by` could not answer on the spot (question.answer)."""
    lead = locked(lead, at)
    made = Question.objects.create(lead=lead, owner=by, text=text, promised_at=promised_at, follow_up=follow_up, at=at)
    _record("logged", made, by, at, promised_at=promised_at)
    return made


@transaction.atomic
def send_item(lead: Lead, *, text: str, follow_up: FollowUp | None = None, by: User, at: datetime) -> Sent:
    """Logs that something was sent and an answer is awaited (promise.nudge)."""
    lead = locked(lead, at)
    made = Sent.objects.create(lead=lead, owner=by, text=text, follow_up=follow_up, at=at)
    _record("sent", made, by, at)
    return made


@transaction.atomic
def end(owed: Owed, *, answer: str = "", by: User, at: datetime) -> None:
    """The promise is kept, the question answered, the sent item answered. Raises Refused if it has ended."""
    owed = _open(owed, by, at)
    _end(owed, answer, by, at)
    _record(_ENDED[type(owed)], owed, by, at)


@transaction.atomic
def drop(owed: Owed, *, reason: str, by: User, at: datetime) -> None:
    """It is not owed any more, for a reason. Raises Refused if it has ended."""
    drop_locked(_open(owed, by, at), reason=reason, by=by, at=at)


def drop_locked(owed: Owed, *, reason: str, by: User | None, at: datetime) -> None:
    """The same for one that is locked."""
    owed.dropped = True
    _end(owed, reason, by, at)
    _record("dropped", owed, by, at)


@transaction.atomic
def move_promise(promise: Promise, *, due_on: date, reason: str, by: User, at: datetime) -> None:
    """The customer agreed to another day. Raises Refused once the promise is late: lateness is not moved away."""
    promise = _open(promise, by, at)
    today = timezone.localtime(at).date()
    if promise.due_on < today:
        raise Refused(_("This promise is overdue; keep it or say why it is dropped."))
    if due_on < today:
        raise Refused(_("A promise is for today or a later day."))
    promise.due_on, promise.moved_reason = due_on, reason
    promise.save(update_fields=["due_on", "moved_reason"])
    _record("moved", promise, by, at, promised_at=due_on)


def pass_on(lead: Lead, owner: User, *, at: datetime) -> None:
    """What is still owed on a locked lead goes to its new owner; what is overdue by then is due on the same day."""
    today = timezone.localtime(at).date()
    for model in _KINDS:
        for owed in model.objects.open().filter(lead=lead).exclude(owner=owner).order_by("pk"):
            owed.owner = owner
            values = {"promised_at": None} if model is Question else {}
            if model is Promise:
                owed.due_on = values["promised_at"] = max(owed.due_on, today)
            owed.save()
            _record("passed_on", owed, None, at, **values)


def follow_items(lead: Lead, *, by: User, at: datetime) -> None:
    """A follow-up was logged on a locked lead: whoever waited for an answer for three days has asked."""
    for owed in Sent.objects.open().filter(lead=lead, at__lte=at - PATIENCE).order_by("pk"):
        _record("followed_up", owed, by, at)


def may_end(user: User, owed: Owed) -> bool:
    """Whether it is the user's to end: who owes it, who stands in, who holds the lead now."""
    mine = {owed.owner_id, owed.lead.owner_id} - {None}
    return user.pk in mine or scope.acted_for(user).filter(pk__in=mine).exists()


def _open(owed: Owed, by: User, at: datetime) -> Owed:
    kind, _noun = _KINDS[type(owed)]
    settle_subjects({f"{kind}:{owed.pk}"}, until=at, at=at)
    owed = type(owed).objects.select_for_update(of=("self",)).select_related("lead").get(pk=owed.pk)
    if not may_end(by, owed):
        raise PermissionDenied
    if owed.ended_at:
        raise Refused(_("This has been done already."))
    return owed


def _end(owed: Owed, answer: str, by: User | None, at: datetime) -> None:
    owed.ended_at, owed.ended_by, owed.answer = at, by, answer
    owed.save(update_fields=["ended_at", "ended_by", "answer", "dropped"])


def _record(done: str, owed: Owed, by: User | None, at: datetime, **data) -> None:
    kind, noun = _KINDS[type(owed)]
    refs = {kind: owed.pk, "lead": owed.lead_id, "owner": owed.owner_id}
    record(f"{noun}.{done}", at=at, by=by, refs=refs, data=data, file=owed.lead.ref)
