from .book import rule, rules
from .deadlines import deadline, reason, taking, waiver, waiver_decision, waivers
from .late import late, nudge
from .my_day import my_day
from .recomputing import recomputing

__all__ = [
    "deadline",
    "late",
    "my_day",
    "nudge",
    "reason",
    "recomputing",
    "rule",
    "rules",
    "taking",
    "waiver",
    "waiver_decision",
    "waivers",
]
