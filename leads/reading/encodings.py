"""Which encoding a text file is in. Every guess is checked against the headings, and what was taken is said."""

import codecs
import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import BinaryIO, NamedTuple, TextIO

from django.utils.translation import gettext as _

from .headings import LOOKED_AT, are_headings, fields
from .unreadable import Unreadable

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# GBK and GB2312 are parts of GB18030 (WHATWG Encoding Standard, section 10.2).
_GUESSES = ("utf-8", "gb18030", "utf-16-le", "utf-16-be")
NAMES = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8",
    "gb18030": "GB18030",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
}
_DELIMITERS = ",\t;|"
_CHUNK = 1 << 16
# A longer cell is no field of a lead. The reader reports its row and goes on.
CELL = 50_000


class Guess(NamedTuple):
    encoding: str
    delimiter: str
    also: tuple[str, ...]  # other encodings under which the file could be read as well


def guess(stream: BinaryIO, *, known: bool = True) -> Guess:
    """The encoding and delimiter under which the whole file decodes and its headings are known.

    Unless the headings must be `known`, a file whose headings nobody knows is guessed by how even its lines are.
    Raises Unreadable if there is none.
    """
    stream.seek(0)
    start = stream.read(4)
    marked = next((name for mark, name in _MARKS if start.startswith(mark)), None)
    fitting = [name for name in ([marked] if marked else _GUESSES) if decodes(stream, name)]
    if not fitting:
        raise Unreadable(_("This file is neither UTF-8, UTF-16 nor GB18030. Save it as .xlsx or as CSV UTF-8."))
    found = {name: delimiter for name in fitting if (delimiter := _delimiter(stream, name))}
    if not found and not known:
        also = tuple(name for name in fitting[1:] if NAMES[name] != NAMES[fitting[0]])
        return Guess(fitting[0], evenly(stream, fitting[0]), also)
    if not found:
        raise Unreadable(
            _("No row of headings was found in the first %(rows)d rows: a column for the company is required.")
            % {"rows": LOOKED_AT}
        )
    taken = next(iter(found))
    return Guess(taken, found[taken], tuple(name for name in found if NAMES[name] != NAMES[taken]))


@contextmanager
def text(stream: BinaryIO, encoding: str) -> Iterator[TextIO]:
    """The stream as text; it stays open. NUL characters, which no database keeps, are left to the caller."""
    stream.seek(0)
    wrapper = io.TextIOWrapper(stream, encoding=encoding, newline="")
    try:
        yield wrapper
    finally:
        wrapper.detach()


def evenly(stream: BinaryIO, encoding: str) -> str:
    """The delimiter that cuts the first lines most evenly; a comma where none does."""

    def cut(delimiter: str) -> tuple[int, int]:
        counts = [line.count(delimiter) for line in lines if line.strip()]
        most = max(set(counts), key=counts.count) if counts else 0
        return (counts.count(most) if most else 0, most)

    lines = _first_lines(stream, encoding)
    return max(_DELIMITERS, key=cut)


def _first_lines(stream: BinaryIO, encoding: str) -> list[str]:
    with text(stream, encoding) as lines:
        return [line[:CELL] for line in islice(iter(lambda: lines.readline(CELL), ""), LOOKED_AT * 3)]


def decodes(stream: BinaryIO, encoding: str) -> bool:
    """Whether every byte of the stream means something in this encoding."""
    stream.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    try:
        while chunk := stream.read(_CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True


def _delimiter(stream: BinaryIO, encoding: str) -> str:
    """The delimiter under which most headings are known, "" if no line is one of headings."""
    first = _first_lines(stream, encoding)
    best, most = "", 0
    for delimiter in _DELIMITERS:
        try:
            rows = list(islice(csv.reader(first, delimiter=delimiter), LOOKED_AT))
        except csv.Error:
            continue
        for cells in rows:
            found = fields(cells)
            if are_headings(found) and len(found) > most:
                best, most = delimiter, len(found)
    return best
