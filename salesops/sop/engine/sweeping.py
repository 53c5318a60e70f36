"""The sweep: what the passing of time does to all deadlines. May run twice, late, or die anywhere.

Its cost follows what is due, not what exists: one indexed column says when the clock has to look at a row again.
"""

import logging
import time
from datetime import datetime, timedelta

from django.db import connection, transaction

from salesops.failpoints import failpoint
from salesops.retrying import blameless, do_each, retrying
from salesops.standing import StandingQuery

from .. import subjects
from ..models import Deadline, SweepAttempt
from .advancing import advance, has_consequence
from .context import Context
from .handing import apply_leaves, hand_on_late
from .rounds import open_rounds
from .settling import park, settle
from .watching import beat, begin
from .writing import flush

logger = logging.getLogger("salesops.sop")

BATCH = 200
DEADLY_AFTER = 3  # a row that dies alone this often, with its worker, is parked too
ABANDONED_AFTER = timedelta(minutes=3)  # more than twice the hard time limit of a task
_LOCKS = 0x50B  # the class of our advisory locks in PostgreSQL
# A request received just before a due time may still be waiting for its lock; the clock lets it pass.
LAG = timedelta(seconds=3)
# Shorter than the task's soft time limit by the longest batch: what that limit breaks off would look like a bad row.
SPAN = timedelta(seconds=35)


def sweep(now: datetime, *, lag: timedelta = LAG) -> int:
    """Takes everything that is due before `now` less `lag`; returns how many deadlines it looked at.

    `now` is the application's clock (UTC). Any number of sweeps may run at once. Raises nothing for a bad row: that
    one is parked for an hour and counted. After SPAN of real time the rest is left to the next sweep.
    """
    until = now - lag
    catch_up_until = begin(now)
    done = 0

    def take_due(_):
        nonlocal done
        done += _retry_abandoned(until, now, catch_up_until)
        last, stop = None, time.monotonic() + SPAN.total_seconds()
        while time.monotonic() < stop and (batch := _due(until, last)):
            last = batch[-1][:2]
            done += _run(batch, until, now, catch_up_until)

    # A leave or a round that raises leaves the heartbeat old, which /healthz tells, but holds up no deadline.
    do_each((apply_leaves, hand_on_late, open_rounds, take_due), lambda duty: duty(now))
    beat(now)
    return done


Due = tuple[datetime, int, str]  # next_at, id, subject
_first_due = StandingQuery(lambda until: _by_due(until).values_list("next_at", "id", "subject")[:BATCH])


def _by_due(until: datetime):
    return Deadline.objects.open().filter(next_at__lt=until).order_by("next_at", "id")


def _due(until: datetime, after: tuple[datetime, int] | None) -> list[Due]:
    """The next rows that the clock has to look at, without a lock, by one index."""
    if after is None:
        return _first_due(until)
    rows = _by_due(until).extra(where=["(next_at, id) > (%s, %s)"], params=[*after])
    return list(rows.values_list("next_at", "id", "subject")[:BATCH])


def _run(batch: list[Due], until: datetime, now: datetime, catch_up_until: datetime | None) -> int:
    """Takes one batch in one transaction; if it raises, row by row."""
    attempt = _begin([pk for _, pk, _ in batch], now)
    failpoint("sweep.after_attempt")
    try:
        done = retrying(lambda: _take_batch(batch, until, now, catch_up_until))
    except Exception:
        logger.exception("A batch of %s deadlines failed; each is tried alone.", len(batch))
        done = sum(_take_alone(row, until, now, catch_up_until) for row in batch)
    failpoint("sweep.after_commit")
    _end(attempt)
    return done


def _begin(ids: list[int], now: datetime) -> SweepAttempt:
    """Notes what is about to be tried, under a lock that dies with this process: so a death is seen at once."""
    with transaction.atomic():
        attempt = SweepAttempt.objects.create(ids=ids, began_at=now)
        _hold(attempt.pk)
    return attempt


def _end(attempt: SweepAttempt) -> None:
    pk = attempt.pk
    attempt.delete()
    _let_go(pk)


def _hold(pk: int) -> bool:
    """Takes the lock of an attempt for as long as this connection lives; False while another process has it."""
    return _ask("SELECT pg_try_advisory_lock(%s, %s)", pk)


def _let_go(pk: int) -> None:
    _ask("SELECT pg_advisory_unlock(%s, %s)", pk)


def _ask(query: str, pk: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(query, [_LOCKS, pk % 2**31])
        return cursor.fetchone()[0]


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


def _take_alone(row: Due, until: datetime, now: datetime, catch_up_until: datetime | None, **more) -> int:
    try:
        return retrying(lambda: _settle_alone(row[2], until, now, catch_up_until, **more))
    except Exception as error:
        if blameless(error):
            logger.warning("Deadline %s is left to the next sweep: %s", row[1], error)
            return 0
        logger.exception("Deadline %s is parked for an hour.", row[1])
        park(row[1], now)
        return 0


def _settle_alone(
    subject: str,
    until: datetime,
    now: datetime,
    catch_up_until: datetime | None,
    *,
    no_later_than: datetime | None = None,
) -> int:
    """Everything that is due on one subject, each moment in a savepoint: a row that raises holds up no other."""
    if not subjects.lock({subject}, skip_locked=True):
        return 0
    return settle({subject}, until=until, at=now, catch_up_until=catch_up_until, no_later_than=no_later_than)


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
    for attempt in SweepAttempt.objects.order_by("pk"):
        # The lock of a machine that vanished may outlive it; then the time tells.
        held = _hold(attempt.pk)
        dead = held or attempt.began_at < now - ABANDONED_AFTER
        if dead and SweepAttempt.objects.filter(pk=attempt.pk).delete()[0]:  # else another sweep has it
            done += _retry(attempt, until, now, catch_up_until)
        if held:
            _let_go(attempt.pk)
    return done


def _retry(attempt: SweepAttempt, until: datetime, now: datetime, catch_up_until: datetime | None) -> int:
    done = 0
    rows = Deadline.objects.open().filter(pk__in=attempt.ids, next_at__lt=until).order_by("next_at", "id")
    for pk, next_at, subject, failures in rows.values_list("pk", "next_at", "subject", "failures"):
        if len(attempt.ids) == 1 and failures + 1 >= DEADLY_AFTER:
            park(pk, now)
            continue
        Deadline.objects.filter(pk=pk).update(failures=failures + 1)
        alone = _begin([pk], now)
        # Not beyond its own moment: what comes later on the same subject must not die in its name.
        done += _take_alone((next_at, pk, subject), until, now, catch_up_until, no_later_than=next_at)
        # It survived, even if it was another row's taking that did it; what was parked counts on.
        Deadline.objects.filter(pk=pk, failures=failures + 1).update(failures=0)
        _end(alone)
    return done
