"""Moving running deadlines to today's calendar or terms: only when an admin asks for it, and each move is logged."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.db import transaction
from django.db.models import QuerySet

from salesops.events.recording import record
from salesops.people.models import Team, User

from .. import subjects
from ..calendar import Calendar
from ..calendars import Calendars
from ..engine.advancing import ends_at, log_move, look_again
from ..engine.applying import pauses_of
from ..engine.context import Context
from ..engine.facts import typed_facts
from ..engine.writing import flush
from ..frozen import FrozenTerms
from ..models import Deadline, RuleSetting
from ..registry import registry

BATCH = 200


@dataclass(frozen=True)
class Move:
    """A running deadline that would be due at another time."""

    deadline: Deadline
    before: datetime
    after: datetime


@dataclass(frozen=True)
class Trial:
    """What is tried before it is saved: numbers of a rule, and calendars with a day changed."""

    setting: RuleSetting | None = None
    calendars: Calendars | None = None


def preview_recompute(
    *,
    at: datetime,
    rule: str = "",
    terms: bool = False,
    team: Team | None = None,
    trial: Trial | None = None,
    most: int = 500,
) -> list[Move]:
    """Which running deadlines today's calendar (with `terms`, also today's numbers) would move; writes nothing.

    Only deadlines that are not due yet and whose time was not chosen: what was late stays late, what was met stays
    met, and nothing is moved into the past. With `team` only those of it and of the teams below it. With a
    `trial` as if that had been saved.
    """
    return list(islice(_moves(at, rule, terms, team, trial or Trial()), most))


def running(*, at: datetime, rule: str = "", team: Team | None = None) -> QuerySet:
    """The running deadlines that a recomputation looks at."""
    rows = Deadline.objects.open().filter(due_at__gte=at, stopped_at=None, chosen=False, streak=0)
    if team is not None:
        rows = rows.filter(team__path__startswith=team.path)
    return rows.filter(rule=rule) if rule else rows


def _moves(at: datetime, rule: str, terms: bool, team: Team | None, trial: Trial) -> Iterator[Move]:
    last = 0
    while rows := list(running(at=at, rule=rule, team=team).filter(pk__gt=last).order_by("pk")[:BATCH]):
        last = rows[-1].pk
        ctx = Context(at, trying=trial.setting, calendars=trial.calendars)
        for row in ctx.load(rows):
            if found := _reckoned(row, at, terms, ctx):
                yield Move(row, row.due_at, found.due_at)


def recompute(*, by: User, at: datetime, rule: str = "", terms: bool = False, team: Team | None = None) -> int:
    """Moves what `preview_recompute` shows, in batches; returns how many deadlines moved. Safe to run again."""
    moved, last = 0, 0
    wanted = running(at=at, rule=rule, team=team).order_by("pk").values_list("pk", "subject")
    while ids := list(wanted.filter(pk__gt=last)[:BATCH]):
        last = ids[-1][0]
        moved += _recompute_batch(ids, by, at, terms)
    with transaction.atomic():
        record("calendar.applied", at=at, by=by, refs={}, data={"moved": moved, "rule": rule})
    return moved


@transaction.atomic
def _recompute_batch(ids: list[tuple[int, str]], by: User, at: datetime, terms: bool) -> int:
    subjects.lock({subject for _, subject in ids})
    ctx = Context(at)
    rows = running(at=at).filter(pk__in=[pk for pk, _ in ids])
    moves = []
    for row in ctx.load(rows.select_for_update(no_key=True).order_by("id")):
        before = row.due_at
        if _move(row, at, terms, ctx):
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


@dataclass(frozen=True)
class _Reckoned:
    due_at: datetime
    content: FrozenTerms
    calendar: Calendar


def _reckoned(row: Deadline, at: datetime, terms: bool, ctx: Context) -> _Reckoned | None:
    """What the deadline would be due under, None if it does not move. Stores nothing."""
    rule = registry.get(row.rule)
    if rule is None:
        return None
    calendar = ctx.calendar_now(row.owner_id, row.team_id)
    content = ctx.terms(row)
    if terms:
        frozen = ctx.terms_now(rule, row.team_id, at, store=False)
        if frozen is None:
            return None
        content = frozen[1]
    due = content.due(row.case).due(row.starts_at, calendar, typed_facts(row.facts), pauses_of(row))
    if due == row.due_at or due <= at:
        return None  # nobody is made late by a change that they could not know of
    return _Reckoned(due, content, calendar)


def _move(row: Deadline, at: datetime, terms: bool, ctx: Context) -> bool:
    """Reckons a row anew in memory; True if it moves."""
    found = _reckoned(row, at, terms, ctx)
    if found is None:
        return False
    rule = registry[row.rule]
    if terms:
        row.terms_id = ctx.terms_now(rule, row.team_id, at)[0]
    row.due_at, row.calendar_id = found.due_at, ctx.freezer.calendar_id(found.calendar)
    row.ends_at = ends_at(row, rule, found.content, found.calendar)
    return True
