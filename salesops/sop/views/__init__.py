from .audit import audit
from .book import rule, rules
from .calendar import calendar, calendar_day
from .deadlines import deadline, reason, taking, waiver
from .late import late, nudge
from .my_day import my_day, next
from .parked import parked
from .recomputing import recomputing
from .rule_change import rule_change
from .waivers import waiver_decision, waivers

__all__ = [
    "audit",
    "calendar",
    "calendar_day",
    "deadline",
    "late",
    "my_day",
    "next",
    "nudge",
    "parked",
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
