"""Every write to deadlines and rules that a person makes."""

from .calendar import as_entered, day_of, set_day
from .deadlines import Refused, ask_waiver, decide_waiver, deciders, give_reason, nudge, take
from .parked import try_again
from .recomputing import Move, Trial, preview_recompute, recompute, running
from .settings import set_rule

__all__ = [
    "Move",
    "Refused",
    "Trial",
    "as_entered",
    "ask_waiver",
    "day_of",
    "decide_waiver",
    "deciders",
    "give_reason",
    "nudge",
    "preview_recompute",
    "recompute",
    "running",
    "set_day",
    "set_rule",
    "take",
    "try_again",
]
