"""The ways out, one module per vendor: each takes a letter once and says what came of it."""

import datetime

from ..models import ChannelAccount
from ..wording import mask_private
from . import dingtalk, email, feishu, wecom
from .answers import Answer, Outcome, in_words
from .letter import Letter, Line

_MODULES = {"email": email, "wecom": wecom, "dingtalk": dingtalk, "feishu": feishu}

__all__ = ["Answer", "Letter", "Line", "Outcome", "deliver", "explain"]


def deliver(account: ChannelAccount, letter: Letter, *, at: datetime.datetime) -> Answer:
    """Sends the letter through the account, now and once. Blocks for as long as the network takes."""
    answer = _MODULES[account.kind].send(account, letter, at=at)
    return Answer(answer.outcome, answer.code, mask_private(answer.said), answer.blocked, answer.broken)


def explain(kind: str, answer: str) -> str:
    """A stored answer in plain words, in the active language."""
    return in_words(_MODULES[kind].CODES, answer)
