"""Feishu group bots (飞书自定义机器人), with or without a signature.

A card of plain_text elements: nothing in them is markup, so nothing can be smuggled in. 100 messages a minute, 5 a
second, 20 KB; whole and half hours are crowded (11232). Codes: the vendor's page on custom bots; from public
descriptions, not tried live.
"""

import base64
import datetime
import hashlib
import hmac

from django.utils.translation import gettext_lazy as _

from . import transport
from .answers import PERMANENT, TRANSIENT, Answer, Code
from .letter import Letter, fitting

LARGEST = 12_000  # bytes of text; a card's frame comes on top, and the body may have 20 KB

CODES = {
    "11232": Code(TRANSIENT, _("Too many messages; the rest follows later."), blocked=True),
    "9499": Code(PERMANENT, _("Feishu finds the request wrong.")),
    "19001": Code(PERMANENT, _("The address is wrong; copy it again from the group's settings."), broken=True),
    "19002": Code(PERMANENT, _("Feishu finds a parameter wrong.")),
    "19007": Code(PERMANENT, _("The bot has been disabled in Feishu."), broken=True),
    "19021": Code(
        PERMANENT, _("The signature is wrong: check the signing secret and the clock of the server."), broken=True
    ),
    "19022": Code(PERMANENT, _("The bot takes messages only from listed addresses."), broken=True),
    "19024": Code(PERMANENT, _("The bot demands a keyword; remove it or use a signature instead."), broken=True),
}


def send(account, letter: Letter, *, at: datetime.datetime) -> Answer:
    payload = {"msg_type": "interactive", "card": card(letter)}
    if account.secret:
        payload |= sign(account.secret, at)
    return transport.post(account.url, payload, code_of=_code, codes=CODES)


def card(letter: Letter) -> dict:
    elements: list[dict] = []
    shown, more = fitting(letter, LARGEST)
    if letter.note:
        elements.append(_text(letter.note))
    for line in shown:
        elements.append(_text("\n".join(filter(None, [line.title, line.body]))))
        if line.url:
            button = {
                "tag": "button",
                "text": {"tag": "plain_text", "content": line.action},
                "url": line.url,
                "type": "default",
            }
            elements.append({"tag": "action", "actions": [button]})
    elements += [_text(text) for text in (more, letter.footer) if text]
    header = {"title": {"tag": "plain_text", "content": letter.heading}}
    return {"config": {"wide_screen_mode": True}, "header": header, "elements": elements}


def sign(secret: str, at: datetime.datetime) -> dict[str, str]:
    """Timestamp (seconds) and signature of the body. Timestamp and secret are the key; the message is empty."""
    timestamp = str(int(at.timestamp()))
    digest = hmac.new(f"{timestamp}\n{secret}".encode(), b"", hashlib.sha256).digest()
    return {"timestamp": timestamp, "sign": base64.b64encode(digest).decode()}


def _text(content: str) -> dict:
    return {"tag": "div", "text": {"tag": "plain_text", "content": content}}


def _code(body):
    # Older bots answer with StatusCode.
    return body["code"] if "code" in body else body["StatusCode"], body.get("msg", "")
