from .cleaning import CloseForm, QualifyForm, SizesForm
from .editing import FieldForm
from .entering import CollaborationForm, DecisionForm, KnownForm, NewLeadForm
from .following import AppointmentForm, FollowUpForm, LaterDateForm, MinutesForm, MoveForm
from .holding import AssignForm, GradeForm, ReasonForm
from .imports import ColumnsForm, FileForm, ReadingForm, StartForm
from .listing import BulkForm, FilterForm

__all__ = [
    "AppointmentForm",
    "AssignForm",
    "BulkForm",
    "CloseForm",
    "CollaborationForm",
    "ColumnsForm",
    "DecisionForm",
    "FieldForm",
    "FileForm",
    "FilterForm",
    "FollowUpForm",
    "GradeForm",
    "KnownForm",
    "LaterDateForm",
    "MinutesForm",
    "MoveForm",
    "NewLeadForm",
    "QualifyForm",
    "ReadingForm",
    "ReasonForm",
    "SizesForm",
    "StartForm",
]
