from .cleaning import CloseForm, QualifyForm, SizesForm
from .following import AppointmentForm, FollowUpForm, LaterDateForm, MinutesForm
from .holding import AssignForm, GradeForm, ReasonForm

__all__ = [
    "AppointmentForm",
    "AssignForm",
    "CloseForm",
    "FollowUpForm",
    "GradeForm",
    "LaterDateForm",
    "MinutesForm",
    "QualifyForm",
    "ReasonForm",
    "SizesForm",
]
