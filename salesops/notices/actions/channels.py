"""What people and administrators do with channels."""

import datetime

from django.db import transaction
from django.utils.translation import gettext, override

from salesops.events.recording import record

from .. import channels
from ..models import ChannelAccount, Delivery, Preference


def pause(account: ChannelAccount, *, by, at: datetime.datetime) -> None:
    """Nothing more is sent there until it is resumed; what waited is dropped (it stands in the inbox)."""
    with transaction.atomic():
        if not ChannelAccount.objects.filter(pk=account.pk, active=True).update(active=False):
            return
        waiting = Delivery.objects.filter(account=account, state=Delivery.State.QUEUED, instead_of="")
        waiting.update(state=Delivery.State.DROPPED, ended_at=at)
        _record("channel.paused", account, by, at)


def resume(account: ChannelAccount, *, by, at: datetime.datetime) -> None:
    """Sends there again, also after the address was refused."""
    with transaction.atomic():
        ChannelAccount.objects.filter(pk=account.pk).update(active=True, **_HEALTHY)
        _record("channel.resumed", account, by, at)


def prefer(person, *, quiet_from, quiet_until, digest_minutes: int, by, at: datetime.datetime) -> None:
    """Sets when the person is left alone (times in the zone of their team), from the next message on."""
    chosen = {"quiet_from": quiet_from, "quiet_until": quiet_until, "digest_minutes": digest_minutes}
    with transaction.atomic():
        Preference.objects.update_or_create(person=person, defaults=chosen)
        record(
            "quiet_hours.chosen", at=at, by=by, refs={"person": person.pk}, data={k: str(v) for k, v in chosen.items()}
        )


def send_test(account: ChannelAccount, *, by, at: datetime.datetime) -> channels.Answer:
    """Sends a test message now and keeps the answer. Not inside a transaction: it waits for the network.

    Success mends a channel that was refused or interrupted.
    """
    with override(by.language):
        line = channels.Line(title=gettext("This is a test message. The channel works."), body="", action="", url="")
    letter = channels.Letter(heading=gettext("SalesOps test message"), lines=(line,), language=by.language)
    answer = channels.deliver(account, letter, at=at)
    found = ChannelAccount.objects.filter(pk=account.pk)
    if answer.outcome == channels.Outcome.OK:
        found.update(answer=str(answer), tried_at=at, **_HEALTHY)
    else:
        found.update(answer=str(answer), tried_at=at)
    return answer


@transaction.atomic
def send_again(deliveries, *, by, at: datetime.datetime) -> int:
    """Queues what was not delivered once more, with six new attempts; what has become pointless is left out.

    Whoever asks takes a possible repeat upon themselves; the message says so.
    """
    undelivered = Delivery.objects.filter(
        pk__in=[delivery.pk for delivery in deliveries],
        state__in=[Delivery.State.FAILED, Delivery.State.UNKNOWN],
        notice__settled_at=None,
        account__broken_at=None,
    ).exclude(expires_at__lte=at)
    ids = list(undelivered.order_by("pk").select_for_update(of=["self"]).values_list("pk", flat=True))
    return Delivery.objects.filter(pk__in=ids).update(
        state=Delivery.State.QUEUED, attempts=0, not_before=at, possible_repeat=True, ended_at=None, message=None
    )


_HEALTHY = {"failures": 0, "opened_until": None, "broken_at": None}


def _record(name, account, by, at):
    record(name, at=at, by=by, refs={"channel": account.pk, "person": account.person_id})
