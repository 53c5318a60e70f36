from .cleaning import CloseForm, QualifyForm, SizesForm
from .customers import CustomerFilterForm, KeyContactForm, MarkForm, MergeForm, ParentForm, TagForm, TagsForm
from .editing import FieldForm
from .entering import CollaborationForm, DecisionForm, KnownForm, NewLeadForm
from .erasing import EraseForm, EraseSurelyForm
from .exporting import ExportForm, ProtectionForm
from .flow import DryRunForm, FlowForm
from .following import AppointmentForm, FollowUpForm, LaterDateForm, MinutesForm, MoveForm
from .holding import AssignForm, GradeForm, ReasonForm, TeamForm
from .imports import ColumnsForm, FileForm, ReadingForm, StartForm
from .listing import BulkForm, FilterForm
from .pool import PoolFilterForm, PoolRulesForm
from .surveying import SurveyForm
from .web_forms import VisitorForm, WebFormForm

__all__ = [
    "AppointmentForm",
    "AssignForm",
    "BulkForm",
    "CloseForm",
    "CollaborationForm",
    "ColumnsForm",
    "CustomerFilterForm",
    "DecisionForm",
    "DryRunForm",
    "EraseForm",
    "EraseSurelyForm",
    "ExportForm",
    "FieldForm",
    "FileForm",
    "FilterForm",
    "FlowForm",
    "FollowUpForm",
    "GradeForm",
    "KeyContactForm",
    "KnownForm",
    "LaterDateForm",
    "MarkForm",
    "MergeForm",
    "MinutesForm",
    "MoveForm",
    "NewLeadForm",
    "ParentForm",
    "PoolFilterForm",
    "PoolRulesForm",
    "ProtectionForm",
    "QualifyForm",
    "ReadingForm",
    "ReasonForm",
    "SizesForm",
    "StartForm",
    "SurveyForm",
    "TagForm",
    "TagsForm",
    "TeamForm",
    "VisitorForm",
    "WebFormForm",
]
