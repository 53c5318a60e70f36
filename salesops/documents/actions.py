"""Putting files on records and taking them off."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from salesops.events.recording import record
from salesops.people.models import User

from .forms import Checked
from .models import Content, Upload


@transaction.atomic
def attach(files: Iterable[Checked], *, about: str, file: str = "", by: User, at: datetime) -> list[Upload]:
    """Puts checked files on the record `about` ("lead:7"), shown on the timeline of `file`.

    The caller has made sure that `by` may write on that record.
    """
    made = []
    for each in files:
        facts = {"name": each.name, "type": each.type, "size": len(each.data), "sha256": each.sha256}
        upload = Upload.objects.create(about=about, file=file, by=by, at=at, **facts)
        Content.objects.create(upload=upload, data=each.data)
        data = {"about": about, "type": each.type}
        record("document.attached", at=at, by=by, refs={"upload": upload.pk}, data=data, file=file)
        made.append(upload)
    return made


@transaction.atomic
def remove(upload: Upload, *, by: User, at: datetime) -> None:
    """Takes a file off its record, for good. The caller has made sure that `by` has put it there."""
    data = {"about": upload.about}
    record("document.removed", at=at, by=by, refs={"upload": upload.pk}, data=data, file=upload.file)
    upload.delete()
