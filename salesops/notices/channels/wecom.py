"""WeCom group bots (企业微信群机器人). The key in the address is the only secret; there is no signature.

Codes: the vendor's page on group bots and its global list of error codes; from public descriptions, not tried live.
"""

import datetime

from django.utils.translation import gettext_lazy as _

from . import transport
from .answers import PERMANENT, TRANSIENT, Answer, Code
from .letter import Letter, markdown

LARGEST = 4096  # bytes of a markdown message

CODES = {
    "-1": Code(TRANSIENT, _("WeCom is busy. It is tried again.")),
    "45009": Code(TRANSIENT, _("More than 20 messages in a minute; the rest follows later."), blocked=True),
    "45033": Code(TRANSIENT, _("Too many messages at once; the rest follows later."), blocked=True),
    "40058": Code(PERMANENT, _("WeCom finds a parameter wrong.")),
    "40008": Code(PERMANENT, _("WeCom does not know this type of message.")),
    "44004": Code(PERMANENT, _("The message is empty.")),
    "45002": Code(PERMANENT, _("The message is too long.")),
    "93000": Code(PERMANENT, _("The address is wrong or the bot was removed from the group."), broken=True),
    "93004": Code(PERMANENT, _("The bot has been disabled in WeCom."), broken=True),
    "93008": Code(PERMANENT, _("The bot is no longer in the group."), broken=True),
}


def send(account, letter: Letter, *, at: datetime.datetime) -> Answer:
    payload = {"msgtype": "markdown", "markdown": {"content": markdown(letter, LARGEST)}}
    return transport.post(
        account.url, payload, code_of=lambda body: (body["errcode"], body.get("errmsg", "")), codes=CODES
    )
