import datetime

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from ..models import ChannelAccount, Delivery, Message

# Longer than a task may run (CELERY_TASK_TIME_LIMIT), so that what is claimed twice was really left behind.
LEASE = datetime.timedelta(minutes=2)
MAX_ATTEMPTS = 6
# So many notices go into one message: what a head may have missed in a weekend's silence is still one. A letter that
# is too long names the number of the rest.
MAX_LINES = 5000


@transaction.atomic
def claim(
    *, at: datetime.datetime, kinds: set[str], passed_over: set[int]
) -> tuple[ChannelAccount, Message | None] | None:
    """Claims everything that is due on one account as one message; None if no account has anything it may send now.

    The lock on the account makes its limit and its pause between messages hold for all senders together.
    """
    account = _ready(at, kinds, passed_over).select_for_update(of=["self"], no_key=True, skip_locked=True).first()
    if account is None:
        return None
    due = Delivery.objects.filter(account=account, state=Delivery.State.QUEUED, not_before__lte=at)
    ids = list(
        due.order_by("-urgent", "id").select_for_update(skip_locked=True).values_list("pk", flat=True)[:MAX_LINES]
    )
    if not ids:
        return account, None
    message = Message.objects.create(account=account, claimed_at=at)
    Delivery.objects.filter(pk__in=ids).update(
        state=Delivery.State.SENDING, attempts=F("attempts") + 1, lease_until=at + LEASE, message=message
    )
    ChannelAccount.objects.filter(pk=account.pk).update(ready_at=paced(account, at), tried_at=at)
    return account, message


def _ready(at, kinds, passed_over):
    waiting = Delivery.objects.filter(account=OuterRef("pk"), state=Delivery.State.QUEUED, not_before__lte=at)
    # What is urgent, or would be useless after the pause, does not wait for it.
    hurry = waiting.filter(Q(urgent=True) | Q(expires_at__lte=OuterRef("rest_until")))
    return (
        ChannelAccount.objects.sealed()
        .filter(kind__in=kinds, broken_at=None, ready_at__lte=at)
        .exclude(pk__in=passed_over)
        .filter(Q(opened_until=None) | Q(opened_until__lte=at))
        .filter(Q(Exists(waiting), rest_until__lte=at) | Exists(hurry))
        .order_by("tried_at", "pk")
    )


def paced(account: ChannelAccount, at: datetime.datetime) -> datetime.datetime:
    """From when on the account may send again, if it sends now: a token bucket kept as one instant (GCRA).

    A third of the limit may go out at once, the rest is refilled over the minute: together never more than the limit
    in any minute.
    """
    burst = max(1, account.limit // 3)
    interval = datetime.timedelta(minutes=1) / max(1, account.limit - burst)
    return max(account.ready_at, at - (burst - 1) * interval) + interval
