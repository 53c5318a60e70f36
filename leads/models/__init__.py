from .customer import Contact, Customer, Size
from .field_change import FieldChange
from .follow_up import Appointment, FollowUp, Intent, Way
from .imports import ImportRow, LeadImport
from .lead import Collaboration, Comment, Grade, GradeChange, Lead, Pooled, Source, Stage, Status
from .pool import PoolRules
from .routing import Assignment, Territory, TerritoryMember
from .survey import NeedSurvey

__all__ = [
    "Appointment",
    "Assignment",
    "Collaboration",
    "Comment",
    "Contact",
    "Customer",
    "FieldChange",
    "FollowUp",
    "Grade",
    "GradeChange",
    "ImportRow",
    "Intent",
    "Lead",
    "LeadImport",
    "NeedSurvey",
    "PoolRules",
    "Pooled",
    "Size",
    "Source",
    "Stage",
    "Status",
    "Territory",
    "TerritoryMember",
    "Way",
]
