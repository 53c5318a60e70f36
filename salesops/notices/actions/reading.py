import datetime
from collections.abc import Iterable

from django.db import transaction

from ..models import Notice


@transaction.atomic
def mark_read(notice_ids: Iterable[int], *, by, at: datetime.datetime) -> int:
    """Marks one's own notices as read; those of others are left alone. Returns how many were unread.

    No event: that somebody looked at a message is nobody's business but theirs.
    """
    own = Notice.objects.visible_to(by).filter(pk__in=list(notice_ids), read_at=None)
    return own.update(read_at=at)


@transaction.atomic
def mark_unread(notice_ids: Iterable[int], *, by, at: datetime.datetime) -> int:
    """Marks one's own notices as unread, to come back to them. Returns how many were read."""
    own = Notice.objects.visible_to(by).filter(pk__in=list(notice_ids), read_at__isnull=False)
    return own.update(read_at=None)
