from .cleaning import cleaning, closing, qualification, sizes
from .commenting import comment
from .detail import contact, detail
from .editing import field, field_undo
from .entering import collaboration, collaborations, known, new
from .files import files
from .following import appointment, cancellation, follow_up, later_date, minutes, move, undo
from .holding import acceptance, assignment, claim, grade, refusal, returning
from .imports import import_, import_detail
from .lists import assignments, list, nurture, pool
from .promising import promise, promises, question, sent
from .visiting import confirmation, invitation, preparation, visit, visit_record, visits

__all__ = [
    "acceptance",
    "appointment",
    "assignment",
    "assignments",
    "cancellation",
    "claim",
    "cleaning",
    "closing",
    "collaboration",
    "collaborations",
    "comment",
    "confirmation",
    "contact",
    "detail",
    "field",
    "field_undo",
    "files",
    "follow_up",
    "grade",
    "import_",
    "import_detail",
    "invitation",
    "known",
    "later_date",
    "list",
    "minutes",
    "move",
    "new",
    "nurture",
    "pool",
    "preparation",
    "promise",
    "promises",
    "qualification",
    "question",
    "refusal",
    "returning",
    "sent",
    "sizes",
    "undo",
    "visit",
    "visit_record",
    "visits",
]
