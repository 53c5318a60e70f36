"""Deadlines of people who leave, go on leave or come back: nothing is owed by nobody."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from salesops.events.models import Event
from salesops.people.models import Leave, User
from salesops.retrying import do_each, retrying
from salesops.standing import StandingQuery

from ..models import Counted, Deadline, Ending, LeaveTaken
from ..registry import registry
from ..rule import OnLeave
from .advancing import ends_at, look_again
from .context import Context
from .facts import typed_facts
from .ladder import DUE_NAME, overdue
from .rounds import open_from
from .settling import settle_subjects
from .writing import flush

_beginning = StandingQuery(
    lambda at: Leave.objects.running(at).filter(taken=None).values_list("pk", "since"),
)
_ending = StandingQuery(
    lambda at: (
        Leave.objects.filter(taken__ended_at=None, taken__begun_at__isnull=False)
        .filter(Q(until__lte=at) | ~Q(state=Leave.State.APPROVED))
        .values_list("pk", "until")
    )
)
_leavers_who_owe = StandingQuery(
    lambda _: User.objects.filter(
        Exists(Deadline.objects.open().filter(owner=OuterRef("pk"))), is_active=False
    ).values_list("pk")
)


def on_people_event(event: Event, ctx: Context) -> None:
    """Hands on what a leaver owes, and what is owed while an approved leave has begun already."""
    if event.name == "person.joined":
        open_from(event.refs["person"], event.at, ctx)
    elif event.name == "person.left":
        hand_on(event.refs["person"], event.at, ctx)
    elif event.name in ("leave.approved", "leave.cancelled", "leave.ended"):
        # After the commit, so that what its deadlines hang on is locked before they are, and not after the leave.
        transaction.on_commit(lambda: apply_leaves(event.at, only=event.refs["leave"], told_at=event.at))


def hand_on(person: int, at: datetime, ctx: Context, to: int | None = None) -> int:
    """Gives every open deadline of a person to who answers for them (or to `to`); returns how many.

    Before its due time a deadline changes owner with its clock. Already overdue, it ends missed for the holder and
    a fresh one opens.
    """
    rows = _settled(Q(owner=person), at, ctx)
    for row in rows:
        _hand(row, to or ctx.directory.answers_for(person), at, ctx)
    return len(rows)


def begin_leave(person: int, at: datetime, ctx: Context) -> None:
    """From `at` on daily duties are no longer owed, and deadlines on customers are owed by the stand-in."""
    for row in _settled(Q(owner=person), at, ctx):
        rule = registry[row.rule]
        if rule.on_leave == OnLeave.STAND_IN:
            _hand(row, ctx.directory.answers_for(person), at, ctx, on_behalf_of=person)
        elif not overdue(row, at):
            ctx.finish(row, Ending.VOID, at, rule)


def end_leave(person: int, at: datetime, ctx: Context) -> None:
    """What the stand-in has not done yet and is not overdue goes back to its owner, unless they have left.

    Of the day's own duties the owner owes those that fall due after this.
    """
    rows = _settled(Q(on_behalf_of=person), at, ctx)
    if not ctx.directory.is_active(person):
        return
    for row in rows:
        if not overdue(row, at):
            _change_owner(row, person, ctx)
            row.on_behalf_of_id = None
    open_from(person, at, ctx)


def _settled(whose: Q, at: datetime, ctx: Context) -> list[Deadline]:
    """The open deadlines, locked after what they hang on, and after everything due before `at` was done about them."""
    rows = Deadline.objects.open().filter(whose)
    settle_subjects(rows.values_list("subject", flat=True), until=at, at=ctx.at)
    return ctx.load(rows.select_for_update(no_key=True).order_by("id"))


def _hand(row: Deadline, to: int | None, at: datetime, ctx: Context, *, on_behalf_of: int | None = None) -> None:
    if to is None or to == row.owner_id:
        return
    on_behalf_of = row.on_behalf_of_id or on_behalf_of
    if overdue(row, at):
        ctx.finish(row, Ending.MISSED, at, registry[row.rule])
        row = reopen(row, ctx, owner_id=to, starts_at=ctx.at)
    else:
        _change_owner(row, to, ctx)
    row.on_behalf_of_id = on_behalf_of


def _change_owner(row: Deadline, owner: int, ctx: Context) -> None:
    """With the count, if a write saw the due time pass before the leave that came earlier was looked at."""
    counted = row.counted
    ctx.uncount(row)
    row.owner_id, row.team_id = owner, ctx.directory.team_of(owner)
    if counted:
        ctx.count(row, registry[row.rule], Counted(counted))
    ctx.touch(row)


def reopen(row: Deadline, ctx: Context, *, owner_id: int | None, starts_at: datetime | None = None) -> Deadline:
    """An equal deadline beside the ended one: same rule, subject and round, one turn later.

    With `starts_at` under a clock of its own, else under the same one, with what was done about it.
    """
    rule, terms, calendar = registry[row.rule], ctx.terms(row), ctx.calendar(row)
    names = ("rule", "subject", "file", "slot", "period", "opened_by_id", "desk", "title", "terms_id", "calendar_id")
    names = (*names, "case", "facts", "series", "on_behalf_of_id", "streak", "due_at", "ends_at")
    if starts_at is None:
        names = (*names, "starts_at", "chosen", "pauses", "stopped_at", "acknowledged_at")
    fresh = Deadline(
        **{name: getattr(row, name) for name in names},
        turn=row.turn + 1,
        previous=row,
        owner_id=owner_id,
        team_id=ctx.directory.team_of(owner_id) if owner_id else row.team_id,
    )
    if starts_at is None:
        # Steps are not taken twice; that it was due is, so that it counts.
        fresh.steps = [entry for entry in row.steps if entry["name"] != DUE_NAME]
    else:
        fresh.starts_at = starts_at
        fresh.due_at = terms.due(row.case).due(starts_at, calendar, typed_facts(row.facts))
        fresh.ends_at = ends_at(fresh, rule, terms, calendar)
    look_again(fresh, ctx)
    ctx.new.append(fresh)
    return fresh


def apply_leaves(at: datetime, *, only: int | None = None, told_at: datetime | None = None) -> None:
    """Begins and ends the approved leaves whose time has come, each once, in a transaction of its own.

    They begin and end when they say so, however late that is looked at; one that was approved only afterwards, when
    that was done (`told_at`). In order of time, and of one instant ends before beginnings.
    """
    turns = [(since, True, pk) for pk, since in _beginning(at)]
    turns += [(min(until, at), False, pk) for pk, until in _ending(at)]

    def turn(when: datetime, begins: bool, pk: int) -> None:
        leave = Leave.objects.get(pk=pk)
        retrying(lambda: _turn_leave(leave, begins, max(when, told_at) if told_at else when, at))

    do_each(sorted(turn for turn in turns if only in (None, turn[2])), lambda each: turn(*each))


def hand_on_late(at: datetime) -> None:
    """Hands on what somebody was given in the very moment they left: neither transaction saw the other."""
    do_each(_leavers_who_owe(at), lambda row: retrying(lambda: _hand_on_alone(row[0], at)))


def _hand_on_alone(person: int, at: datetime) -> None:
    ctx = Context(at)
    hand_on(person, at, ctx)
    flush(ctx)


def _turn_leave(leave: Leave, begins: bool, when: datetime, at: datetime) -> None:
    ctx = Context(at)
    if begins:
        _row, created = LeaveTaken.objects.get_or_create(leave=leave, defaults={"begun_at": when})
        if created:
            begin_leave(leave.user_id, when, ctx)
    elif LeaveTaken.objects.filter(leave=leave, ended_at=None).update(ended_at=when):
        end_leave(leave.user_id, when, ctx)
    flush(ctx)
