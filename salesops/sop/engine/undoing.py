"""Undo is a compensating event: what the act met is owed again, what it opened is no longer owed."""

from datetime import datetime

from salesops.events.models import Event

from ..models import Deadline, Ending
from ..registry import registry
from .context import Context
from .handing import reopen
from .writing import flush


def undo(event: Event, *, at: datetime) -> None:
    """Reverses what an event did to deadlines, in the caller's transaction, with the subjects locked.

    What it opened ends void. What it met ends void, and an equal one opens with the same clock.
    """
    ctx = Context(at)
    for row in _locked(Deadline.objects.filter(opened_by=event), ctx):
        _annul(row, at, ctx)
    for row in _locked(Deadline.objects.filter(ended_by=event), ctx):
        owner = row.owner_id
        _annul(row, at, ctx)
        reopen(row, ctx, owner_id=owner)
    flush(ctx)


def _locked(rows, ctx: Context) -> list[Deadline]:
    return ctx.load(rows.exclude(ending=Ending.VOID).select_for_update(no_key=True).order_by("id"))


def _annul(row: Deadline, at: datetime, ctx: Context) -> None:
    row.ending = ""
    row.met_at = None
    ctx.finish(row, Ending.VOID, at, registry[row.rule])
