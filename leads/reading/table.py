import csv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain, count
from typing import BinaryIO

from django.utils.translation import gettext as _

from . import encodings, old_workbook, workbook
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
    kind: str  # "xlsx", "xls" or "csv"
    encoding: str  # "" for Excel
    delimiter: str  # "" for Excel
    also: tuple[str, ...]
    headings: list[str]
    rows: Iterator[Row]


@contextmanager
def opened(stream: BinaryIO, *, encoding: str = "", delimiter: str = "", known: bool = True) -> Iterator[Table]:
    """The table in an .xlsx, .xls or CSV file, whatever its name says. Raises Unreadable; the stream stays open.

    Encoding and delimiter are guessed where they are not given. Unless the headings must be `known`, the first row
    with two cells stands for them, and somebody says what they mean.
    """
    stream.seek(0)
    start = stream.read(4)
    if not start:
        raise Unreadable(_("This file is empty."))
    if start == _OLE:
        yield _table(old_workbook.rows(stream), "xls", known=known)
        return
    if start == _ZIP:
        yield _table(workbook.rows(stream), "xlsx", known=known)
        return
    also: tuple[str, ...] = ()
    if not encoding:
        guess = encodings.guess(stream, known=known)
        encoding, delimiter, also = guess.encoding, delimiter or guess.delimiter, guess.also
    elif not encodings.decodes(stream, encoding):
        raise Unreadable(
            _("The file is not in %(encoding)s. Choose another encoding.") % {"encoding": encodings.NAMES[encoding]}
        )
    delimiter = delimiter or encodings.evenly(stream, encoding)
    with encodings.text(stream, encoding) as lines:
        yield _table(_records(lines, delimiter), "csv", encoding, delimiter, also, known=known)


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


def _table(
    records: Iterator[list[str] | None],
    kind: str,
    encoding: str = "",
    delimiter: str = "",
    also: tuple[str, ...] = (),
    *,
    known: bool,
) -> Table:
    numbered = zip(count(1), records, strict=False)
    above = []
    for number, cells in numbered:
        if are_headings(fields(cells or ())):
            headings = _unique(cells)
            return Table(kind, encoding, delimiter, also, headings, _rows(numbered, headings))
        above.append((number, cells))
        if number >= LOOKED_AT:
            break
    likely = next((index for index, (_n, cells) in enumerate(above) if _filled(cells) >= 2), None)
    if known or likely is None:
        raise Unreadable(
            _("No row of headings was found in the first %(rows)d rows: a column for the company is required.")
            % {"rows": LOOKED_AT}
        )
    headings = _unique(above[likely][1])
    return Table(kind, encoding, delimiter, also, headings, _rows(chain(iter(above[likely + 1 :]), numbered), headings))


def _filled(cells: list[str] | None) -> int:
    return sum(bool(cell.strip()) for cell in cells or ())


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
