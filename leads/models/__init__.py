from .customer import Contact, Customer, Size
from .field_change import FieldChange
from .follow_up import Appointment, FollowUp, Intent, Way
from .import_parts import ImportFile, ImportMapping, ImportTurn
from .imports import ImportRow, LeadImport
from .lead import Collaboration, Comment, Grade, GradeChange, Lead, Loss, Source, Stage, Status
from .letter import Letter
from .needs import Mode, Needs, NeedsReport, NeedsRequest
from .promise import Promise, Question, Sent
from .routing import Assignment, Territory, TerritoryMember
from .visit import Preparation, VisitRecord

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
    "Letter",
    "Loss",
    "Mode",
    "Needs",
    "NeedsReport",
    "NeedsRequest",
    "Preparation",
    "Promise",
    "Question",
    "Sent",
    "Size",
    "Source",
    "Stage",
    "Status",
    "Territory",
    "TerritoryMember",
    "VisitRecord",
    "Way",
]
