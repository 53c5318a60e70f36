"""A field for files of any number, each checked: its size, its type by its content, its name."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import PurePath

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from salesops.web.forms import OneTimeForm

from .types import Type, type_of

ACCEPTED = "image/*,.pdf,.docx,.xlsx,.pptx,.doc,.xls,.ppt,.wps,.et,.dps,.txt,.csv"
MOST = 10  # files at once
LONGEST_NAME = 150


@dataclass(frozen=True)
class Checked:
    """A file that may be stored."""

    name: str
    type: Type
    data: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Cleans to a list of Checked, empty where nothing was chosen."""

    widget = FilesInput(attrs={"accept": ACCEPTED, "multiple": True})

    def __init__(self, **kwargs):
        kwargs.setdefault("label", _("Files"))
        kwargs.setdefault("help_text", _("Photos, PDF, Office files. A phone takes a photo here."))
        super().__init__(**kwargs)

    def clean(self, data, initial=None):
        files = [file for file in (data if isinstance(data, list | tuple) else [data]) if file]
        if not files and self.required:
            raise ValidationError(_("Choose a file."))
        if len(files) > MOST:
            raise ValidationError(_("At most %(most)s files at once."), params={"most": MOST})
        return [check(file) for file in files]


def check(file: UploadedFile) -> Checked:
    """The file, read. Raises ValidationError, which says what is wrong with it and what is taken."""
    name = _clean_name(file.name)
    limit = settings.UPLOAD_MEGABYTES
    if file.size > limit * 1024 * 1024:
        said = _("“%(name)s” is larger than %(limit)s MB. Make it smaller, or send it in parts.")
        raise ValidationError(said, params={"name": name, "limit": limit})
    data = file.read()
    if not data:
        raise ValidationError(_("“%(name)s” is empty."), params={"name": name})
    found = type_of(data, name)
    if found is None:
        said = _(
            "“%(name)s” is not taken. Photos, PDF, Word, Excel and PowerPoint files without macros, and texts are."
        )
        raise ValidationError(said, params={"name": name})
    return Checked(name, found, data)


def _clean_name(name: str) -> str:
    """The name without folders and control characters, short enough, its ending kept."""
    plain = (
        re.sub(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]", "", PurePath(name.replace("\\", "/")).name).strip()
        or "file"
    )
    path = PurePath(plain)
    return path.stem[: LONGEST_NAME - len(path.suffix)] + path.suffix[:20]


class FilesForm(OneTimeForm):
    """Nothing but files."""

    files = FilesField()
