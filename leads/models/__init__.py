from .customer import Contact, Customer, Size
from .field_change import FieldChange
from .follow_up import Appointment, FollowUp, Intent, Way
from .import_parts import ImportFile, ImportMapping, ImportTurn
from .imports import ImportRow, LeadImport
from .lead import Collaboration, Comment, Grade, GradeChange, Lead, Source, Stage, Status
from .routing import Assignment, Territory, TerritoryMember

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
    "ImportFile",
    "ImportMapping",
    "ImportRow",
    "ImportTurn",
    "Intent",
    "Lead",
    "LeadImport",
    "Size",
    "Source",
    "Stage",
    "Status",
    "Territory",
    "TerritoryMember",
    "Way",
]
