"""Imports in the background. Redis is only a doorbell: which imports wait is decided by rows in PostgreSQL."""

import logging
import time

from celery import current_app, shared_task
from django.db import OperationalError
from kombu.exceptions import OperationalError as BrokerDown

from salesops import clock

from .actions import writing
from .actions.importing import run_batch
from .models import LeadImport

logger = logging.getLogger(__name__)
# Well below the time limit of a task; the rest is taken by the next one.
SLICE_SECONDS = 25


@shared_task(name="leads.tasks.run_imports")
def run_imports():
    """Goes on with every import that is not finished. Any number of these may run at once, late, or twice."""
    began = time.monotonic()
    for pk in LeadImport.objects.unfinished().order_by("pk").values_list("pk", flat=True):
        try:
            while run_batch(pk, at=clock.now()):
                if time.monotonic() - began > SLICE_SECONDS:
                    return
        except OperationalError as error:
            # A deadlock or a lock held too long: the batch was undone, and the next run takes it again.
            logger.warning("Import %d is put off: %s", pk, type(error).__name__)


@shared_task(name="leads.tasks.send_letters")
def send_letters():
    """Sends the mails to customers that wait."""
    writing.send_letters(at=clock.now())


# Somebody waits for the page: a broker that is down is asked once, not for seconds.
_ONCE = {"max_retries": 1, "interval_start": 0, "interval_step": 0, "interval_max": 0}


def ring() -> None:
    """Asks a worker to look now. Without a broker the timer finds the import a little later."""
    try:
        with current_app.connection_for_write(transport_options=_ONCE) as connection:
            run_imports.apply_async(connection=connection, retry=False, expires=60)
    except BrokerDown:
        logger.warning("No broker: imports wait for the timer.")
