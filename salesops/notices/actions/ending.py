import datetime
from collections.abc import Collection

from django.db import transaction
from django.db.models import Q, QuerySet

from ..models import ChannelAccount, Delivery, Notice

# Both write the state's condition on the delivery itself, not inside a join: only so does PostgreSQL check it again
# after waiting for a sender that has just claimed the row.


@transaction.atomic
def settle(deadline_ids: Collection[int], *, at: datetime.datetime) -> None:
    """Settles the notices of these deadlines, because they have ended, and drops what has not been sent of them.

    What somebody must have been told, a notice with a receipt, is still sent. Two queries. Call it before tell(): what
    is told about the ending itself shall still be delivered.
    """
    if deadline_ids:
        _settle(Notice.objects.filter(deadline_id__in=list(deadline_ids), settled_at=None), at)


@transaction.atomic
def settle_keys(keys: Collection[str], *, at: datetime.datetime) -> None:
    """The same for what was told `for_action` under these keys, to whomever: it is done, or needs doing no more."""
    _settle(Notice.objects.filter(key__in=list(keys), for_action=True, settled_at=None, deadline_id=None), at)


def _settle(notices: QuerySet[Notice], at: datetime.datetime) -> None:
    # The deliveries first, while their notices are still to be found as open.
    useless = notices.filter(receipt__isnull=True).order_by().values("pk")
    Delivery.objects.filter(state=Delivery.State.QUEUED, notice__in=useless).update(
        state=Delivery.State.DROPPED, ended_at=at
    )
    notices.update(settled_at=at)


@transaction.atomic
def withdraw_person(user_id: int, *, at: datetime.datetime) -> None:
    """Drops everything on its way to a person who has left and shuts their channels. tell() leaves them out."""
    notices = Notice.objects.filter(person=user_id).order_by().values("pk")
    accounts = ChannelAccount.objects.filter(person=user_id)
    Delivery.objects.filter(
        Q(notice__in=notices) | Q(account__in=accounts.order_by().values("pk")), state=Delivery.State.QUEUED
    ).update(state=Delivery.State.DROPPED, ended_at=at)
    accounts.update(active=False)
