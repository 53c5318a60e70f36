"""Importing a file of leads: its rows are stored first, then judged batch by batch. Nothing is ever half-imported.

A batch is one transaction, in which the rows are marked as judged; whoever is killed leaves the last batch undone,
and the next run goes on behind it.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import BinaryIO

from django.db import connection, transaction
from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _

from leads import reading
from leads.models import Assignment, ImportRow, LeadImport
from leads.reading.encodings import NAMES
from salesops.encryption import blind_index
from salesops.failpoints import failpoint
from salesops.notices.actions import Telling, tell
from salesops.people.models import User
from salesops.sop.engine.context import sharing

from .judging import Judge

BATCH = 100
_STORED_AT_ONCE = 1000
# One import at a time, so that two files with the same numbers never wait for each other.
_LOCK = 4_711_002
_MARKED = ("outcome", "column", "reason", "cleaned", "differing", "to_review", "applied", "lead", "written_at")


@transaction.atomic
def start_import(
    stream: BinaryIO, *, file_name: str, by: User, at: datetime, owner: User | None = None, most: int | None = None
) -> LeadImport:
    """Stores the rows of a file, encrypted, to be judged by `run_batch`; the file itself is not kept.

    The same file by the same person with the same owner, not yet finished, is gone on with. `owner` gets the rows at a
    later stage. Raises reading.Unreadable, also for more than `most` rows.
    """
    digest = blind_index(fingerprint(stream))
    unfinished = LeadImport.objects.unfinished().filter(by=by, owner=owner, digest=digest).first()
    if unfinished is not None:
        return unfinished
    with reading.opened(stream) as table:
        lead_import = LeadImport.objects.create(
            file_name=file_name[-200:],
            by=by,
            owner=owner,
            at=at,
            digest=digest,
            encoding=NAMES.get(table.encoding, ""),
            also=", ".join(dict.fromkeys(NAMES[name] for name in table.also)),
            headings=table.headings,
            kind=table.kind,
        )
        for rows in slices(table.rows):
            lead_import.total += len(rows)
            if most is not None and lead_import.total > most:
                raise reading.Unreadable(
                    _("More than %(most)d rows at once are imported on the command line.") % {"most": most}
                )
            ImportRow.objects.bulk_create(stored(lead_import, row) for row in rows)
    lead_import.save(update_fields=["total"])
    return lead_import


def run_batch(pk: int, *, at: datetime) -> bool:
    """Judges the next rows of an import in one transaction; returns whether there is more to do."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        imports = LeadImport.objects.select_for_update(of=("self",)).select_related("by", "owner")
        lead_import = imports.get(pk=pk)
        if lead_import.state not in (LeadImport.State.WAITING, LeadImport.State.RUNNING):
            return False
        waiting = lead_import.rows.filter(outcome=ImportRow.Outcome.WAITING)
        rows = list(waiting.order_by("number")[:BATCH])
        with sharing(at) as known:
            judge = Judge(lead_import, rows, at=at)
            for row in rows:
                if not judge.judge(row):
                    known.forget_frozen()
                failpoint("import.row")
        # An upsert of rows that are all there: one short statement, where bulk_update builds a CASE of every field.
        ImportRow.objects.bulk_create(rows, update_conflicts=True, unique_fields=["id"], update_fields=_MARKED)
        for outcome, count in Counter(row.outcome for row in rows).items():
            setattr(lead_import, outcome, getattr(lead_import, outcome) + count)
        lead_import.state = LeadImport.State.RUNNING
        if lead_import.judged >= lead_import.total:
            _finish(lead_import, at)
        lead_import.save()
    failpoint("import.batch")
    return not lead_import.done


def _finish(lead_import: LeadImport, at: datetime) -> None:
    lead_import.state, lead_import.finished_at = LeadImport.State.DONE, at
    page = reverse("leads:import_detail", args=[lead_import.pk])
    counts = {name: getattr(lead_import, name) for name in ("created", "updated", "duplicate", "rejected")}
    taken = (
        Assignment.objects.filter(
            lead__import_rows__lead_import=lead_import,
            lead__import_rows__outcome=ImportRow.Outcome.CREATED,
            how=Assignment.How.IMPORTED,
        )
        .values("owner")
        .annotate(leads=Count("lead", distinct=True))
        .values_list("owner", "leads")
    )
    key = f"import.{lead_import.pk}"
    done = Telling(person_id=lead_import.by_id, key=key, kind="import.done", values=counts, url=page)
    handed = [
        Telling(
            person_id=owner,
            key=f"{key}.taken_over",
            kind="import.taken_over",
            values={"count": count},
            url=reverse("web:home"),
        )
        for owner, count in taken
    ]
    tell([done, *handed], at=at)


def fingerprint(stream: BinaryIO) -> str:
    """The SHA-256 of a file's content."""
    stream.seek(0)
    return hashlib.file_digest(stream, "sha256").hexdigest()


def slices(rows: Iterator) -> Iterable[list]:
    """As many rows as are stored at once, again and again."""
    return iter(lambda: list(islice(rows, _STORED_AT_ONCE)), [])


def stored(lead_import: LeadImport, row: reading.Row) -> ImportRow:
    """A row of a file as it is kept."""
    reason = "cell_too_long" if row.too_long else ""
    return ImportRow(lead_import=lead_import, number=row.number, content=content_of(row.cells), reason=reason)


def content_of(cells: Mapping[str, str]) -> str:
    """The cells of a row as they are kept."""
    return json.dumps(cells, ensure_ascii=False) if cells else ""
