"""Asking for approval, deciding, taking back. A decision is final; whoever comes second is told who was first."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from salesops.events.recording import record
from salesops.notices.actions import Telling, tell
from salesops.people.directory import Directory
from salesops.people.models import User

from .deciders import deciders
from .kinds import Step, find
from .models import Approval, Decision

State = Decision.State


class Refused(Exception):
    """What was asked cannot be done; the message says why, in the user's language. Nothing was written."""


@transaction.atomic
def ask(
    kind: str, *, subject: str, title: str, reason: str = "", steps: Sequence[Step], by: User, at: datetime
) -> Approval:
    """Asks the people of each step, one step after the other, and tells those of the first.

    Nobody decides on what they ask for themselves: `by` is left out of every step. Raises Refused for a step in which
    nobody else is left, and where the same waits already.
    """
    people = [[person for person in dict.fromkeys(step.people) if person != by.pk] for step in steps]
    if not steps or not all(people):
        raise Refused(_("Nobody else can approve this. Ask an administrator to appoint somebody."))
    if Approval.objects.filter(kind=kind, subject=subject, state=Approval.State.WAITING).exists():
        raise Refused(_("This waits for approval already."))
    approval = Approval.objects.create(kind=kind, subject=subject, title=title, reason=reason, asked_by=by, asked_at=at)
    Decision.objects.bulk_create(
        Decision(approval=approval, step=number, is_enough=step.any, person_id=person)
        for number, (step, some) in enumerate(zip(steps, people, strict=True), 1)
        for person in some
    )
    record("approval.asked", at=at, by=by, refs={"approval": approval.pk}, data={"kind": kind, "subject": subject})
    _open(approval, at)
    return approval


@transaction.atomic
def decide(approval: Approval, *, approve: bool, reason: str = "", by: User, at: datetime) -> Approval:
    """Says yes or no, for oneself and for whom one stands in for. One no ends the whole.

    The same word again changes nothing. Raises Refused, with who was first, if it has been decided otherwise or by
    another; PermissionDenied for one's own request and for whoever was not asked; ValueError for a no without reason.
    """
    approval = Approval.objects.select_for_update(of=("self",)).select_related("asked_by").get(pk=approval.pk)
    seats = list(approval.decisions.select_related("person", "decided_by"))
    if by.pk == approval.asked_by_id:
        raise PermissionDenied
    if not approve and not reason.strip():
        raise ValueError("A refusal needs a reason.")
    said = State.APPROVED if approve else State.REFUSED
    mine = _seats_of(by, approval, seats, at)
    if not any(seat.state == State.ASKED for seat in mine):
        _explain(approval, mine, seats, said, by)
        return approval
    for seat in mine:
        if seat.state == State.ASKED:
            _answer(approval, seat, said, reason, by, at)
    _advance(approval, [seat for seat in seats if seat.step == approval.step], approve, by, at)
    return approval


@transaction.atomic
def withdraw(approval: Approval, *, by: User, at: datetime) -> Approval:
    """Whoever asked takes it back. Raises PermissionDenied for others, Refused once it is decided."""
    approval = Approval.objects.select_for_update(of=("self",)).get(pk=approval.pk)
    if by.pk != approval.asked_by_id:
        raise PermissionDenied
    if approval.state == Approval.State.WITHDRAWN:
        return approval
    if approval.state != Approval.State.WAITING:
        raise Refused(_("This has been decided already."))
    _end(approval, Approval.State.WITHDRAWN, by, at)
    return approval


def _seats_of(by: User, approval: Approval, seats: Iterable[Decision], at: datetime) -> list[Decision]:
    """The seats of the step being decided in which `by` may decide, or has."""
    directory = Directory(at)
    return [
        seat
        for seat in seats
        if seat.decided_by_id == by.pk
        or (seat.step == approval.step and by.pk in deciders(seat.person_id, approval.asked_by_id, directory))
    ]


def _explain(approval, mine, seats, said, by) -> None:
    """Why nothing is left to decide: silent for the same word again, else Refused or PermissionDenied."""
    if any(seat.decided_by_id == by.pk and seat.state == said for seat in mine):
        return
    first = next((seat for seat in reversed(seats) if seat.decided_by_id), None)
    if approval.state == Approval.State.WITHDRAWN:
        raise Refused(_("%(person)s has taken this back.") % {"person": approval.asked_by.name})
    if not mine and first is None:
        raise PermissionDenied
    if first is None:
        raise Refused(_("This has been decided already."))
    words = {"person": first.decided_by.name, "state": first.get_state_display()}
    raise Refused(_("%(person)s has decided this already: %(state)s.") % words)


def _answer(approval: Approval, seat: Decision, said: str, reason: str, by: User, at: datetime) -> None:
    seat.state, seat.decided_by, seat.decided_at, seat.reason = said, by, at, reason.strip()
    seat.save(update_fields=["state", "decided_by", "decided_at", "reason"])
    refs = {"approval": approval.pk, "person": seat.person_id}
    record("approval.answered", at=at, by=by, refs=refs, data={"kind": approval.kind, "answer": said})
    if answered := find(approval.kind).answered:
        answered(approval, seat, by, at)


def _advance(approval: Approval, step: Sequence[Decision], approve: bool, by: User, at: datetime) -> None:
    if not approve:
        _end(approval, Approval.State.REFUSED, by, at)
        return
    enough = any(seat.is_enough and seat.state == State.APPROVED for seat in step)
    if not enough and any(seat.state == State.ASKED for seat in step):
        return
    approval.decisions.filter(step=approval.step, state=State.ASKED).update(state=State.DROPPED)
    if not approval.decisions.filter(step__gt=approval.step).exists():
        _end(approval, Approval.State.APPROVED, by, at)
        return
    approval.step += 1
    approval.save(update_fields=["step"])
    _open(approval, at)


def _open(approval: Approval, at: datetime) -> None:
    """Asks the people of the step, or who stands in for them, and tells them."""
    seats = approval.decisions.filter(step=approval.step)
    seats.update(state=State.ASKED)
    directory = Directory(at)
    asked = [deciders(person, approval.asked_by_id, directory)[:1] for person in seats.values_list("person", flat=True)]
    _tell([person for some in asked for person in some], "approval.asked", approval, approval.asked_by, at)


def _end(approval: Approval, state: str, by: User, at: datetime) -> None:
    approval.state, approval.ended_at = state, at
    approval.save(update_fields=["state", "ended_at"])
    approval.decisions.filter(state__in=(State.LATER, State.ASKED)).update(state=State.DROPPED)
    record("approval.ended", at=at, by=by, refs={"approval": approval.pk}, data={"kind": approval.kind, "how": state})
    if state != Approval.State.WITHDRAWN:
        _tell([approval.asked_by_id], f"approval.{state}", approval, by, at)
    if ended := find(approval.kind).ended:
        ended(approval, by, at)


def _tell(people: Iterable[int], kind: str, approval: Approval, by: User, at: datetime) -> None:
    values = {"person": by.name, "kind": approval.kind, "title": approval.title}
    url = reverse("approvals:detail", args=[approval.pk])
    key = f"ap{approval.pk}.{kind}.{approval.step}"
    tell([Telling(person_id=one, key=key, kind=kind, values=values, url=url) for one in dict.fromkeys(people)], at=at)
