from .book import rule, rules
from .deadlines import deadline, reason, taking, waiver, waiver_decision, waivers
from .late import late, nudge
from .my_day import my_day, next
from .recomputing import recomputing
from .rule_change import rule_change

__all__ = [
    "deadline",
    "late",
    "my_day",
    "next",
    "nudge",
    "reason",
    "recomputing",
    "rule",
    "rule_change",
    "rules",
    "taking",
    "waiver",
    "waiver_decision",
    "waivers",
]
