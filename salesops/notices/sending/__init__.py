"""Sending what is queued: claim, check again, send outside any transaction, write down what came of it.

Delivery is at least once for escalations and at most once for reminders (architecture.md, promise 5): the only doubt
is a request that left and was not answered, and a crash just then.
"""

import datetime
import logging
import time

from salesops.failpoints import failpoint

from .. import channels
from ..actions.receipts import give_due_receipts
from ..channels.answers import general
from ..models import ChannelAccount
from .claiming import claim
from .fallback import divert
from .marking import mark, recover
from .preparing import prepare

logger = logging.getLogger(__name__)
# Shorter than the task's soft time limit by the longest request.
SPAN = datetime.timedelta(seconds=30)


def send(*, at: datetime.datetime, span: datetime.timedelta = SPAN) -> int:
    """Sends what is due at `at` (UTC) until nothing is left or `span` of real time is over; returns how many messages.

    Any number of senders may run at once. A sender that dies is made up for after its lease.
    """
    recover(at=at)
    divert(at=at)
    count = 0
    quiet: list[int] = []
    passed_over: set[int] = set()
    kinds = set(ChannelAccount.Kind.values)
    stop = time.monotonic() + span.total_seconds()
    while time.monotonic() < stop and (found := claim(at=at, kinds=kinds, passed_over=passed_over)):
        account, message = found
        if message is None:
            passed_over.add(account.pk)  # another transaction holds its rows at the moment
            continue
        failpoint("send.after_claim")
        answer = _send(account, message, at, quiet)
        if answer is None:
            continue
        mark(account, message, answer, at=at)
        failpoint("send.after_mark")
        count += 1
        if account.kind == ChannelAccount.Kind.EMAIL and answer.code == "connect":
            kinds.discard(account.kind)  # the mail server is down for everybody: not one timeout per person
    give_due_receipts(quiet, at=at)
    return count


def _send(account, message, at, quiet):
    """The other side's answer; None if nothing was left to say."""
    try:
        letter, put_off = prepare(account, message, at=at)
        quiet += put_off
        if letter is None:
            return None
        failpoint("send.before_request")
        answer = channels.deliver(account, letter, at=at)
    except Exception:
        logger.exception("Message %s could not be sent.", message.pk)
        return general("internal")
    failpoint("send.after_request")
    return answer
