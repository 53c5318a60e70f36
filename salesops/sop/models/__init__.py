from .calendar import CalendarAssignment, CalendarDay, CalendarStamp, StatutoryYear, WorkCalendar
from .deadline import CalendarSnapshot, Counted, Deadline, Ending, Terms
from .leave import LeaveTaken
from .rounds import Round
from .running import Heartbeat, Outage, SweepAttempt
from .setting import RuleSetting
from .tally import Tally
from .waiver import Waiver

__all__ = [
    "CalendarAssignment",
    "CalendarDay",
    "CalendarSnapshot",
    "CalendarStamp",
    "Counted",
    "Deadline",
    "Ending",
    "Heartbeat",
    "LeaveTaken",
    "Outage",
    "Round",
    "RuleSetting",
    "StatutoryYear",
    "SweepAttempt",
    "Tally",
    "Terms",
    "Waiver",
    "WorkCalendar",
]
