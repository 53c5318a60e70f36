"""Taking what is due on locked subjects, in the order in which it was due, consequences included."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from .. import consequences, subjects
from ..models import Deadline
from ..registry import registry
from ..rule import Step
from .advancing import look_again, take
from .context import Context
from .ladder import moments
from .opening import open_on
from .writing import flush, record_step

# More moments than one subject can have in honest need, even after a month without a sweep: a rule feeds itself.
MOST = 5000


def settle_subjects(references: Iterable[str], *, until: datetime, at: datetime) -> dict[str, str]:
    """Locks the subjects and takes every moment of their deadlines before `until`; returns their titles.

    What is due exactly at `until` is left: an act received at the due time is in time.
    """
    references = set(references)
    titles = subjects.lock(references)
    if references:
        settle(references, until=until, at=at)
    return titles


def settle(references: set[str], *, until: datetime, at: datetime, catch_up_until: datetime | None = None) -> int:
    """Takes moments one by one, earliest first over all deadlines of the subjects; returns how many.

    One by one, because a consequence may end or open deadlines on the same subject.
    """
    taken = 0
    while True:
        due = Deadline.objects.open().filter(subject__in=references, next_at__lt=until)
        row = due.select_for_update(no_key=True).order_by("next_at", "id").first()
        if row is None:
            return taken
        if taken == MOST:
            raise RuntimeError(f"Settling {row} does not come to an end.")
        ctx = Context(at, catch_up_until=catch_up_until)
        ctx.load([row])
        row.failures = 0
        _take_next(row, until, ctx)
        taken += 1


def _take_next(row: Deadline, until: datetime, ctx: Context) -> None:
    moment = next(iter(moments(row, ctx.terms(row), ctx.calendar(row))), None)
    if moment is None or moment.at >= until:
        look_again(row, ctx)
        flush(ctx)
        return
    successor, follows = take(row, moment, until, ctx)
    for changed in filter(None, (row, successor)):
        look_again(changed, ctx)
    flush(ctx)
    if follows is not None:
        _follow(row, *follows, ctx)


def _follow(row: Deadline, step: Step, due_at: datetime, ctx: Context) -> None:
    """Runs the consequence of a step, and opens the rules that wait for it."""
    if step.do:
        function = consequences.find(step.do)
        if function is not None:
            with transaction.atomic():
                function(row, due_at=due_at, at=ctx.at)
    if registry.opened_by_step(row.rule, step.name):
        open_by_step(row, step, due_at, ctx)


def open_by_step(row: Deadline, step: Step, due_at: datetime, ctx: Context) -> None:
    """Records that a step was taken, and opens the rules that wait for it."""
    kind, _, pk = row.subject.partition(":")
    event = record_step(row, step, due_at, ctx)
    event.refs = {**event.refs, kind: int(pk), "owner": ctx.owing(row)}
    for rule in registry.opened_by_step(row.rule, step.name):
        there = Deadline.objects.open().filter(rule=rule.key, subject=rule.subject_of(event.refs), series=False)
        open_on(rule, event, row.title, ctx, without=set(there.values_list("slot", flat=True)))
    flush(ctx)
