"""The workbook of an export: encrypted with a password, watermarked, every cell text that no program reckons."""

import secrets
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from msoffcrypto.format.ooxml import OOXMLFile
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from leads.models import Export, Lead
from leads.models.export import CONTACT_COLUMNS

TEXT = "@"
# What spreadsheets take for the beginning of a formula (OWASP, CSV Injection), and the full-width forms that some
# input methods write and some programs fold.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\x00", "＝", "＋", "－", "＠")
# No letter or digit that is taken for another one.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True)
class Column:
    label: str | Promise
    width: int  # characters
    value: Callable[[Lead], object]


COLUMNS: dict[str, Column] = {
    "customer": Column(gettext_lazy("Customer"), 28, lambda lead: lead.customer.name),
    "industry": Column(gettext_lazy("Industry"), 14, lambda lead: lead.customer.industry),
    "region": Column(gettext_lazy("Region"), 12, lambda lead: lead.customer.region),
    "size": Column(gettext_lazy("Size"), 8, lambda lead: lead.customer.get_size_display()),
    "status": Column(gettext_lazy("Status"), 12, lambda lead: lead.get_status_display()),
    "grade": Column(gettext_lazy("Grade"), 8, lambda lead: lead.grade),
    "stage": Column(gettext_lazy("Stage"), 16, lambda lead: lead.get_stage_display()),
    "source": Column(gettext_lazy("Source"), 18, lambda lead: lead.get_source_display()),
    "product": Column(gettext_lazy("Product"), 14, lambda lead: lead.product),
    "budget": Column(gettext_lazy("Budget, 10,000 yuan"), 14, lambda lead: lead.budget),
    "owner": Column(gettext_lazy("Owner"), 12, lambda lead: lead.owner.name if lead.owner else ""),
    "arrived": Column(gettext_lazy("Arrived"), 18, lambda lead: lead.arrived_at),
    "last_contact": Column(gettext_lazy("Last contact"), 18, lambda lead: lead.last_contact_at),
    "need": Column(gettext_lazy("Need"), 36, lambda lead: lead.need),
    "contact": Column(gettext_lazy("Contact name"), 12, lambda lead: lead.contact.name),
    "title": Column(gettext_lazy("Job title"), 12, lambda lead: lead.contact.title),
    "phone": Column(gettext_lazy("Phone"), 18, lambda lead: lead.contact.phone),
    "email": Column(gettext_lazy("E-mail"), 24, lambda lead: lead.contact.email),
    "wechat": Column(gettext_lazy("WeChat"), 16, lambda lead: lead.contact.wechat),
}


def new_password() -> str:
    """Four groups of four, some 79 bits; easy to read out and to type."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _letter in range(4)) for _group in range(4))


def write(export: Export, rows: Iterable[tuple[Lead, bool]], *, password: str, at: datetime) -> tuple[BinaryIO, list]:
    """The encrypted workbook, at its beginning, and the ids of the leads in it.

    Each row comes with whether whoever asked may see its contact; else those cells stay empty. Rows are streamed
    through temporary files, so that memory does not grow with them but for the encrypted file itself.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("Leads"))
    mark = _watermark(export, at)
    _set_up(sheet, export, mark)
    for line in mark:
        sheet.append([_cell(sheet, line, bold=True)])
    sheet.append([_cell(sheet, str(COLUMNS[name].label), bold=True) for name in export.columns])
    written = []
    for lead, may_reveal in rows:
        sheet.append([_cell(sheet, _words(lead, name, may_reveal)) for name in export.columns])
        written.append(lead.pk)
    with tempfile.TemporaryFile() as plain:
        book.save(plain)
        plain.seek(0)
        sealed = tempfile.TemporaryFile()  # noqa: SIM115 - closed by the caller
        OOXMLFile(plain).encrypt(password, sealed)
    sealed.seek(0)
    return sealed, written


def _watermark(export: Export, at: datetime) -> list[str]:
    """Who took it, when, under which request: above the rows, and on each printed page."""
    values = {"name": export.by.name, "number": export.number, "time": f"{timezone.localtime(at):%Y-%m-%d %H:%M}"}
    return [
        _("Exported by %(name)s, %(time)s, request %(number)s") % values,
        _("Confidential. Do not pass it on; keep prints locked away; delete it after use."),
    ]


def _set_up(sheet, export: Export, mark: list[str]) -> None:
    for index, name in enumerate(export.columns, 1):
        sheet.column_dimensions[get_column_letter(index)].width = COLUMNS[name].width
    sheet.freeze_panes = f"A{len(mark) + 2}"
    sheet.print_title_rows = f"1:{len(mark) + 1}"
    # An ampersand begins a code in headers.
    sheet.oddHeader.center.text, sheet.oddFooter.center.text = (line.replace("&", "&&") for line in mark)


def _words(lead: Lead, name: str, may_reveal: bool) -> str:
    if name in CONTACT_COLUMNS and (lead.contact is None or not may_reveal):
        return ""
    value = COLUMNS[name].value(lead)
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
    text = "" if value is None else str(value)
    return text if name == "phone" and _is_number(text) else inert(text)


def inert(text: str) -> str:
    """`text` with an apostrophe in front where it could be taken for a formula, also after being saved as CSV."""
    return f"'{text}" if text.lstrip(" \u3000").startswith(FORMULA) else text


def _is_number(text: str) -> bool:
    """Whether it is a phone number, which stays as it is: +86 138 0013 8000."""
    return all(letter.isdecimal() or letter in " -()" for letter in text.removeprefix("+"))


def _cell(sheet, text: str, *, bold: bool = False) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", text))
    # Text, whatever it begins with; and it stays text when somebody edits it.
    cell.data_type, cell.number_format, cell.quotePrefix = "s", TEXT, True
    if bold:
        cell.font = Font(bold=True)
    return cell
