"""Workbooks that an import gives out: the template, and the rows that were rejected, which come back put right."""

import tempfile
from collections.abc import Iterable
from itertools import islice
from typing import BinaryIO

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from leads import reading
from leads.models import Customer, ImportRow, LeadImport, Size, Source, Stage, Territory
from leads.reading.values import STAGE_WORDS, word_of
from leads.wording import reason_words

ROWS = 5000  # of the template that have drop-downs
MOST_INDUSTRIES = 60
MOST_CORRECTED = 20_000  # rows
TEXT = "@"
_HEAD = PatternFill("solid", fgColor="E8EEF9")
_MUST = PatternFill("solid", fgColor="FFE9C7")
_WRONG = PatternFill("solid", fgColor="FFE1E1")
# What the column of row numbers is called, whoever downloaded the workbook in whatever language.
ROW_NUMBERS = ("原文件行号", "Row in the original file")


def template(stream: BinaryIO) -> None:
    """Writes the registration form as an empty workbook, in the language of the reader."""
    book = Workbook()
    sheet = book.active
    sheet.title = _("Leads")
    columns = _columns()
    lists = book.create_sheet("lists")
    for index, (heading, must, words, width) in enumerate(columns, 1):
        cell = sheet.cell(1, index, heading)
        cell.font, cell.fill = Font(bold=True), _MUST if must else _HEAD
        letter = get_column_letter(index)
        sheet.column_dimensions[letter].width = width
        # Long numbers stay what was typed: formatted as numbers they become 1.38E+10.
        sheet.column_dimensions[letter].number_format = TEXT
        for number in range(2, 202):
            sheet.cell(number, index).number_format = TEXT
        if words:
            for number, word in enumerate(words, 1):
                lists.cell(number, index, word)
            choice = DataValidation("list", f"=lists!${letter}$1:${letter}${len(words)}", allow_blank=True)
            choice.showErrorMessage = False
            sheet.add_data_validation(choice)
            choice.add(f"{letter}2:{letter}{ROWS}")
    sheet.freeze_panes = "A2"
    lists.sheet_state = "hidden"
    notes = book.create_sheet(_("Notes"))
    notes.column_dimensions["A"].width = 100
    for number, line in enumerate(_notes(), 1):
        notes.cell(number, 1, line).alignment = Alignment(wrap_text=True)
    book.save(stream)


def _columns() -> list[tuple[str, bool, list[str], int]]:
    """Heading, whether it is required, the words to choose from, width in characters."""
    return [
        (_("Customer"), True, [], 28),
        (_("Industry"), False, _industries(), 14),
        (_("Region"), False, [], 12),
        (_("Size"), False, [str(label) for value, label in Size.choices], 8),
        (_("Contact name"), False, [], 12),
        (_("Job title"), False, [], 12),
        (_("Phone"), True, [], 18),
        (_("E-mail"), False, [], 24),
        (_("WeChat"), False, [], 16),
        (_("Source"), False, [word_of(value) or str(label) for value, label in Source.choices], 18),
        (_("Product"), False, [], 14),
        (_("Budget"), False, [], 10),
        (_("Need"), False, [], 36),
        (_("Grade"), False, ["A", "B", "C"], 8),
        (_("Stage"), False, [str(Stage(number).label) for number in STAGE_WORDS], 16),
        (_("Owner"), False, [], 12),
        (_("Next follow-up"), False, [], 16),
    ]


def _industries() -> list[str]:
    said = {industry for names in Territory.objects.values_list("industries", flat=True) for industry in names}
    used = Customer.objects.exclude(industry="").order_by("industry").values_list("industry", flat=True).distinct()
    return sorted(said | set(used[:MOST_INDUSTRIES]))[:MOST_INDUSTRIES]


def _notes() -> list[str]:
    return [
        _("One row for each lead. The company and one way to make contact (phone, mail or WeChat) are required."),
        _("Phone numbers may have spaces, hyphens or +86. The column is text, so that no digit is lost."),
        _("Dates may be written 2026-9-8, 2026/9/8 or 2026年9月8日. The budget is in 10,000 yuan; 50万 works too."),
        _("Grade: A closes within 30 days, B in 1 to 3 months, C later. Left blank, sales operations grades the lead."),
        _("From needs analysis on a lead keeps its stage and needs an owner: the full name or the user name."),
        _("Columns may be moved, left out or added; in the second step you say what each means."),
        _("Do not merge cells. Formulas are not reckoned: paste their values."),
    ]


def rejected(lead_import: LeadImport, rows: Iterable[ImportRow]) -> BinaryIO:
    """The rejected rows as they were, with row number and reason in front; the cell in question is marked.

    Every cell is text, so that nothing is reckoned when the workbook is opened. Streamed to a temporary file.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("Rejected rows"))
    headings = lead_import.headings
    sheet.column_dimensions["B"].width = 44
    sheet.freeze_panes = "C2"
    sheet.append([_bold(sheet, heading) for heading in (_("Row in the original file"), _("Reason"), *headings)])
    for row in rows:
        cells = row.cells
        line = [row.number, _text(sheet, str(reason_words(row.reason)))]
        for heading in headings:
            cell = _text(sheet, cells.get(heading, ""))
            if heading == row.column:
                cell.fill = _WRONG
                cell.comment = Comment(str(reason_words(row.reason)), "SalesOps")
            line.append(cell)
        sheet.append(line)
    stream = tempfile.TemporaryFile()  # noqa: SIM115 - closed by the response that sends it
    book.save(stream)
    stream.seek(0)
    return stream


def corrections(stream: BinaryIO) -> dict[int, dict[str, str]]:
    """The workbook of `rejected` put right: cells by row number in the original file and by heading.

    Raises reading.Unreadable.
    """
    with reading.opened(stream, known=False) as table:
        numbers = next((heading for heading in table.headings if heading.strip() in ROW_NUMBERS), None)
        if numbers is None:
            raise reading.Unreadable(
                _("This is not the workbook of rejected rows: its column of row numbers is missing.")
            )
        headings = [heading for heading in table.headings if heading != numbers]
        return {
            int(row.cells[numbers]): {heading: row.cells.get(heading, "") for heading in headings}
            for row in islice(table.rows, MOST_CORRECTED)
            if row.cells.get(numbers, "").isdecimal()
        }


def _bold(sheet, text: str) -> WriteOnlyCell:
    cell = _text(sheet, text)
    cell.font, cell.fill = Font(bold=True), _HEAD
    return cell


def _text(sheet, text: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", text))
    # Whatever it begins with, it is text: =, +, -, @ and their full-width forms included.
    cell.data_type, cell.number_format, cell.quotePrefix = "s", TEXT, True
    return cell
