"""Clean input for every writing page of the room."""

from .deadlines import ReasonForm, WaiverDecisionForm
from .rules import RuleChangeForm

__all__ = ["ReasonForm", "RuleChangeForm", "WaiverDecisionForm"]
