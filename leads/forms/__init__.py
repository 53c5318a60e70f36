from .cleaning import CloseForm, QualifyForm, SizesForm
from .entering import CollaborationForm, DecisionForm, KnownForm, NewLeadForm
from .following import AppointmentForm, FollowUpForm, LaterDateForm, MinutesForm
from .holding import AssignForm, GradeForm, ReasonForm
from .imports import ImportForm

__all__ = [
    "AppointmentForm",
    "AssignForm",
    "CloseForm",
    "CollaborationForm",
    "DecisionForm",
    "FollowUpForm",
    "GradeForm",
    "ImportForm",
    "KnownForm",
    "LaterDateForm",
    "MinutesForm",
    "NewLeadForm",
    "QualifyForm",
    "ReasonForm",
    "SizesForm",
]
