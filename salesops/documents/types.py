"""What kind of file some bytes are, by the bytes themselves: a name can say anything."""

import io
import zipfile

from django.db import models
from django.utils.translation import gettext_lazy as _


class Type(models.TextChoices):
    """What may be uploaded."""

    JPEG = "jpeg", _("photo")
    PNG = "png", _("picture (PNG)")
    WEBP = "webp", _("picture (WebP)")
    GIF = "gif", _("picture (GIF)")
    HEIC = "heic", _("photo (HEIC)")
    PDF = "pdf", "PDF"
    DOCX = "docx", "Word"
    XLSX = "xlsx", "Excel"
    PPTX = "pptx", "PowerPoint"
    DOC = "doc", _("Word, Excel or PowerPoint of before 2007, or WPS")
    TEXT = "text", _("text")

    @property
    def mime(self) -> str:
        return _MIMES[self]

    @property
    def is_shown(self) -> bool:
        return self in (Type.JPEG, Type.PNG, Type.WEBP, Type.GIF)


_OFFICE = "application/vnd.openxmlformats-officedocument"
_MIMES = {
    Type.JPEG: "image/jpeg",
    Type.PNG: "image/png",
    Type.WEBP: "image/webp",
    Type.GIF: "image/gif",
    Type.HEIC: "image/heic",
    Type.PDF: "application/pdf",
    Type.DOCX: f"{_OFFICE}.wordprocessingml.document",
    Type.XLSX: f"{_OFFICE}.spreadsheetml.sheet",
    Type.PPTX: f"{_OFFICE}.presentationml.presentation",
    Type.DOC: "application/octet-stream",  # what a name says it is: .doc, .xls, .ppt, .wps
    Type.TEXT: "text/plain; charset=utf-8",
}
_STARTS = {
    b"\xff\xd8\xff": Type.JPEG,
    b"\x89PNG\r\n\x1a\n": Type.PNG,
    b"GIF87a": Type.GIF,
    b"GIF89a": Type.GIF,
    b"%PDF-": Type.PDF,
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": Type.DOC,
}
# The brands of ISO base media files (ISO 23008-12) that phones write for photos.
_HEIC = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1"}
_OLD_OFFICE = (".doc", ".xls", ".ppt", ".wps", ".et", ".dps")
_TEXTS = (".txt", ".csv", ".md")


def type_of(data: bytes, name: str) -> Type | None:
    """The type, None for what is not taken: programs, pages with scripts, archives, Office files with macros."""
    for start, found in _STARTS.items():
        if data.startswith(start):
            return found if found is not Type.DOC or name.lower().endswith(_OLD_OFFICE) else None
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return Type.WEBP
    if data[4:8] == b"ftyp" and data[8:12] in _HEIC:
        return Type.HEIC
    if data.startswith(b"PK\x03\x04"):
        return _office(data)
    return Type.TEXT if name.lower().endswith(_TEXTS) and _is_text(data) else None


def _office(data: bytes) -> Type | None:
    try:
        names = zipfile.ZipFile(io.BytesIO(data)).namelist()
    except (zipfile.BadZipFile, ValueError, OSError):
        return None
    if "[Content_Types].xml" not in names or any(name.endswith("vbaProject.bin") for name in names):
        return None
    folders = {"word/": Type.DOCX, "xl/": Type.XLSX, "ppt/": Type.PPTX}
    return next((kind for folder, kind in folders.items() if any(name.startswith(folder) for name in names)), None)


def _is_text(data: bytes) -> bool:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return "\x00" not in data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return False
