"""Checking an import before anything is written, and putting right what would be rejected.

The file is read in the background, some thousand rows a transaction. Whoever is killed leaves the last ones undone,
and the next goes on behind them; nothing is kept in memory but the rows at hand.
"""

import time
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Count
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from leads import reading
from leads.models import ImportRow, LeadImport
from leads.reading.form import understand
from salesops.failpoints import failpoint
from salesops.notices.actions import Telling, tell

from .foreseeing import Foresight, keys_of
from .import_drafts import uploaded
from .importing import content_of, slices, stored
from .refusing import Refused

Expected = ImportRow.Expected
MOST_ROWS = 200_000
FIXED_AT_ONCE = 200
TOLD_FROM = 5000  # rows; a shorter check is over before anybody leaves
_MARKED = ("content", "expected", "column", "reason", "cleaned", "keys", "corrected")


def check_slice(pk: int, *, seconds: float, at: datetime) -> bool:
    """Reads and judges rows of an import that is being checked; returns whether there is more to do."""
    draft = LeadImport.objects.select_related("by").get(pk=pk)
    if draft.state != LeadImport.State.CHECKING:
        return False
    end = time.monotonic() + seconds
    with translation.override(draft.by.language or None):
        try:
            return _read(draft, end, at)
        except reading.Unreadable as error:
            with transaction.atomic():
                again = _still(draft)
                if again is not None:
                    again.state, again.trouble = LeadImport.State.SETUP, str(error)[:300]
                    again.save(update_fields=["state", "trouble"])
            return False


def _read(draft: LeadImport, end: float, at: datetime) -> bool:
    with (
        uploaded(draft) as stream,
        reading.opened(stream, encoding=draft.codec, delimiter=draft.delimiter, known=False) as table,
    ):
        ahead = (row for row in table.rows if row.number > draft.read_to)
        for rows in slices(ahead):
            with transaction.atomic():
                again = _still(draft)
                if again is None:
                    return False
                _store(again, rows)
            draft.read_to = rows[-1].number
            failpoint("import.checked")
            if time.monotonic() > end:
                return True
    with transaction.atomic():
        again = _still(draft)
        if again is not None:
            again.state = LeadImport.State.CHECKED
            _count(again)
            _tell(again, at)
    return False


def _tell(draft: LeadImport, at: datetime) -> None:
    """Whoever has left the page of a long check is told that it is done."""
    if draft.total < TOLD_FROM:
        return
    values = {"file": draft.file_name, "created": 0, "rejected": 0} | draft.expected
    page = reverse("leads:import_check", args=[draft.pk])
    key = f"import.{draft.pk}.checked.{at:%Y%m%d%H%M%S}"
    values = {name: values[name] for name in ("file", "created", "rejected")}
    tell([Telling(person_id=draft.by_id, key=key, kind="import.checked", values=values, url=page)], at=at)


def _still(draft: LeadImport) -> LeadImport | None:
    """The import, locked; None if somebody else has gone on with it, or has begun anew."""
    again = LeadImport.objects.select_for_update(of=("self",)).select_related("by").filter(pk=draft.pk).first()
    same = ("state", "read_to", "codec", "delimiter", "mapping")
    return again if again and all(getattr(again, name) == getattr(draft, name) for name in same) else None


def _store(draft: LeadImport, rows: Sequence[reading.Row]) -> None:
    numbers = [row.number for row in rows]
    corrected = {row.number: row for row in draft.rows.filter(number__in=numbers)}
    new = [stored(draft, row) for row in rows if row.number not in corrected]
    everything = sorted([*new, *corrected.values()], key=lambda row: row.number)
    Foresight(draft).foresee(everything)
    ImportRow.objects.bulk_create(new)
    ImportRow.objects.bulk_update(corrected.values(), _MARKED)
    draft.total += len(everything)
    draft.read_to = numbers[-1]
    for row in everything:
        draft.expected[row.expected] = draft.expected.get(row.expected, 0) + 1
    if draft.total > MOST_ROWS:
        raise reading.Unreadable(_("This file has more than %(most)d rows. Split it.") % {"most": MOST_ROWS})
    draft.save(update_fields=["total", "read_to", "expected"])


def _count(draft: LeadImport) -> None:
    """Counts anew what the check expects, and saves."""
    counts = draft.rows.order_by().values_list("expected").annotate(Count("pk"))
    draft.expected = dict(counts)
    draft.save()


@transaction.atomic
def correct(draft: LeadImport, cells: Mapping[int, Mapping[str, str]]) -> int:
    """Sets cells of rejected rows (by row number and heading) and judges them anew; returns how many rows changed.

    Raises Refused if the import has begun meanwhile.
    """
    draft = LeadImport.objects.select_for_update(of=("self",)).select_related("by").get(pk=draft.pk)
    if draft.state != LeadImport.State.CHECKED:
        raise Refused(_("This file is not waiting to be put right any more."))
    rows = list(draft.rows.filter(number__in=list(cells), expected=Expected.REJECTED).order_by("number"))
    changed = [row for row in rows if _set(row, cells[row.number], draft.headings)]
    # Later rows of the same contacts are duplicates now, or are not any more.
    before = {key for row in changed for key in row.keys}
    foresight = Foresight(draft)
    forms = [understand(row.cells, foresight.columns) for row in changed]
    after = {key for form in forms if not form.rejected for key in keys_of(form)}
    numbers = [row.number for row in changed]
    others = draft.rows.filter(keys__overlap=list(before | after)).exclude(number__in=numbers) if before | after else ()
    everything = sorted([*changed, *others], key=lambda row: row.number)
    for row in everything:
        ImportRow.objects.filter(pk=row.pk).update(expected="")
    for row in everything:
        foresight.foresee([row])
        row.save(update_fields=_MARKED)
    _count(draft)
    return len(changed)


def _set(row: ImportRow, cells: Mapping[str, str], headings: Collection[str]) -> bool:
    before = row.cells
    after = before | {heading: text.replace("\x00", "") for heading, text in cells.items() if heading in headings}
    after = {heading: text for heading, text in after.items() if text.strip()}
    if after == before:
        return False
    row.content, row.corrected, row.reason = content_of(after), True, ""
    return True
