"""Every write to deadlines and rules that a person makes."""

from .deadlines import Refused, ask_waiver, decide_waiver, deciders, give_reason, nudge, take
from .recomputing import Move, preview_recompute, recompute
from .settings import set_rule

__all__ = [
    "Move",
    "Refused",
    "ask_waiver",
    "decide_waiver",
    "deciders",
    "give_reason",
    "nudge",
    "preview_recompute",
    "recompute",
    "set_rule",
    "take",
]
