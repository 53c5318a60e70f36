"""Clean input for every writing page of the room."""

from .calendar import DayForm
from .deadlines import ReasonForm, WaiverDecisionForm
from .rules import RuleChangeForm

__all__ = ["DayForm", "ReasonForm", "RuleChangeForm", "WaiverDecisionForm"]
