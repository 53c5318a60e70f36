"""The sweep: what the passing of time does to all deadlines. May run twice, late, or die anywhere.

Its cost follows what is due, not what exists: one indexed column says when the clock has to look at a row again.
"""

import logging
from datetime import datetime, timedelta

from django.db import OperationalError, transaction

from salesops.failpoints import failpoint

from .. import subjects
from ..models import Deadline, SweepAttempt
from .advancing import advance, has_consequence
from .context import Context
from .handing import apply_leaves
from .rounds import open_rounds
from .settling import park, settle
from .watching import beat, begin
from .writing import flush

logger = logging.getLogger("salesops.sop")

BATCH = 200
DEADLY_AFTER = 3  # a row that dies alone this often, with its worker, is parked too
ABANDONED_AFTER = timedelta(minutes=3)  # more than twice the hard time limit of a task
# A request received just before a due time may still be waiting for its lock; the clock lets it pass.
LAG = timedelta(seconds=3)


def sweep(now: datetime, *, lag: timedelta = LAG) -> int:
    """Takes everything that is due before `now` less `lag`; returns how many deadlines it looked at.

    `now` is the application's clock (UTC). Any number of sweeps may run at once. Raises nothing for a bad row: that
    one is parked for an hour and counted.
    """
    until = now - lag
    catch_up_until = begin(now)
    apply_leaves(now)
    open_rounds(now)
    done = _retry_abandoned(until, now, catch_up_until)
    last = None
    while batch := _due(until, last):
        last = batch[-1][:2]
        done += _run(batch, until, now, catch_up_until)
    beat(now)
    return done


Due = tuple[datetime, int, str]  # next_at, id, subject


def _due(until: datetime, after: tuple[datetime, int] | None) -> list[Due]:
    """The next rows that the clock has to look at, without a lock, by one index."""
    rows = Deadline.objects.open().filter(next_at__lt=until).order_by("next_at", "id")
    if after is not None:
        at, pk = after
        rows = rows.extra(where=["(next_at, id) > (%s, %s)"], params=[at, pk])
    return list(rows.values_list("next_at", "id", "subject")[:BATCH])


def _run(batch: list[Due], until: datetime, now: datetime, catch_up_until: datetime | None) -> int:
    """Takes one batch in one transaction; if it raises, row by row."""
    ids = [pk for _, pk, _ in batch]
    attempt = SweepAttempt.objects.create(ids=ids, began_at=now)
    failpoint("sweep.after_attempt")
    try:
        done = _retrying(lambda: _take_batch(batch, until, now, catch_up_until))
    except Exception:
        logger.exception("A batch of %s deadlines failed; each is tried alone.", len(batch))
        done = sum(_take_alone(row, until, now, catch_up_until) for row in batch)
    attempt.delete()
    return done


def _retrying(work, times: int = 4):
    """Runs `work`, again after a deadlock, a lock timeout or a failed serialisation: those are nobody's fault."""
    for turn in range(times):
        try:
            with transaction.atomic():
                return work()
        except OperationalError as error:
            code = getattr(error.__cause__, "pgcode", "") or ""
            if turn == times - 1 or code not in ("40P01", "55P03", "40001"):
                raise
    return 0


def _take_batch(batch: list[Due], until: datetime, now: datetime, catch_up_until: datetime | None) -> int:
    wanted = {subject for _, _, subject in batch}
    locked = subjects.lock(wanted, skip_locked=True)  # the others are left to the next sweep
    _park_orphans(subjects.missing(wanted - locked.keys()), until, now)
    failpoint("sweep.after_claim")
    ctx = Context(now, catch_up_until=catch_up_until)
    # All that is due on these subjects, also beyond the batch: a consequence there may come before what is due here.
    due = Deadline.objects.open().filter(subject__in=locked, next_at__lt=until)
    rows = ctx.load(due.select_for_update(no_key=True).order_by("id"))
    slow = {row.subject for row in rows if has_consequence(row, until, ctx)}
    for row in rows:
        if row.subject not in slow:
            row.failures = 0
            advance(row, until, ctx)
    failpoint("sweep.before_write")
    flush(ctx)
    for subject in sorted(slow):
        settle({subject}, until=until, at=now, catch_up_until=catch_up_until)
    failpoint("sweep.before_commit")
    return len(rows)


def _take_alone(row: Due, until: datetime, now: datetime, catch_up_until: datetime | None) -> int:
    try:
        return _retrying(lambda: _settle_alone(row[2], until, now, catch_up_until))
    except Exception:
        logger.exception("Deadline %s is parked for an hour.", row[1])
        park(row[1], now)
        return 0


def _settle_alone(subject: str, until: datetime, now: datetime, catch_up_until: datetime | None) -> int:
    """Everything that is due on one subject, each moment in a savepoint: a row that raises holds up no other."""
    if not subjects.lock({subject}, skip_locked=True):
        return 0
    return settle({subject}, until=until, at=now, catch_up_until=catch_up_until)


def _park_orphans(references: set[str], until: datetime, now: datetime) -> None:
    """Nobody can do anything about what hung on a record that was deleted past the application: /healthz tells."""
    if references:
        for pk in (
            Deadline.objects.open().filter(subject__in=references, next_at__lt=until).values_list("pk", flat=True)
        ):
            logger.error("Deadline %s hangs on a record that is gone; it is parked for an hour.", pk)
            park(pk, now)


def _retry_abandoned(until: datetime, now: datetime, catch_up_until: datetime | None) -> int:
    """Tries the rows of batches that died with their worker one by one, counting each death."""
    done = 0
    for attempt in SweepAttempt.objects.filter(began_at__lt=now - ABANDONED_AFTER).order_by("pk"):
        if not SweepAttempt.objects.filter(pk=attempt.pk).delete()[0]:
            continue  # another sweep has it
        rows = Deadline.objects.open().filter(pk__in=attempt.ids, next_at__lt=until)
        for pk, next_at, subject, failures in rows.values_list("pk", "next_at", "subject", "failures"):
            if len(attempt.ids) == 1 and failures + 1 >= DEADLY_AFTER:
                park(pk, now)
                continue
            Deadline.objects.filter(pk=pk).update(failures=failures + 1)
            alone = SweepAttempt.objects.create(ids=[pk], began_at=now)
            done += _take_alone((next_at, pk, subject), until, now, catch_up_until)
            alone.delete()
    return done
