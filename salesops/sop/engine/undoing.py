"""Undo is a compensating event: what the act met is owed again, what it opened is no longer owed."""

from datetime import datetime

from salesops.events.models import Event

from ..models import Deadline, Ending
from ..registry import registry
from .context import Context
from .handing import reopen
from .writing import flush


def can_undo(event: Event) -> bool:
    """Whether nothing has come of what the event opened: once that was met, missed or waived, others rest on it."""
    return (
        not Deadline.objects.filter(opened_by=event, ending__in=(Ending.MET, Ending.MISSED, Ending.WAIVED))
        .exclude(ended_by=event)
        .exclude(met_at=event.at, ended_by=None)
        .exists()
    )


def undo(event: Event, *, at: datetime, voided: bool = False) -> None:
    """Reverses what an event did to deadlines, in the caller's transaction, with the subjects locked and settled.

    What it opened ends void. What it met ends void, and an equal one opens with the same clock. The caller has made
    sure that it `can_undo`. With `voided`, what the event made void is owed again too; nobody could do it meanwhile, so
    that one whose time ran out since gets a fresh clock.
    """
    ctx = Context(at)
    again = ctx.load(Deadline.objects.filter(ended_by=event, ending=Ending.VOID)) if voided else []
    for row in _locked(Deadline.objects.filter(opened_by=event), ctx):
        _annul(row, at, ctx)
    for row in _locked(Deadline.objects.filter(ended_by=event), ctx):
        owner = row.owner_id
        _annul(row, at, ctx)
        reopen(row, ctx, owner_id=owner)
    for row in again:
        ran_out = event.at <= row.due_at < at
        reopen(row, ctx, owner_id=row.owner_id, starts_at=at if ran_out else None)
    flush(ctx)


def _locked(rows, ctx: Context) -> list[Deadline]:
    return ctx.load(rows.exclude(ending=Ending.VOID).select_for_update(no_key=True).order_by("id"))


def _annul(row: Deadline, at: datetime, ctx: Context) -> None:
    row.ending = ""
    row.met_at = None
    ctx.finish(row, Ending.VOID, at, registry[row.rule])
