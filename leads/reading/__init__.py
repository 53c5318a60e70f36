"""Reading files of leads as customers have them: Excel or CSV in any encoding, with a title above the headings.

with reading.opened(stream) as table:      # raises Unreadable, saying why in the user's language
    for row in table.rows: ...             # streamed: memory does not grow with the file
"""

from .table import Row, Table, opened
from .unreadable import Unreadable

__all__ = ["Row", "Table", "Unreadable", "opened"]
