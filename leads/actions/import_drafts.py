"""Preparing an import: the file is kept, encrypted, until the import begins; nothing is written to any lead."""

import hashlib
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import BinaryIO

from django.db import transaction
from django.utils.translation import gettext as _

from leads.models import ImportFile, ImportMapping, LeadImport
from leads.reading.encodings import NAMES
from leads.reading.headings import guessed
from leads.reading.sample import Sample, look
from salesops.encryption import blind_index
from salesops.people.models import User

from .importing import fingerprint
from .refusing import Refused

PIECE = 1 << 20
KEPT = timedelta(days=7)
State = LeadImport.State


@transaction.atomic
def upload(stream: BinaryIO, *, file_name: str, by: User, at: datetime) -> LeadImport:
    """Keeps a file to be prepared for an import. Raises reading.Unreadable, and then nothing is kept."""
    sample = look(stream)
    draft = LeadImport(
        file_name=file_name[-200:], by=by, at=at, digest=blind_index(fingerprint(stream)), state=State.SETUP
    )
    _read_as(draft, sample)
    draft.save()
    stream.seek(0)
    number = 0
    while content := stream.read(PIECE):
        ImportFile.objects.create(lead_import=draft, number=number, content=content)
        number += 1
    return draft


@contextmanager
def uploaded(draft: LeadImport) -> Iterator[BinaryIO]:
    """The uploaded file as it was."""
    with tempfile.TemporaryFile() as stream:
        for content in draft.pieces.order_by("number").values_list("content", flat=True).iterator(chunk_size=4):
            stream.write(content)
        stream.seek(0)
        yield stream


def sample_of(draft: LeadImport) -> Sample:
    """The first lines of an uploaded file as it would be read now. Raises reading.Unreadable."""
    with uploaded(draft) as stream:
        return look(stream, encoding=draft.codec, delimiter=draft.delimiter)


@transaction.atomic
def read_differently(draft: LeadImport, *, encoding: str, delimiter: str) -> LeadImport:
    """Reads a CSV file in another encoding or with another delimiter. Raises reading.Unreadable, Refused."""
    draft = _locked(draft)
    with uploaded(draft) as stream:
        sample = look(stream, encoding=encoding, delimiter=delimiter)
    _read_as(draft, sample)
    draft.also = ""
    draft.state, draft.trouble = State.SETUP, ""
    draft.save()
    return draft


def _read_as(draft: LeadImport, sample: Sample) -> None:
    draft.kind, draft.codec, draft.delimiter = sample.kind, sample.encoding, sample.delimiter
    draft.encoding = NAMES.get(sample.encoding, "")
    draft.also = ", ".join(dict.fromkeys(NAMES[name] for name in sample.also))
    draft.headings, draft.mapping = sample.headings, remembered(sample.headings, draft.by)


def remembered(headings: Sequence[str], by: User) -> dict[str, str]:
    """What these headings mean: as the person said last time, as anybody in the company did, by their words."""
    said = ImportMapping.objects.filter(headings=_set_of(headings))
    own = said.filter(by=by).first() or said.order_by("-at").first()
    return own.fields if own else guessed(headings)


def _set_of(headings: Sequence[str]) -> str:
    return hashlib.sha256(json.dumps(sorted(headings), ensure_ascii=False).encode()).hexdigest()


@transaction.atomic
def check(draft: LeadImport, *, mapping: Mapping[str, str], by: User, at: datetime) -> LeadImport:
    """Sets what the columns mean, remembers it, and has the whole file checked in the background. Raises Refused."""
    draft = _locked(draft)
    draft.mapping = {heading: mapping.get(heading, "") for heading in draft.headings}
    if draft.mapping != guessed(draft.headings):
        ImportMapping.objects.update_or_create(
            headings=_set_of(draft.headings), by=by, defaults={"fields": draft.mapping, "at": at}
        )
    # What was put right by hand stays, and is judged anew where it stands in the file.
    draft.rows.filter(corrected=False).delete()
    draft.state, draft.trouble, draft.read_to, draft.total, draft.expected = State.CHECKING, "", 0, 0, {}
    draft.save()
    return draft


@transaction.atomic
def begin(
    draft: LeadImport,
    *,
    known: str,
    target: str,
    owners: Sequence[User],
    owner: User | None,
    per_day: int | None,
) -> LeadImport:
    """From here on rows are written. The file is forgotten; its rows stay, encrypted. Raises Refused."""
    draft = _locked(draft)
    if draft.state != State.CHECKED:
        raise Refused(_("This file has not been checked yet."))
    draft.known, draft.target, draft.owner, draft.per_day = known, target, owner, per_day
    draft.state = State.WAITING
    draft.save()
    draft.owners.set(owners)
    draft.pieces.all().delete()
    return draft


@transaction.atomic
def discard(draft: LeadImport) -> int:
    """Throws a file away that was not imported; returns how many records went. Raises Refused."""
    return _locked(draft).delete()[0]


def discard_old(at: datetime) -> int:
    """Throws away what was uploaded and left; returns how many files."""
    return sum(1 for old in LeadImport.objects.drafts().filter(at__lt=at - KEPT) if old.delete())


def _locked(draft: LeadImport) -> LeadImport:
    draft = LeadImport.objects.select_for_update(of=("self",)).select_related("by").filter(pk=draft.pk).first()
    if draft is None or not draft.draft:
        raise Refused(_("This file is being imported, or was thrown away."))
    return draft
