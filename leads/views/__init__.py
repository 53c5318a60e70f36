from .cleaning import cleaning, closing, qualification, sizes
from .detail import contact, detail
from .following import appointment, cancellation, follow_up, later_date, minutes, undo
from .holding import acceptance, assignment, claim, grade, refusal, returning
from .lists import list, nurture, pool

__all__ = [
    "acceptance",
    "appointment",
    "assignment",
    "cancellation",
    "claim",
    "cleaning",
    "closing",
    "contact",
    "detail",
    "follow_up",
    "grade",
    "later_date",
    "list",
    "minutes",
    "nurture",
    "pool",
    "qualification",
    "refusal",
    "returning",
    "sizes",
    "undo",
]
