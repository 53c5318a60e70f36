"""Rows that differ from what is on file, decided one by one."""

import json
from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from leads.models import ImportRow, Lead, LeadImport
from leads.reading.form import Columns, understand
from salesops.people.models import User

from .completing import differing_fields, on_file, overwrite
from .editing import as_text
from .judging import COMPARED, said_by
from .refusing import Refused


def to_review(lead_import: LeadImport, user: User) -> QuerySet[ImportRow]:
    """The rows that differ from a lead that the user may see, and wait to be decided."""
    return lead_import.rows.filter(to_review=True, lead__in=Lead.objects.visible_to(user)).order_by("number")


def differences(row: ImportRow, lead_import: LeadImport) -> list[tuple[str, str, str, str]]:
    """What may be taken from a row: field, heading, value on file now, value in the file."""
    columns = Columns(lead_import.headings, lead_import.mapping)
    said, known = said_by(understand(row.cells, columns)), on_file(row.lead)
    return [
        (name, columns.heading(*COMPARED[name]), as_text(known[name]), as_text(said[name]))
        for name in differing_fields(row.lead, said)
    ]


@transaction.atomic
def decide(row: ImportRow, *, take: Collection[str], by: User, at: datetime) -> None:
    """Takes the named fields from the file and keeps what is on file of the others. Raises Refused."""
    row = ImportRow.objects.select_for_update(of=("self",)).select_related("lead_import").get(pk=row.pk)
    if not row.to_review or row.lead_id is None:
        raise Refused(_("Somebody has decided on this row already."))
    lead = Lead.objects.select_related("customer", "contact").get(pk=row.lead_id)
    said = said_by(understand(row.cells, Columns(row.lead_import.headings, row.lead_import.mapping)))
    before = on_file(lead)
    names = [name for name in differing_fields(lead, said) if name in take]
    changed = overwrite(lead, {name: said[name] for name in names}, by=by, at=at)
    if changed:
        applied = [*row.changes, *([name, as_text(before[name]), as_text(said[name])] for name in changed)]
        row.applied = json.dumps(applied, ensure_ascii=False)
        if row.outcome == ImportRow.Outcome.DUPLICATE:
            row.outcome, row.column, row.reason = ImportRow.Outcome.UPDATED, "", ""
            _count(row.lead_import_id)
        row.written_at = at
    row.to_review, row.decided = False, "taken" if changed else "kept"
    row.save()


def _count(pk: int) -> None:
    lead_import = LeadImport.objects.select_for_update(of=("self",)).get(pk=pk)
    lead_import.updated += 1
    lead_import.duplicate -= 1
    lead_import.save(update_fields=["updated", "duplicate"])
