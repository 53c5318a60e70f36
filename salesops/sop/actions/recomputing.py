"""Moving running deadlines to today's calendar or terms: only when an admin asks for it, and each move is logged."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.db import transaction

from salesops.events.recording import record
from salesops.people.models import User

from .. import subjects
from ..engine.advancing import ends_at, log_move, look_again
from ..engine.applying import pauses_of
from ..engine.context import Context
from ..engine.facts import typed_facts
from ..engine.writing import flush
from ..models import Deadline
from ..registry import registry

BATCH = 200


@dataclass(frozen=True)
class Move:
    """A running deadline that would be due at another time."""

    deadline: Deadline
    before: datetime
    after: datetime


def preview_recompute(*, at: datetime, rule: str = "", terms: bool = False, most: int = 500) -> list[Move]:
    """Which running deadlines today's calendar (with `terms`, also today's numbers) would move; writes nothing.

    Only deadlines that are not due yet and whose time was not chosen: what was late stays late, what was met stays
    met, and nothing is moved into the past.
    """
    return list(islice(_moves(at, rule, terms), most))


def _moves(at: datetime, rule: str, terms: bool) -> Iterator[Move]:
    last = 0
    while rows := list(_running(at, rule).filter(pk__gt=last).order_by("pk")[:BATCH]):
        last = rows[-1].pk
        ctx = Context(at)
        for row in ctx.load(rows):
            before = row.due_at
            if _reckon(row, at, terms, ctx):
                yield Move(row, before, row.due_at)


def recompute(*, by: User, at: datetime, rule: str = "", terms: bool = False) -> int:
    """Moves what `preview_recompute` shows, in batches; returns how many deadlines moved. Safe to run again."""
    moved, last = 0, 0
    while ids := list(_running(at, rule).filter(pk__gt=last).order_by("pk").values_list("pk", "subject")[:BATCH]):
        last = ids[-1][0]
        moved += _recompute_batch(ids, by, at, terms)
    with transaction.atomic():
        record("calendar.applied", at=at, by=by, refs={}, data={"moved": moved, "rule": rule})
    return moved


@transaction.atomic
def _recompute_batch(ids: list[tuple[int, str]], by: User, at: datetime, terms: bool) -> int:
    subjects.lock({subject for _, subject in ids})
    ctx = Context(at)
    rows = _running(at, "").filter(pk__in=[pk for pk, _ in ids])
    moves = []
    for row in ctx.load(rows.select_for_update(no_key=True).order_by("id")):
        before = row.due_at
        if _reckon(row, at, terms, ctx):
            log_move(row, before, at)
            look_again(row, ctx)
            moves.append((row, before))
    flush(ctx)
    for row, before in moves:
        record(
            "deadline.moved",
            at=at,
            by=by,
            refs={"deadline": row.pk},
            data={"rule": row.rule, "before": before, "after": row.due_at},
            file=row.file,
        )
    return len(moves)


def _running(at: datetime, rule: str):
    rows = Deadline.objects.open().filter(due_at__gte=at, stopped_at=None, chosen=False, streak=0)
    return rows.filter(rule=rule) if rule else rows


def _reckon(row: Deadline, at: datetime, terms: bool, ctx: Context) -> bool:
    """Reckons a row anew in memory; True if it moves."""
    rule = registry.get(row.rule)
    if rule is None:
        return False
    calendar = ctx.calendar_now(row.owner_id, row.team_id)
    frozen = ctx.terms_now(rule, row.team_id, at) if terms else (row.terms_id, ctx.terms(row))
    if frozen is None:
        return False
    terms_id, content = frozen
    due = content.due(row.case).due(row.starts_at, calendar, typed_facts(row.facts), pauses_of(row))
    if due == row.due_at or due <= at:
        return False  # nobody is made late by a change that they could not know of
    row.due_at, row.terms_id, row.calendar_id = due, terms_id, ctx.freezer.calendar_id(calendar)
    row.ends_at = ends_at(row, rule, content, calendar)
    return True
