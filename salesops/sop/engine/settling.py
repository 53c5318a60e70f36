"""Taking what is due on locked subjects, in the order in which it was due, consequences included."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection, transaction

from salesops.retrying import blameless

from .. import consequences, subjects
from ..models import Deadline
from ..registry import registry
from ..rule import Step
from .advancing import look_again, take
from .context import Context
from .ladder import moments
from .opening import open_on
from .writing import flush, record_step

logger = logging.getLogger("salesops.sop")

PARKED_FOR = timedelta(hours=1)
# More moments than any one subject can have in honest need, even after a month without a sweep: a rule feeds itself.
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


def settle(
    references: set[str],
    *,
    until: datetime,
    at: datetime,
    catch_up_until: datetime | None = None,
    no_later_than: datetime | None = None,
) -> int:
    """Takes moments one by one, earliest first over all deadlines of the subjects; returns how many.

    One by one, because a consequence may end or open deadlines on the same subject. A deadline that raises is parked,
    so that a bad rule holds up neither the subject's other deadlines nor the write that settles them. What comes after
    `no_later_than` is left, though judged as of `until`.
    """
    taken = 0
    while True:
        due = Deadline.objects.open().filter(subject__in=references, next_at__lt=until)
        due = due if no_later_than is None else due.filter(next_at__lte=no_later_than)
        row = due.select_for_update(no_key=True).order_by("next_at", "id").first()
        if row is None:
            return taken
        ctx = Context(at, catch_up_until=catch_up_until)
        try:
            with transaction.atomic():
                if taken >= MOST * len(references):
                    raise RuntimeError(f"Settling {row} does not come to an end.")
                ctx.load([row])
                row.failures = 0
                _take_next(row, until, ctx)
        except Exception as error:
            if blameless(error):
                raise  # to be tried again as a whole
            logger.exception("Deadline %s is parked for an hour.", row.pk)
            ctx.forget_frozen()
            park(row.pk, at)
        taken += 1


def park(pk: int, at: datetime) -> None:
    """Puts a deadline that cannot be taken aside for an hour; /healthz counts it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE sop_deadline SET failures = failures + 1, next_at = %s WHERE id = %s AND ending = ''",
            [at + PARKED_FOR, pk],
        )


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
