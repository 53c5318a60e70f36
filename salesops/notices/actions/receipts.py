"""Receipts: the event that says that somebody has been told (lead.notify, handbook H0)."""

import datetime
import logging
from collections.abc import Iterable

from django.db import IntegrityError, transaction

from salesops.events.recording import record

from ..models import Delivery, Notice

logger = logging.getLogger(__name__)
# Whoever could not be reached in this time has been reported long since.
WORTH_GIVING = datetime.timedelta(days=2)


def give_receipts(notice_ids: Iterable[int], *, at: datetime.datetime) -> None:
    """Records, once each, that the people of these notices have been told. In the caller's transaction."""
    waiting = Notice.objects.filter(pk__in=list(notice_ids), told_at=None, receipt__isnull=False).order_by("pk")
    for pk, receipt in waiting.values_list("pk", "receipt"):
        # Recorded first: it locks the subject, and everybody locks that before notices. The key makes it once-only.
        record(
            receipt["event"],
            at=at,
            refs=receipt["refs"],
            data=receipt["data"],
            file=receipt["file"],
            key=f"told.{pk}",
        )
        Notice.objects.filter(pk=pk).update(told_at=at)


def give_due_receipts(also: Iterable[int] = (), *, at: datetime.datetime) -> None:
    """Gives the receipts of what outside channels have taken meanwhile, and of the notices `also` named.

    Each in a transaction of its own, so that one that fails does not hold up the others.
    """
    waiting = Notice.objects.filter(told_at=None, receipt__isnull=False, created_at__gt=at - WORTH_GIVING)
    ids = set(waiting.order_by("pk").values_list("pk", flat=True)[:2000])
    taken = Delivery.objects.filter(notice__in=ids, state=Delivery.State.SENT).values_list("notice", flat=True)
    for pk in sorted(set(taken) | (ids & set(also))):
        try:
            with transaction.atomic():
                give_receipts([pk], at=at)
        except IntegrityError:
            logger.info("The receipt of notice %s has just been given by another sender.", pk)
        except Exception:
            logger.exception("The receipt of notice %s could not be recorded.", pk)
