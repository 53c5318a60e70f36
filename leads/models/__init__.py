from .bulk import BulkChange, BulkRow
from .customer import Contact, Customer, Size
from .deal import Deal, Payment
from .export import Export, ExportPiece
from .field_change import FieldChange
from .follow_up import Appointment, FollowUp, Intent, Way
from .import_parts import ImportFile, ImportMapping, ImportTurn
from .imports import ImportRow, LeadImport
from .key_customer import KeyContact, KeyMark, Tag
from .lead import Collaboration, Comment, Grade, GradeChange, Lead, Loss, Pooled, Source, Stage, Status
from .letter import Letter
from .library import Case, Script
from .look import Look
from .merge import Merge
from .needs import Mode, Needs, NeedsReport, NeedsRequest
from .nurture import Consent, Mailing
from .pool import PoolRules
from .promise import Promise, Question, Sent
from .protection import ProtectionRules
from .routing import Assignment, Territory, TerritoryMember
from .survey import NeedSurvey
from .visit import Preparation, VisitRecord
from .web_form import WebForm

__all__ = [
    "Appointment",
    "Assignment",
    "BulkChange",
    "BulkRow",
    "Case",
    "Collaboration",
    "Comment",
    "Consent",
    "Contact",
    "Customer",
    "Deal",
    "Export",
    "ExportPiece",
    "FieldChange",
    "FollowUp",
    "Grade",
    "GradeChange",
    "ImportFile",
    "ImportMapping",
    "ImportRow",
    "ImportTurn",
    "Intent",
    "KeyContact",
    "KeyMark",
    "Lead",
    "LeadImport",
    "Letter",
    "Look",
    "Loss",
    "Mailing",
    "Merge",
    "Mode",
    "NeedSurvey",
    "Needs",
    "NeedsReport",
    "NeedsRequest",
    "Payment",
    "PoolRules",
    "Pooled",
    "Preparation",
    "Promise",
    "ProtectionRules",
    "Question",
    "Script",
    "Sent",
    "Size",
    "Source",
    "Stage",
    "Status",
    "Tag",
    "Territory",
    "TerritoryMember",
    "VisitRecord",
    "Way",
    "WebForm",
]
