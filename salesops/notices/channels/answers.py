"""What came of a message, and the vendors' answers in plain words."""

import enum
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _


class Outcome(enum.StrEnum):
    OK = "ok"
    TRANSIENT = "transient"  # not taken; worth trying again
    PERMANENT = "permanent"  # not taken; trying again changes nothing
    UNKNOWN = "unknown"  # the request left, no answer came


@dataclass(frozen=True)
class Answer:
    """What the other side said. `blocked`: it takes nothing for ten minutes. `broken`: the address is dead."""

    outcome: Outcome
    code: str = ""
    said: str = ""
    blocked: bool = False
    broken: bool = False

    def __str__(self):
        return f"{self.code} {self.said}".strip()[:200]


OK, TRANSIENT, PERMANENT, UNKNOWN = Outcome.OK, Outcome.TRANSIENT, Outcome.PERMANENT, Outcome.UNKNOWN


@dataclass(frozen=True)
class Code:
    """A vendor's error code: what it means for the sender, and what a person should do about it."""

    outcome: Outcome
    words: str
    blocked: bool = False
    broken: bool = False


# Answers that are not a vendor's own code.
GENERAL = {
    "0": Code(OK, _("The message was taken.")),
    "250": Code(OK, _("The mail server took the message.")),
    "timeout": Code(UNKNOWN, _("No answer came in time; the message may have arrived.")),
    "reset": Code(UNKNOWN, _("The connection broke after the message had left; it may have arrived.")),
    "crash": Code(UNKNOWN, _("The sender stopped while waiting for the answer; the message may have arrived.")),
    "connect": Code(TRANSIENT, _("The server could not be reached. It is tried again.")),
    "not_json": Code(TRANSIENT, _("Something other than the service answered, perhaps a proxy. It is tried again.")),
    "internal": Code(TRANSIENT, _("The message could not be written; the server's log says why.")),
    "host": Code(PERMANENT, _("This address is not on the list of allowed hosts (BOT_HOSTS)."), broken=True),
    "private": Code(PERMANENT, _("The address leads into the own network and is refused."), broken=True),
    "redirect": Code(PERMANENT, _("The address leads elsewhere; enter the final address."), broken=True),
    "no_address": Code(PERMANENT, _("There is no usable address; enter one."), broken=True),
    "429": Code(TRANSIENT, _("Too many messages; the rest follows later."), blocked=True),
    "404": Code(PERMANENT, _("There is no bot at this address; copy it again from the group's settings."), broken=True),
}
_CLASSES = {
    "4": Code(PERMANENT, _("The server refused the message.")),
    "5": Code(TRANSIENT, _("The server has a fault of its own. It is tried again.")),
}
UNKNOWN_CODE = Code(PERMANENT, _("The service refused the message with a code that is not known here."))


def by_status(status: int) -> Answer:
    """The answer that an HTTP status alone gives."""
    if 300 <= status < 400:
        code = "redirect"
    else:
        code = str(status)
    return general(code) if code in GENERAL else of_code(_CLASSES.get(code[0], UNKNOWN_CODE), code)


def general(code: str, said: str = "") -> Answer:
    return of_code(GENERAL[code], code, said)


def of_code(known: Code, code: str, said: str = "") -> Answer:
    return Answer(known.outcome, code, said, blocked=known.blocked, broken=known.broken)


def in_words(codes: dict[str, Code], answer: str) -> str:
    """The plain words for a stored answer ("130101 send too fast"), given the vendor's own codes."""
    code = answer.split(" ", 1)[0]
    if not code:
        return ""
    known = codes.get(code) or GENERAL.get(code)
    if known is None and len(code) == 3 and code.isdigit():
        known = _CLASSES.get(code[0])
    return (known or UNKNOWN_CODE).words
