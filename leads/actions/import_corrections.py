"""The workbook of rejected rows as it comes back, put right."""

from itertools import islice
from typing import BinaryIO

from django.utils.translation import gettext as _

from leads import reading
from leads.workbooks import ROW_NUMBERS

MOST = 20_000


def corrections(stream: BinaryIO) -> dict[int, dict[str, str]]:
    """Cells by row number in the original file and by heading. Raises reading.Unreadable."""
    with reading.opened(stream, known=False) as table:
        numbers = next((heading for heading in table.headings if heading.strip() in ROW_NUMBERS), None)
        if numbers is None:
            raise reading.Unreadable(
                _("This is not the workbook of rejected rows: its column of row numbers is missing.")
            )
        headings = [heading for heading in table.headings if heading != numbers]
        return {
            int(row.cells[numbers]): {heading: row.cells.get(heading, "") for heading in headings}
            for row in islice(table.rows, MOST)
            if row.cells.get(numbers, "").isdecimal()
        }
