"""The ways out, one module per vendor: each takes a letter once and says what came of it."""

import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from ..models import ChannelAccount
from ..wording import mask_private
from . import dingtalk, email, feishu, transport, wecom
from .answers import GENERAL, Answer, Outcome, in_words
from .letter import Letter, Line

_MODULES = {"email": email, "wecom": wecom, "dingtalk": dingtalk, "feishu": feishu}

__all__ = ["Answer", "Letter", "Line", "Outcome", "check_address", "deliver", "explain"]


def deliver(account: ChannelAccount, letter: Letter, *, at: datetime.datetime) -> Answer:
    """Sends the letter through the account, now and once. Blocks for as long as the network takes."""
    answer = _MODULES[account.kind].send(account, letter, at=at)
    return Answer(answer.outcome, answer.code, mask_private(answer.said), answer.blocked, answer.broken)


def check_address(kind: str, url: str) -> str:
    """What is wrong with an address that somebody enters, in plain words; "" if nothing is."""
    if kind == ChannelAccount.Kind.EMAIL:
        try:
            validate_email(url)
        except ValidationError as error:
            return str(error.messages[0])
        return ""
    try:
        transport.listed(url)
    except transport.Refused as refused:
        return str(GENERAL[refused.code].words)
    return ""


def explain(kind: str, answer: str) -> str:
    """A stored answer in plain words, in the active language."""
    return in_words(_MODULES[kind].CODES, answer)
