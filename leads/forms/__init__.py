from .cleaning import CloseForm, QualifyForm, SizesForm
from .following import AppointmentForm, FollowUpForm, LaterDateForm, MinutesForm
from .holding import AssignForm, GradeForm, ReasonForm
from .imports import ImportForm

__all__ = [
    "AppointmentForm",
    "AssignForm",
    "CloseForm",
    "FollowUpForm",
    "GradeForm",
    "ImportForm",
    "LaterDateForm",
    "MinutesForm",
    "QualifyForm",
    "ReasonForm",
    "SizesForm",
]
