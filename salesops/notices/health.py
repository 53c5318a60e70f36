"""Whether messages arrive: facts for the health check."""

import datetime

from django.utils.translation import gettext as _

from salesops.web.health import Fact, check

from .models import ChannelAccount, Delivery

LATE = datetime.timedelta(minutes=5)
DAY = datetime.timedelta(days=1)
# Counting stops here: an alarm need not know how many more there are.
MOST = 1000


def undelivered(now: datetime.datetime) -> dict[str, int]:
    """Facts for the health page, each counted up to 1000 through an index.

    `late`: waiting for more than five minutes without a reason; `failed`: given up or of unknown fate within a day;
    `interrupted`: bots that are left alone after failures; `refused`: addresses in use that are dead.
    """
    # Waiting on purpose, between two digests, is no trouble.
    waiting = Delivery.objects.filter(state=Delivery.State.QUEUED, not_before__lt=now - LATE)
    late = waiting.filter(account__rest_until__lt=now - LATE)
    failed = Delivery.objects.filter(state__in=[Delivery.State.FAILED, Delivery.State.UNKNOWN], ended_at__gt=now - DAY)
    interrupted = ChannelAccount.objects.filter(opened_until__gt=now)
    refused = ChannelAccount.objects.filter(active=True, broken_at__isnull=False)
    counted = {"late": late, "failed": failed, "interrupted": interrupted, "refused": refused}
    return {name: found.order_by()[:MOST].count() for name, found in counted.items()}


def _number(count: int) -> str:
    if not count:
        return _("none")
    return str(count) if count < MOST else _("%(n)s or more") % {"n": MOST}


@check
def delivery(now: datetime.datetime) -> list[Fact]:
    """Messages that wait too long mean that nobody sends; refused ones that somebody has to mend a channel."""
    count = undelivered(now)
    undelivered_list = _("The administration lists what was not delivered, with the reason, and sends it again.")
    return [
        Fact(
            "late_messages",
            count["late"] == 0,
            count["late"],
            _("Start the workers and beat, or call manage.py notices_send from cron."),
            label=_("Messages that wait too long"),
            said=_number(count["late"]),
        ),
        Fact(
            "undelivered_messages",
            count["failed"] == 0,
            count["failed"],
            undelivered_list,
            vital=False,
            label=_("Messages not delivered within a day"),
            said=_number(count["failed"]),
            url="admin:notices_delivery_changelist",
        ),
        Fact(
            "interrupted_channels",
            count["interrupted"] == 0,
            count["interrupted"],
            _("A bot fails; mail takes over. It is tried again every ten minutes."),
            vital=False,
            label=_("Channels interrupted after failures"),
            said=_number(count["interrupted"]),
            url="notices:company_channels",
        ),
        Fact(
            "refused_channels",
            count["refused"] == 0,
            count["refused"],
            _("Enter the address of the channel anew and send a test."),
            vital=False,
            label=_("Channels whose address is refused"),
            said=_number(count["refused"]),
            url="notices:company_channels",
        ),
    ]
