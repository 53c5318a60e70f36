"""DingTalk group bots (钉钉自定义机器人), with or without a signature (加签).

More than 20 messages a minute block the bot for ten minutes (130101). Codes: the vendor's page on custom bots; from
public descriptions, not tried live.
"""

import base64
import datetime
import hashlib
import hmac

from django.utils.translation import gettext_lazy as _

from . import transport
from .answers import PERMANENT, TRANSIENT, Answer, Code
from .letter import Letter, markdown

LARGEST = 18_000  # bytes; the vendor's limit is 20 KB for the whole body

CODES = {
    "-1": Code(TRANSIENT, _("DingTalk is busy. It is tried again.")),
    "130101": Code(
        TRANSIENT, _("More than 20 messages in a minute: DingTalk takes nothing for ten minutes."), blocked=True
    ),
    "410100": Code(TRANSIENT, _("Too many messages; the rest follows later."), blocked=True),
    "310000": Code(
        PERMANENT,
        _("The bot's security settings refuse the message: check the signing secret, the keyword, the address list."),
        broken=True,
    ),
    "300001": Code(PERMANENT, _("The address is wrong; copy it again from the group's settings."), broken=True),
    "300005": Code(PERMANENT, _("There is no bot with this address any more."), broken=True),
    "400013": Code(PERMANENT, _("The group has been dissolved."), broken=True),
    "400101": Code(PERMANENT, _("There is no bot with this address any more."), broken=True),
    "400102": Code(PERMANENT, _("The bot has been disabled in DingTalk."), broken=True),
    "400105": Code(PERMANENT, _("DingTalk does not know this type of message.")),
    "400106": Code(PERMANENT, _("There is no bot with this address any more."), broken=True),
    "430101": Code(PERMANENT, _("DingTalk finds an unsafe link in the message.")),
    "430102": Code(PERMANENT, _("DingTalk finds the text improper.")),
    "430104": Code(PERMANENT, _("DingTalk finds the content improper.")),
}


def send(account, letter: Letter, *, at: datetime.datetime) -> Answer:
    payload = {
        "msgtype": "markdown",
        "markdown": {"title": letter.heading, "text": markdown(letter, LARGEST, line_end="  \n")},
        "at": {"isAtAll": False},
    }
    return transport.post(
        account.url,
        payload,
        params=sign(account.secret, at) if account.secret else None,
        code_of=lambda body: (body["errcode"], body.get("errmsg", "")),
        codes=CODES,
    )


def sign(secret: str, at: datetime.datetime) -> dict[str, str]:
    """The query's timestamp (milliseconds) and signature. The HTTP client encodes them, once."""
    timestamp = str(int(at.timestamp() * 1000))
    digest = hmac.new(secret.encode(), f"{timestamp}\n{secret}".encode(), hashlib.sha256).digest()
    return {"timestamp": timestamp, "sign": base64.b64encode(digest).decode()}
