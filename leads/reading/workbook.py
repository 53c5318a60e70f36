"""Rows of an .xlsx file, streamed, as text. Refuses bombs before unpacking anything."""

import datetime
import zipfile
from collections.abc import Iterator
from typing import BinaryIO
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from .unreadable import Unreadable

COLUMNS = 60
MEGABYTE = 1 << 20
UNPACKED = 150 * MEGABYTE
# openpyxl keeps the shared texts of a workbook in memory; everything else is streamed.
SHARED_TEXTS = 30 * MEGABYTE
RATIO = 100  # a sheet of real data packs to a tenth or twentieth
ENTRIES = 2000


def rows(stream: BinaryIO) -> Iterator[list[str]]:
    """The rows of the first sheet that has any, title and headings included. Raises Unreadable."""
    stream.seek(0)
    _refuse_bombs(stream)
    try:
        book = load_workbook(stream, read_only=True, keep_links=False)
        for sheet in book.worksheets:
            # What a file says of its own size is often wrong, and then rows would be cut.
            sheet.reset_dimensions()
            some = False
            for cells in sheet.iter_rows(max_col=COLUMNS, values_only=True):
                some = some or any(cell is not None for cell in cells)
                yield [shown(cell) for cell in cells]
            if some:
                return
    except (InvalidFileException, DefusedXmlException, ParseError, zipfile.BadZipFile) as error:
        raise Unreadable(_("This Excel file is damaged or not a plain workbook.")) from error
    except (KeyError, ValueError, TypeError, AttributeError, IndexError, EOFError, OSError) as error:
        # openpyxl lets whatever a crooked file provokes through.
        raise Unreadable(_("This Excel file is damaged or not a plain workbook.")) from error


def _refuse_bombs(stream: BinaryIO) -> None:
    try:
        entries = zipfile.ZipFile(stream).infolist()
    except zipfile.BadZipFile as error:
        raise Unreadable(_("This Excel file is damaged or not a plain workbook.")) from error
    stream.seek(0)
    unpacked = sum(entry.file_size for entry in entries)
    shared = sum(entry.file_size for entry in entries if entry.filename.endswith("sharedStrings.xml"))
    packed_too_well = any(
        entry.file_size > MEGABYTE and entry.file_size > RATIO * max(entry.compress_size, 1) for entry in entries
    )
    if len(entries) > ENTRIES or unpacked > UNPACKED or shared > SHARED_TEXTS or packed_too_well:
        raise Unreadable(_("This Excel file unpacks to more than it should. Save only the list itself as a new file."))
    if any(entry.filename.endswith("vbaProject.bin") for entry in entries):
        raise Unreadable(_("This Excel file has macros. Save it as .xlsx without them."))


def shown(cell) -> str:
    """A cell as people see it: whole numbers without ".0", dates in ISO form, formulas as the text that they are."""
    match cell:
        case None:
            return ""
        case bool():
            return str(cell)
        case float() if cell.is_integer() and abs(cell) < 1e15:
            return str(int(cell))
        case datetime.datetime():
            return cell.date().isoformat() if cell.time() == datetime.time.min else f"{cell:%Y-%m-%d %H:%M}"
        case datetime.date():
            return cell.isoformat()
    return str(cell)
