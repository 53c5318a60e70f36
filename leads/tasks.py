"""Imports and exports in the background. Redis is only a doorbell: what waits is decided by rows in PostgreSQL."""

import logging
import time

from celery import current_app, shared_task
from django.db import OperationalError
from kombu.exceptions import OperationalError as BrokerDown

from salesops import clock

from .actions import exporting, writing
from .actions.import_checking import check_slice
from .actions.import_drafts import discard_old
from .actions.import_turns import BATCH as TURNS
from .actions.import_turns import hand_over_due
from .actions.import_undo import undo_batch
from .actions.importing import run_batch
from .actions.looking import forget_old_looks
from .models import LeadImport

State = LeadImport.State
logger = logging.getLogger(__name__)
# Well below the time limit of a task; the rest is taken by the next one.
SLICE_SECONDS = 25


@shared_task(name="leads.tasks.run_imports", soft_time_limit=110, time_limit=120)
def run_imports():
    """Goes on with every import that is in hand. Any number of these may run at once, late, or twice.

    The limits are those of reading a large workbook up to where the last run stopped.
    """
    end = time.monotonic() + SLICE_SECONDS
    put_off: set[int] = set()
    while time.monotonic() < end and (found := _next(put_off)):
        pk, state = found
        try:
            if not _STEPS[state](pk, end - time.monotonic()) and state == State.CHECKING:
                put_off.add(pk)
        except OperationalError as error:
            # A deadlock or a lock held too long: the batch was undone, and the next run takes it again.
            logger.warning("Import %d is put off: %s", pk, type(error).__name__)
            put_off.add(pk)
    while time.monotonic() < end + SLICE_SECONDS and hand_over_due(clock.now()) == TURNS:
        pass


def _next(put_off: set[int]) -> tuple[int, str] | None:
    """The import to go on with. Somebody looks at a check; what is written goes on for minutes anyway."""
    in_hand = LeadImport.objects.in_hand().exclude(pk__in=put_off).values_list("pk", "state")
    return min(in_hand, key=lambda one: (one[1] != State.CHECKING, one[0]), default=None)


def _write(pk: int, _seconds: float) -> bool:
    return run_batch(pk, at=clock.now())


def _check(pk: int, seconds: float) -> bool:
    return check_slice(pk, seconds=seconds, at=clock.now())


def _undo(pk: int, _seconds: float) -> bool:
    return undo_batch(pk, at=clock.now())


_STEPS = {State.CHECKING: _check, State.WAITING: _write, State.RUNNING: _write, State.UNDOING: _undo}


@shared_task(name="leads.tasks.tidy_imports")
def tidy_imports():
    """Throws away files that were uploaded and never imported, and who opened what more than a year ago."""
    discard_old(clock.now())
    forget_old_looks(clock.now())


@shared_task(name="leads.tasks.send_letters")
def send_letters():
    """Sends the mails to customers that wait."""
    writing.send_letters(at=clock.now())


@shared_task(name="leads.tasks.run_exports", soft_time_limit=110, time_limit=120)
def run_exports():
    """Makes the files of approved exports, and deletes those whose time is over. May run at once, late, or twice."""
    exporting.end_old(clock.now())
    end = time.monotonic() + SLICE_SECONDS
    while exporting.build_next(clock.now()) and time.monotonic() < end:
        pass


# Somebody waits for the page: a broker that is down is asked once, not for seconds.
_ONCE = {"max_retries": 1, "interval_start": 0, "interval_step": 0, "interval_max": 0}


def ring() -> None:
    """Asks a worker to look now. Without a broker the timer finds the import a little later."""
    _ring(run_imports)


def ring_exports() -> None:
    """The same for exports."""
    _ring(run_exports)


def _ring(task) -> None:
    try:
        with current_app.connection_for_write(transport_options=_ONCE) as connection:
            task.apply_async(connection=connection, retry=False, expires=60)
    except BrokerDown:
        logger.warning("No broker: %s waits for the timer.", task.name)
