from .book import rule, rules
from .deadlines import deadline, reason, taking, waiver, waiver_decision, waivers
from .my_day import my_day
from .recomputing import recomputing

__all__ = [
    "deadline",
    "my_day",
    "reason",
    "recomputing",
    "rule",
    "rules",
    "taking",
    "waiver",
    "waiver_decision",
    "waivers",
]
