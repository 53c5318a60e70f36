"""Imports in the background. Redis is only a doorbell: which imports wait is decided by rows in PostgreSQL."""

import logging
import time

from celery import current_app, shared_task
from django.db import OperationalError
from kombu.exceptions import OperationalError as BrokerDown

from salesops import clock

from .actions.import_checking import check_slice
from .actions.import_drafts import discard_old
from .actions.import_turns import BATCH as TURNS
from .actions.import_turns import hand_over_due
from .actions.import_undo import undo_batch
from .actions.importing import run_batch
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
    steps = {State.CHECKING: _check, State.WAITING: _write, State.RUNNING: _write, State.UNDOING: _undo}
    in_hand = LeadImport.objects.in_hand().values_list("pk", "state")
    # Somebody looks at a check; what is written goes on for minutes anyway.
    for pk, state in sorted(in_hand, key=lambda one: (one[1] != State.CHECKING, one[0])):
        try:
            steps[state](pk, end)
        except OperationalError as error:
            # A deadlock or a lock held too long: the batch was undone, and the next run takes it again.
            logger.warning("Import %d is put off: %s", pk, type(error).__name__)
        if time.monotonic() > end:
            break
    while hand_over_due(clock.now()) == TURNS and time.monotonic() < end + SLICE_SECONDS:
        pass


def _check(pk: int, end: float) -> None:
    check_slice(pk, seconds=end - time.monotonic(), at=clock.now())


def _write(pk: int, end: float) -> None:
    while time.monotonic() < end and run_batch(pk, at=clock.now()):
        pass


def _undo(pk: int, end: float) -> None:
    while time.monotonic() < end and undo_batch(pk, at=clock.now()):
        pass


@shared_task(name="leads.tasks.tidy_imports")
def tidy_imports():
    """Throws away files that were uploaded and never imported."""
    discard_old(clock.now())


# Somebody waits for the page: a broker that is down is asked once, not for seconds.
_ONCE = {"max_retries": 1, "interval_start": 0, "interval_step": 0, "interval_max": 0}


def ring() -> None:
    """Asks a worker to look now. Without a broker the timer finds the import a little later."""
    try:
        with current_app.connection_for_write(transport_options=_ONCE) as connection:
            run_imports.apply_async(connection=connection, retry=False, expires=60)
    except BrokerDown:
        logger.warning("No broker: imports wait for the timer.")
