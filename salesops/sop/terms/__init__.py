"""Terms: when something is due (sop.md section 1), as data.

`amounts` are counted from a start, `moments` are fixed points, `combined` are made of other terms, `clocks` do the
counting, `lines` explain it and `words` reads the terms that people write.
"""

from .amounts import Days, Hours, Minutes, Months, WorkingDays
from .base import Facts, MissingFact, Term, from_json
from .clocks import ALWAYS, CLOCKS, OFFICE, WORKING_DAYS, along, elapsed
from .combined import Before, Earliest, Latest
from .lines import Line
from .moments import AsDueOf, At, EndOf, Field
from .words import parse

__all__ = [
    "ALWAYS",
    "CLOCKS",
    "OFFICE",
    "WORKING_DAYS",
    "AsDueOf",
    "At",
    "Before",
    "Days",
    "Earliest",
    "EndOf",
    "Facts",
    "Field",
    "Hours",
    "Latest",
    "Line",
    "Minutes",
    "MissingFact",
    "Months",
    "Term",
    "WorkingDays",
    "along",
    "elapsed",
    "from_json",
    "parse",
]
