"""A look into a file before it is read: how it is read, its headings and its first lines."""

from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO

from .table import opened

LINES = 5
LONGEST = 40  # characters of a cell that are shown


@dataclass(frozen=True)
class Sample:
    kind: str
    encoding: str
    delimiter: str
    also: tuple[str, ...]
    headings: list[str]
    lines: list[list[str]]


def look(stream: BinaryIO, *, encoding: str = "", delimiter: str = "") -> Sample:
    """The first lines as they would be read. Raises Unreadable."""
    with opened(stream, encoding=encoding, delimiter=delimiter, known=False) as table:
        rows = [row for row in islice(table.rows, LINES * 4) if not row.blank][:LINES]
        lines = [[row.cells.get(heading, "")[:LONGEST] for heading in table.headings] for row in rows]
        return Sample(table.kind, table.encoding, table.delimiter, table.also, table.headings, lines)
