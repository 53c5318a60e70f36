"""Every write to deadlines and rules that a person makes."""

from .deadlines import Refused, ask_waiver, decide_waiver, deciders, give_reason, nudge, take
from .recomputing import Move, Trial, preview_recompute, recompute, running
from .settings import set_rule

__all__ = [
    "Move",
    "Refused",
    "Trial",
    "ask_waiver",
    "decide_waiver",
    "deciders",
    "give_reason",
    "nudge",
    "preview_recompute",
    "recompute",
    "running",
    "set_rule",
    "take",
]
