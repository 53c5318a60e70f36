"""What a person does about one deadline: takes it from the desk, gives a reason, asks for a waiver, decides one."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from salesops.events.recording import record
from salesops.notices.actions import Telling, settle_keys, tell
from salesops.people.directory import Directory
from salesops.people.models import User

from .. import subjects
from ..engine.context import Context
from ..engine.settling import settle_subjects
from ..engine.writing import flush
from ..models import Counted, Deadline, Ending, Waiver
from ..registry import registry

ASKED = "waiver.asked"


class Refused(Exception):
    """What was asked cannot be done; the message says why, in the user's language. Nothing was written."""


def _locked(deadline: Deadline, at: datetime) -> Deadline:
    """The deadline as it is at `at`, under the lock order of the product: subject, then deadline."""
    settle_subjects({deadline.subject}, until=at, at=at)
    return Deadline.objects.select_for_update(no_key=True).get(pk=deadline.pk)


@transaction.atomic
def take(deadline: Deadline, *, by: User, at: datetime) -> Deadline:
    """A member takes a desk's duty; from then on it is theirs. Raises Refused if somebody else has it or it is over."""
    deadline = _locked(deadline, at)
    ctx = Context(at)
    if not deadline.is_open or deadline.owner_id not in (None, by.pk):
        raise Refused(_("Somebody else has taken this already."))
    if by.pk not in ctx.directory.desk_members(deadline.desk):
        raise Refused(_("Only members of the desk can take this."))
    ctx.load([deadline])
    deadline.owner_id = by.pk
    if not deadline.counted:  # what was late before it was taken stays with the desk's head
        deadline.team_id = ctx.directory.team_of(by.pk)
    ctx.touch(deadline)
    flush(ctx)
    record(
        "deadline.taken",
        at=at,
        by=by,
        refs={"deadline": deadline.pk},
        data={"owner": by.pk},
        file=deadline.file,
    )
    return deadline


@transaction.atomic
def give_reason(deadline: Deadline, *, reason: str, by: User, at: datetime) -> Deadline:
    """Says in one line why a deadline is late (说明原因). Changes no verdict."""
    deadline = _locked(deadline, at)
    deadline.reason = reason
    deadline.save(update_fields=["reason"])
    record("deadline.explained", at=at, by=by, refs={"deadline": deadline.pk}, file=deadline.file)
    return deadline


@transaction.atomic
def nudge(deadline: Deadline, *, by: User, at: datetime) -> None:
    """A head reminds whoever is overdue (催办), once a day. Raises Refused if it is met, or was said today."""
    deadline = _locked(deadline, at)
    if not deadline.is_open or deadline.due_at >= at:
        raise Refused(_("This is not overdue any more."))
    telling = Telling(
        person_id=deadline.owner_id,
        key=f"d{deadline.pk}.nudge.{timezone.localtime(at):%Y%m%d}",
        kind="deadline.nudged",
        values={"rule": deadline.rule, "title": deadline.title, "person": by.name},
        url=subjects.url(deadline.file or deadline.subject),
        file=deadline.file,
        deadline_id=deadline.pk,
    )
    if not tell([telling], at=at):
        raise Refused(_("They have been reminded of this today."))
    record("deadline.nudged", at=at, by=by, refs={"deadline": deadline.pk}, file=deadline.file)


@transaction.atomic
def ask_waiver(deadline: Deadline, *, reason: str, by: User, at: datetime) -> Waiver:
    """Asks that a late deadline be waived (申请豁免); another person decides. Raises Refused for a second request."""
    deadline = _locked(deadline, at)
    if deadline.counted == Counted.IN_TIME or deadline.ending in (Ending.VOID, Ending.WAIVED):
        raise Refused(_("There is nothing to waive here."))
    try:
        with transaction.atomic():
            waiver = Waiver.objects.create(deadline=deadline, asked_by=by, asked_at=at, reason=reason)
    except IntegrityError as error:
        raise Refused(_("A waiver has been asked for already.")) from error
    record(ASKED, at=at, by=by, refs={"waiver": waiver.pk, "deadline": deadline.pk}, file=deadline.file)
    directory = Context(at).directory
    deciding = directory.head_of(by.pk)
    page = reverse("sop:waiver_decision", args=[waiver.pk])
    _tell([deciding] if deciding else directory.admins(), ASKED, waiver, by, at, url=page, for_action=True)
    return waiver


@transaction.atomic
def decide_waiver(waiver: Waiver, *, granted: bool, note: str, by: User, at: datetime) -> Waiver:
    """Grants or refuses a waiver. Raises Refused for one's own, one's own deadline's, or one decided already.

    Heads above the one who asks decide, and administrators.
    """
    deadline = _locked(waiver.deadline, at)
    waiver = Waiver.objects.select_for_update().get(pk=waiver.pk)
    if waiver.state != Waiver.State.ASKED:
        raise Refused(_("This has been decided already."))
    if by.pk in (waiver.asked_by_id, deadline.owner_id, deadline.on_behalf_of_id):
        raise Refused(_("Another person than the one who benefits decides."))
    if by.pk not in deciders(waiver.asked_by_id, Context(at).directory):
        raise Refused(_("Only a head above the one who asks decides this."))
    waiver.state = Waiver.State.GRANTED if granted else Waiver.State.REFUSED
    waiver.decided_by, waiver.decided_at, waiver.note = by, at, note
    waiver.save(update_fields=["state", "decided_by", "decided_at", "note"])
    if granted:
        _waive(deadline, at)
    refs = {"waiver": waiver.pk, "deadline": deadline.pk}
    settle_keys([_key(waiver, ASKED)], at=at)
    record("waiver.decided", at=at, by=by, refs=refs, data={"granted": granted}, file=deadline.file)
    said, page = "waiver.granted" if granted else "waiver.refused", subjects.deadline_url(deadline.pk)
    _tell([waiver.asked_by_id], said, waiver, by, at, url=page)
    return waiver


def deciders(asker: int, directory: Directory) -> set[int]:
    """Who may decide on a waiver that the person asks for."""
    return {*directory.heads_above(asker), *directory.admins()} - {asker}


def _waive(deadline: Deadline, at: datetime) -> None:
    """An open deadline ends waived; one that ended late keeps its ending and counts as waived."""
    ctx, rule = Context(at), registry[deadline.rule]
    ctx.load([deadline])
    if deadline.is_open:
        ctx.finish(deadline, Ending.WAIVED, at, rule)
    else:
        ctx.count(deadline, rule, Counted.WAIVED)
    flush(ctx)


def _tell(people, kind: str, waiver: Waiver, by: User, at: datetime, **more) -> None:
    values = {"rule": waiver.deadline.rule, "title": waiver.deadline.title, "person": by.name}
    more |= {"key": _key(waiver, kind), "kind": kind, "values": values}
    tell([Telling(person_id=person, **more) for person in people if person != by.pk], at=at)


def _key(waiver: Waiver, kind: str) -> str:
    return f"w{waiver.pk}.{kind}"
