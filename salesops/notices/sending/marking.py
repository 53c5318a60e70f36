import datetime
import zlib
from collections.abc import Iterable

from django.db import transaction
from django.db.models import F

from ..channels import Answer, Outcome
from ..channels.answers import general
from ..hours import RECIPIENT, Zones, hours_of, send_from
from ..models import ChannelAccount, Delivery, Message, Preference
from .claiming import MAX_ATTEMPTS
from .fallback import divert_account, fall_back

BACK_OFF = [datetime.timedelta(minutes=minutes) for minutes in (1, 5, 30)]
# So many failures in a row interrupt a bot for so long (DingTalk blocks for as long itself).
FAILURES = 3
INTERRUPTION = datetime.timedelta(minutes=10)

SENT, QUEUED, FAILED = Delivery.State.SENT, Delivery.State.QUEUED, Delivery.State.FAILED
UNKNOWN, SUPERSEDED, DROPPED = Delivery.State.UNKNOWN, Delivery.State.SUPERSEDED, Delivery.State.DROPPED


@transaction.atomic
def mark(account: ChannelAccount, message: Message, answer: Answer, *, at: datetime.datetime) -> None:
    """Writes down what came of a message. Whatever was claimed again meanwhile belongs to another message by now."""
    said = str(answer)
    Message.objects.filter(pk=message.pk).update(answered_at=at, outcome=answer.outcome, answer=said)
    claimed = message.deliveries.filter(state=Delivery.State.SENDING).order_by("pk")
    deliveries = list(claimed.select_related(*RECIPIENT).select_for_update(of=["self"], no_key=True))
    if answer.outcome == Outcome.OK:
        _end(deliveries, SENT, said, at)
        _rest(account, deliveries, at)
    elif answer.outcome == Outcome.UNKNOWN:
        _doubt(deliveries, said, at)
    elif answer.outcome == Outcome.PERMANENT:
        _give_up(deliveries, account, said, at)
    else:
        again = [delivery for delivery in deliveries if delivery.attempts < MAX_ATTEMPTS]
        _try_again(again, said, at)
        _give_up([delivery for delivery in deliveries if delivery.attempts >= MAX_ATTEMPTS], account, said, at)
    _remember(account, answer, at)


@transaction.atomic
def recover(*, at: datetime.datetime) -> None:
    """Takes back what a sender left behind when it died: unsent it is queued again, else its fate is unknown."""
    left = Delivery.objects.filter(state=Delivery.State.SENDING, lease_until__lte=at).order_by("pk")
    deliveries = list(
        left.select_related("message", "account", *RECIPIENT)
        .defer("account__url", "account__secret")
        .select_for_update(of=["self"], no_key=True, skip_locked=True)[:500]
    )
    if not deliveries:
        return
    said = str(general("crash"))
    _doubt([delivery for delivery in deliveries if delivery.message.requested_at], said, at)
    for delivery in deliveries:
        if delivery.message.requested_at:
            continue
        if delivery.attempts < MAX_ATTEMPTS:
            _change([delivery], state=QUEUED, lease_until=None, message=None)
        else:  # it kills its sender each time
            _give_up([delivery], delivery.account, str(general("internal")), at)


def _change(deliveries: Iterable[Delivery], **values) -> None:
    Delivery.objects.filter(pk__in=[delivery.pk for delivery in deliveries]).update(**values)


def _end(deliveries, state, said, at):
    _change(deliveries, state=state, answer=said, ended_at=at, lease_until=None)


def _doubt(deliveries, said, at):
    """It may have arrived. A reminder is not repeated, an escalation once, marked as a possible repeat."""
    again = [delivery for delivery in deliveries if delivery.notice.escalation and not delivery.possible_repeat]
    _end([delivery for delivery in deliveries if delivery not in again], UNKNOWN, said, at)
    later = at + BACK_OFF[0]
    _change(again, state=QUEUED, not_before=later, possible_repeat=True, answer=said, lease_until=None, message=None)


def _try_again(deliveries, said, at):
    zones = Zones()
    for delivery in deliveries:
        hours = hours_of(delivery.notice, zones)
        later = send_from(at + back_off(delivery), delivery.expires_at, delivery.urgent, hours, delivery.account_id)
        if delivery.expires_at is not None and later >= delivery.expires_at:
            _end([delivery], DROPPED, said, at)
        else:
            _change([delivery], state=QUEUED, not_before=later, answer=said, lease_until=None, message=None)


def back_off(delivery: Delivery) -> datetime.timedelta:
    """1, 5, then 30 minutes, and up to a fifth more, so that what failed together does not come back together."""
    wait = BACK_OFF[min(delivery.attempts, len(BACK_OFF)) - 1]
    return wait * (1 + zlib.crc32(f"{delivery.pk}.{delivery.attempts}".encode()) % 1000 / 5000)


def _give_up(deliveries, account, said, at):
    diverted = fall_back(deliveries, account, at=at)
    _end([delivery for delivery in deliveries if delivery.pk in diverted], SUPERSEDED, said, at)
    _end([delivery for delivery in deliveries if delivery.pk not in diverted], FAILED, said, at)


def _rest(account, deliveries, at):
    """What is not urgent now waits, so that it leaves as one message."""
    person = deliveries[0].notice.person if deliveries else None
    preference = getattr(person, "notice_preference", None)
    minutes = preference.digest_minutes if preference else Preference.DIGEST_MINUTES
    ChannelAccount.objects.filter(pk=account.pk).update(rest_until=at + datetime.timedelta(minutes=minutes))


def _remember(account, answer, at):
    said = str(answer)
    accounts = ChannelAccount.objects.filter(pk=account.pk)
    if answer.outcome == Outcome.OK:
        accounts.update(failures=0, opened_until=None, answer=said)
        return
    accounts.update(failures=F("failures") + 1, answer=said)
    if answer.broken:
        accounts.update(broken_at=at)  # divert() takes care of what else waits for it
    elif account.kind != ChannelAccount.Kind.EMAIL:
        account.refresh_from_db(fields=["failures"])
        if answer.blocked or account.failures >= FAILURES:
            accounts.update(opened_until=at + INTERRUPTION)
            divert_account(account, at=at, due_by=at + BACK_OFF[-1] * 1.5)  # with what has just failed
