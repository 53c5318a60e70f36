from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import chain

from django.db import transaction
from django.utils.translation import gettext as _

from leads.models import Appointment, FollowUp, Lead, Status, VisitRecord, Way
from leads.models.follow_up import IMPORTANT
from salesops.documents.actions import attach
from salesops.documents.forms import Checked
from salesops.documents.models import Upload
from salesops.events.models import Event
from salesops.events.recording import record
from salesops.people.models import User
from salesops.sop.engine.undoing import can_undo, undo

from .holding import accept_held, held_by
from .promising import drop_locked, follow_items
from .refusing import Refused, locked

# This many tries in a row without an answer count as follow-ups (sop.md, lead.follow_up).
TRIES_THAT_COUNT = 2


@transaction.atomic
def log_follow_up(
    lead: Lead,
    *,
    by: User,
    at: datetime,
    way: str,
    reached: bool,
    progress: bool | None = None,
    note: str = "",
    need: str = "",
    intent: str = "",
    feedback: str = "",
    objection: str = "",
    objection_answer: str = "",
    next_step: str = "",
    next_on: date | None = None,
    later_reason: str = "",
    important: bool = False,
    talked_at: datetime | None = None,
    appointment: Appointment | None = None,
    needs_talk: bool = False,
) -> FollowUp:
    """Logs a contact or a try. `at` is when it was received, `talked_at` when the talk is said to have ended.

    A contact that reached the customer, with need and intent, is the first response. A try counts as a follow-up for
    the first two in a row. Who does not hold the lead any more leaves a note: no deadline is touched by it.
    """
    lead = locked(lead, at)
    if lead.status == Status.ASSIGNED and lead.owner_id == by.pk:
        accept_held(lead, by=by, at=at)
    holds = lead.status == Status.ACTIVE and held_by(lead, by)
    tries = 0 if reached else lead.unanswered + 1
    answers = reached and bool(need or lead.responded_at) and bool(intent or lead.responded_at)
    working = lead.responded_at is not None or answers
    unplanned = appointment is None and way == Way.VISIT and reached and holds
    if unplanned:
        appointment = _unplanned(lead, by, talked_at or at)
    follow_up = FollowUp.objects.create(
        lead=lead,
        by=by,
        appointment=appointment,
        logged_at=at,
        talked_at=talked_at or at,
        way=way,
        reached=reached,
        progress=progress,
        note=note,
        need=need,
        intent=intent,
        feedback=feedback,
        objection=objection,
        objection_answer=objection_answer,
        next_step=next_step,
        next_on=next_on,
        later_reason=later_reason,
        important=important or way in IMPORTANT,
    )
    if appointment is not None:
        Appointment.objects.filter(pk=appointment.pk).update(state=Appointment.State.HELD)
    if holds and reached:
        follow_items(lead, by=by, at=at)
    if holds:
        _remember(lead, at, reached=reached, tries=tries, answers=answers, need=need)
    record(
        "follow_up.logged",
        at=at,
        by=by,
        refs={
            "follow_up": follow_up.pk,
            "lead": lead.pk,
            "owner": lead.owner_id if holds else by.pk,
            "appointment": appointment.pk if appointment else None,
        },
        data={
            "way": way,
            "reached": reached,
            "intent": intent,
            "grade": lead.grade,
            "answers": holds and answers,
            "counts": holds and (reached or tries <= TRIES_THAT_COUNT),
            "working": holds and working,
            "important": follow_up.important,
            "ends_at": follow_up.talked_at,
            "next_at": next_on,
            "agreed": None,
            "unplanned": unplanned,
            "needs": holds and reached and (needs_talk or (appointment is not None and appointment.needs_talk)),
        },
        file=lead.ref,
    )
    return follow_up


def _unplanned(lead: Lead, by: User, ended_at: datetime) -> Appointment:
    """A visit that nobody had planned, as it was held: its record hangs on it."""
    values = {"way": Way.VISIT, "starts_at": ended_at - timedelta(hours=1), "ends_at": ended_at}
    return Appointment.objects.create(lead=lead, owner=by, state=Appointment.State.HELD, **values)


def _take_back(appointment: Appointment, *, unplanned: bool) -> None:
    """The talk was not held after all: it is planned still, or was never planned."""
    if unplanned:
        appointment.delete()
    else:
        Appointment.objects.filter(pk=appointment.pk).update(state=Appointment.State.PLANNED)


def _remember(lead: Lead, at: datetime, *, reached: bool, tries: int, answers: bool, need: str) -> None:
    lead.unanswered = tries
    if reached:
        lead.last_contact_at = at
    if answers and lead.responded_at is None:
        lead.responded_at = at
    if need and not lead.need:
        lead.need = need
    lead.save(update_fields=["unanswered", "last_contact_at", "responded_at", "need"])


@transaction.atomic
def attach_minutes(
    follow_up: FollowUp, *, minutes: str, files: Iterable[Checked] = (), by: User, at: datetime
) -> FollowUp:
    """Attaches detailed minutes to an important talk (follow_up.minutes); later text replaces earlier."""
    locked(follow_up.lead, at)
    follow_up.minutes, follow_up.minutes_at = minutes, follow_up.minutes_at or at
    follow_up.save(update_fields=["minutes", "minutes_at"])
    attach(files, about=f"follow_up:{follow_up.pk}", file=follow_up.lead.ref, by=by, at=at)
    record(
        "minutes.attached",
        at=at,
        by=by,
        refs={"follow_up": follow_up.pk, "lead": follow_up.lead_id, "owner": follow_up.by_id},
        file=follow_up.lead.ref,
    )
    return follow_up


@transaction.atomic
def undo_follow_up(follow_up: FollowUp, *, by: User, at: datetime) -> None:
    """Takes back a follow-up logged by mistake: what it met is owed again. Raises Refused once others acted on it."""
    lead = locked(follow_up.lead, at)
    event = Event.objects.filter(name="follow_up.logged", subject=f"follow_up:{follow_up.pk}").first()
    later = Event.objects.filter(file=lead.ref, id__gt=event.pk if event else 0).exclude(by=by).exclude(by=None)
    rests = later.exists() or VisitRecord.objects.filter(follow_up=follow_up).exists()
    if event is None or event.by_id != by.pk or rests or not can_undo(event):
        raise Refused(_("This follow-up cannot be undone any more."))
    record(
        "follow_up.undone",
        at=at,
        by=by,
        refs={"follow_up": follow_up.pk, "lead": lead.pk, "owner": by.pk},
        file=lead.ref,
    )
    undo(event, at=at)
    for owed in chain(follow_up.promises.open(), follow_up.questions.open(), follow_up.sent_items.open()):
        drop_locked(owed, reason=_("The follow-up was taken back."), by=by, at=at)
    if follow_up.appointment is not None:
        _take_back(follow_up.appointment, unplanned=event.data.get("unplanned"))
    Upload.objects.filter(about=f"follow_up:{follow_up.pk}").update(about=lead.ref)
    before = lead.follow_ups.exclude(pk=follow_up.pk)
    if lead.responded_at == follow_up.logged_at:
        lead.responded_at = None
    lead.last_contact_at = before.filter(reached=True).values_list("logged_at", flat=True).first()
    lead.unanswered = max(0, lead.unanswered - 1) if not follow_up.reached else 0
    lead.save(update_fields=["responded_at", "last_contact_at", "unanswered"])
    follow_up.delete()
