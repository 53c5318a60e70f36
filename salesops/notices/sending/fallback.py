"""When a bot fails, what it should have said goes by mail and says so."""

import datetime
from collections.abc import Collection

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from salesops.people.directory import Directory

from ..actions.telling import mail_accounts
from ..hours import RECIPIENT, Zones, hours_of, send_from
from ..models import ChannelAccount, Delivery

# Mail that is on its way or has arrived.
_GOOD = [Delivery.State.QUEUED, Delivery.State.SENDING, Delivery.State.SENT]


def fall_back(deliveries: Collection[Delivery], account: ChannelAccount, *, at: datetime.datetime) -> set[int]:
    """Queues mail for deliveries that a bot did not take; returns the ids of those that reach somebody by mail.

    A person's goes to the person, also to a mail channel that is paused; a team's to the head of the team.
    """
    if account.kind == ChannelAccount.Kind.EMAIL or not deliveries:
        return set()
    directory, zones = Directory(at), Zones()
    receivers = {
        delivery.pk: delivery.notice.person_id or directory.head_of_team(delivery.notice.team_id)
        for delivery in deliveries
    }
    mail = mail_accounts(set(receivers.values()) - {None})
    Delivery.objects.bulk_create(
        [
            Delivery(
                notice=delivery.notice,
                account_id=mail[receivers[delivery.pk]],
                not_before=_not_before(delivery, zones, at),
                urgent=delivery.urgent,
                expires_at=delivery.expires_at,
                catch_up=delivery.catch_up,
                instead_of=account.kind,
            )
            for delivery in deliveries
            if receivers[delivery.pk] in mail
        ],
        ignore_conflicts=True,
    )
    notices = {delivery.notice_id: delivery.pk for delivery in deliveries}
    reached = Delivery.objects.filter(notice__in=notices, account__kind=ChannelAccount.Kind.EMAIL, state__in=_GOOD)
    return {notices[notice] for notice in reached.values_list("notice", flat=True)}


def _not_before(delivery, zones, at):
    """At once but in quiet hours; the bot's own pause does not count."""
    planned = delivery.not_before if delivery.attempts == 0 else at
    hours = hours_of(delivery.notice, zones)
    return send_from(max(at, planned), delivery.expires_at, delivery.urgent, hours, delivery.account_id)


def divert_account(account: ChannelAccount, *, at: datetime.datetime, due_by: datetime.datetime | None) -> None:
    """Sends by mail what waits for this bot and is due by then (None: all). What no mail reaches goes on waiting."""
    waiting = Delivery.objects.filter(account=account, state=Delivery.State.QUEUED).order_by("pk")
    if due_by is not None:
        waiting = waiting.filter(not_before__lte=due_by)
    locked = waiting.select_related(*RECIPIENT).select_for_update(of=["self"], no_key=True, skip_locked=True)
    deliveries = list(locked[:500])
    diverted = fall_back(deliveries, account, at=at)
    Delivery.objects.filter(pk__in=diverted).update(state=Delivery.State.SUPERSEDED, ended_at=at)


def divert(*, at: datetime.datetime) -> None:
    """Sends by mail what has come due on bots that are interrupted; gives up what waits for dead addresses."""
    waiting = Delivery.objects.filter(account=OuterRef("pk"), state=Delivery.State.QUEUED, not_before__lte=at)
    shut = (
        ChannelAccount.objects.sealed()
        .filter(Q(opened_until__gt=at) | Q(broken_at__isnull=False))
        .filter(Exists(waiting))
    )
    for account in shut.order_by("pk")[:50]:
        with transaction.atomic():
            divert_account(account, at=at, due_by=None if account.broken_at else at)
            if account.broken_at:
                _give_up_waiting(account, at)


def _give_up_waiting(account, at):
    Delivery.objects.filter(account=account, state=Delivery.State.QUEUED).update(
        state=Delivery.State.FAILED, answer=account.answer, ended_at=at
    )
