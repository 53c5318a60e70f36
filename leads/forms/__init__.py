from .cleaning import CloseForm, QualifyForm, SizesForm
from .editing import FieldForm
from .following import AppointmentForm, FollowUpForm, LaterDateForm, MinutesForm, MoveForm
from .holding import AssignForm, GradeForm, ReasonForm
from .imports import ImportForm
from .listing import BulkForm, FilterForm

__all__ = [
    "AppointmentForm",
    "AssignForm",
    "BulkForm",
    "CloseForm",
    "FieldForm",
    "FilterForm",
    "FollowUpForm",
    "GradeForm",
    "ImportForm",
    "LaterDateForm",
    "MinutesForm",
    "MoveForm",
    "QualifyForm",
    "ReasonForm",
    "SizesForm",
]
