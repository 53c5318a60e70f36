"""The sweep's timer. Redis is only a doorbell: what is due is decided by rows in PostgreSQL."""

from celery import shared_task

from salesops import clock

from .engine import sweeping


@shared_task(name="salesops.sop.tasks.sweep")
def sweep():
    """Takes everything that is due. Any number of these may run at once, late, or twice."""
    sweeping.sweep(clock.now())
