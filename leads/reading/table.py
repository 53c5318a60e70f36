import csv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import BinaryIO

from django.utils.translation import gettext as _

from . import encodings, workbook
from .headings import LOOKED_AT, are_headings, fields
from .unreadable import Unreadable

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
# So many blank rows in a row are formatting below the list, not the list.
BLANKS = 1000


@dataclass(frozen=True)
class Row:
    """One row below the headings. `number` is the one that a spreadsheet shows, from 1 at the top of the file."""

    number: int
    cells: dict[str, str] = field(repr=False)  # by heading; blank cells are left out
    too_long: bool = False

    @property
    def blank(self) -> bool:
        return not self.cells and not self.too_long


@dataclass(frozen=True)
class Table:
    encoding: str  # "" for Excel
    also: tuple[str, ...]
    headings: list[str]
    rows: Iterator[Row]


@contextmanager
def opened(stream: BinaryIO) -> Iterator[Table]:
    """The table in an .xlsx or CSV file, whatever its name says. Raises Unreadable; the stream stays open."""
    stream.seek(0)
    start = stream.read(4)
    if start == _OLE:
        raise Unreadable(_("This is an old or a protected Excel file. Save it as .xlsx without a password."))
    if start == _ZIP:
        yield _table(workbook.rows(stream), "", ())
        return
    if not start:
        raise Unreadable(_("This file is empty."))
    guess = encodings.guess(stream)
    with encodings.text(stream, guess.encoding) as lines:
        yield _table(_records(lines, guess.delimiter), guess.encoding, guess.also)


def _records(lines, delimiter: str) -> Iterator[list[str] | None]:
    """The records of a CSV file; None for one with a cell that is too long."""
    csv.field_size_limit(encodings.CELL)
    reader = csv.reader((line.replace("\x00", "") for line in lines), delimiter=delimiter)
    while True:
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield None


def _table(records: Iterator[list[str] | None], encoding: str, also: tuple[str, ...]) -> Table:
    numbered = zip(count(1), records, strict=False)
    for number, cells in numbered:
        found = fields(cells or ())
        if are_headings(found):
            headings = _unique(cells)
            return Table(encoding, also, headings, _rows(numbered, headings))
        if number >= LOOKED_AT:
            break
    raise Unreadable(
        _("No row of headings was found in the first %(rows)d rows: a column for the company is required.")
        % {"rows": LOOKED_AT}
    )


def _unique(cells: list[str]) -> list[str]:
    """Headings as keys: a second of the same name, or one without a name, gets its column's number."""
    seen: set[str] = set()
    headings = []
    for index, cell in enumerate(cells, 1):
        name = cell.strip()
        headings.append(name if name and name not in seen else f"{name}#{index}")
        seen.add(name)
    return headings


def _rows(numbered, headings: list[str]) -> Iterator[Row]:
    waiting: list[Row] = []
    for number, cells in numbered:
        if cells is None:
            row = Row(number, {}, too_long=True)
        else:
            row = Row(number, {name: cell for name, cell in zip(headings, cells, strict=False) if cell.strip()})
        if row.blank:
            waiting.append(row)
            if len(waiting) > BLANKS:
                return
            continue
        yield from waiting
        waiting.clear()
        yield row
    yield from waiting
