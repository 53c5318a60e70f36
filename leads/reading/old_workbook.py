"""Rows of an old .xls workbook as text. Excel 97 to 2003 keeps at most 65,536 rows, so that it may be read whole."""

from collections.abc import Iterator
from typing import BinaryIO

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from .unreadable import Unreadable
from .workbook import COLUMNS, shown


def rows(stream: BinaryIO) -> Iterator[list[str]]:
    """The rows of the first sheet that has any, title and headings included. Raises Unreadable."""
    stream.seek(0)
    try:
        book = CalamineWorkbook.from_filelike(stream)
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            # What stands above the first filled cell is left out by the reader; numbers are those of the sheet.
            some = False
            for cells in sheet.iter_rows():
                some = some or any(cell not in ("", None) for cell in cells)
                yield [shown(cell) for cell in cells[:COLUMNS]]
            if some:
                return
    except PasswordError as error:
        raise Unreadable(_("This Excel file is protected by a password. Save it without one.")) from error
    except CalamineError as error:
        # A protected .xlsx has the same wrapping as an old workbook, and is none.
        raise Unreadable(_("This Excel file is damaged or protected. Save it as .xlsx without a password.")) from error
