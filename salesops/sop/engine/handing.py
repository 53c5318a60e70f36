"""Deadlines of people who leave, go on leave or come back: nothing is owed by nobody."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from salesops.events.models import Event
from salesops.people.models import Leave, User
from salesops.retrying import do_each, retrying

from ..models import Deadline, Ending, LeaveTaken
from ..registry import registry
from ..rule import OnLeave
from .advancing import ends_at, look_again
from .context import Context
from .opening import typed_facts
from .writing import flush


def on_people_event(event: Event, ctx: Context) -> None:
    """Hands on what a leaver owes, and what is owed while an approved leave has begun already."""
    if event.name == "person.left":
        hand_on(event.refs["person"], event.at, ctx)
    elif event.name in ("leave.approved", "leave.cancelled", "leave.ended"):
        transaction.on_commit(lambda: apply_leaves(event.at))


def hand_on(person: int, at: datetime, ctx: Context, to: int | None = None) -> int:
    """Gives every open deadline of a person to who answers for them (or to `to`); returns how many.

    Before its due time a deadline changes owner with its clock. Already overdue, it ends missed for the holder and
    a fresh one opens.
    """
    rows = ctx.load(_owned(person))
    for row in rows:
        _hand(row, to or ctx.directory.answers_for(person), at, ctx)
    return len(rows)


def begin_leave(person: int, at: datetime, ctx: Context) -> None:
    """Daily duties are no longer owed; deadlines on customers go to the stand-in."""
    for row in ctx.load(_owned(person)):
        rule = registry[row.rule]
        if rule.on_leave == OnLeave.STAND_IN:
            row.on_behalf_of_id = row.on_behalf_of_id or person
            _hand(row, ctx.directory.answers_for(person), at, ctx)
        elif row.due_at >= at:
            ctx.finish(row, Ending.VOID, at, rule)


def end_leave(person: int, at: datetime, ctx: Context) -> None:
    """What the stand-in has not done yet and is not overdue goes back to its owner."""
    rows = Deadline.objects.open().filter(on_behalf_of=person, due_at__gte=at)
    for row in ctx.load(rows.select_for_update(no_key=True).order_by("id")):
        row.owner_id, row.on_behalf_of_id = person, None
        ctx.touch(row)


def _owned(person: int):
    return Deadline.objects.open().filter(owner=person).select_for_update(no_key=True).order_by("id")


def _hand(row: Deadline, successor: int | None, at: datetime, ctx: Context) -> None:
    if successor is None or successor == row.owner_id:
        return
    if row.due_at >= at:
        row.owner_id = successor
        ctx.touch(row)
        return
    rule = registry[row.rule]
    ctx.finish(row, Ending.MISSED, at, rule)
    reopen(row, at, ctx, owner_id=successor, starts_at=at)


def reopen(row: Deadline, at: datetime, ctx: Context, *, owner_id: int | None, starts_at: datetime) -> Deadline:
    """An equal deadline beside the ended one: same rule, subject and round, one turn later."""
    rule, terms, calendar = registry[row.rule], ctx.terms(row), ctx.calendar(row)
    names = ("rule", "subject", "file", "slot", "period", "opened_by_id", "desk", "title", "terms_id", "calendar_id")
    fresh = Deadline(
        **{name: getattr(row, name) for name in (*names, "case", "facts", "series", "on_behalf_of_id", "streak")},
        turn=row.turn + 1,
        previous=row,
        owner_id=owner_id,
        team_id=ctx.directory.team_of(owner_id) if owner_id else row.team_id,
        starts_at=starts_at,
    )
    if starts_at == row.starts_at:
        fresh.due_at, fresh.ends_at, fresh.chosen, fresh.pauses = row.due_at, row.ends_at, row.chosen, row.pauses
    else:
        term = terms.due(row.case)
        fresh.due_at = term.due(starts_at, calendar, typed_facts(row.facts))
        fresh.ends_at = ends_at(rule, fresh.due_at, term, calendar)
    look_again(fresh, ctx)
    ctx.new.append(fresh)
    return fresh


def apply_leaves(at: datetime) -> None:
    """Begins and ends the approved leaves whose time has come, each once, in a transaction of its own."""
    approved = Leave.objects.filter(state=Leave.State.APPROVED)
    beginning = approved.filter(taken=None, since__lte=at, until__gt=at)
    ending = Leave.objects.filter(taken__ended_at=None, taken__begun_at__isnull=False).filter(
        Q(until__lte=at) | ~Q(state=Leave.State.APPROVED)
    )
    turns = [*((leave, True) for leave in beginning), *((leave, False) for leave in ending)]
    do_each(turns, lambda turn: retrying(lambda: _turn_leave(*turn, at)))
    do_each(_leavers_who_owe(), lambda person: retrying(lambda: _hand_on_alone(person, at)))


def _leavers_who_owe() -> list[int]:
    """Whom something was given in the very moment in which they left: neither transaction saw the other."""
    owed = Deadline.objects.open().filter(owner=OuterRef("pk"))
    return list(User.objects.filter(Exists(owed), is_active=False).values_list("pk", flat=True))


def _hand_on_alone(person: int, at: datetime) -> None:
    ctx = Context(at)
    hand_on(person, at, ctx)
    flush(ctx)


def _turn_leave(leave: Leave, begins: bool, at: datetime) -> None:
    ctx = Context(at)
    if begins:
        _row, created = LeaveTaken.objects.get_or_create(leave=leave, defaults={"begun_at": at})
        if created:
            begin_leave(leave.user_id, at, ctx)
    elif LeaveTaken.objects.filter(leave=leave, ended_at=None).update(ended_at=at):
        end_leave(leave.user_id, at, ctx)
    flush(ctx)
