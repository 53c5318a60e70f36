"""What an import would do, row by row, before anything is written: the same judgement as `judging`, foreseen.

The file is read in the background, some thousand rows a transaction. Whoever is killed leaves the last ones undone,
and the next goes on behind them; nothing is kept in memory but the rows at hand.
"""

import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from leads import identity, reading
from leads.models import Contact, Customer, ImportRow, Lead, LeadImport, Status
from leads.reading.form import Columns, Form, understand
from salesops.encryption import blind_index
from salesops.failpoints import failpoint
from salesops.notices.actions import Telling, tell

from .completing import blank_in, differing_in, on_file
from .import_drafts import uploaded
from .importing import content_of, slices, stored
from .judging import COMPARED, said_by
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
            count(again)
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


def count(draft: LeadImport) -> None:
    """Counts anew what the check expects, and saves."""
    counts = draft.rows.order_by().values_list("expected").annotate(Count("pk"))
    draft.expected = dict(counts)
    draft.save()


# Putting right what was rejected


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
    count(draft)
    return len(changed)


def _set(row: ImportRow, cells: Mapping[str, str], headings: Collection[str]) -> bool:
    before = row.cells
    after = before | {heading: text.replace("\x00", "") for heading, text in cells.items() if heading in headings}
    after = {heading: text for heading, text in after.items() if text.strip()}
    if after == before:
        return False
    row.content, row.corrected, row.reason = content_of(after), True, ""
    return True


# Foreseeing


@dataclass
class _Known:
    """What would be on file of a contact when the next row comes."""

    name_key: str
    values: dict[str, object]
    cleaning: bool = True
    closed: bool = False
    visible: bool = True

    def fill(self, said: Mapping[str, object]) -> None:
        for name in blank_in(self.values, said, cleaning=self.cleaning):
            self.values[name] = said[name]


class Foresight:
    """Judges rows as `Judge` would, by a few queries for all of them."""

    def __init__(self, draft: LeadImport):
        self.draft, self.columns = draft, Columns(draft.headings, draft.mapping)

    def foresee(self, rows: Sequence[ImportRow]) -> None:
        """Fills in what is expected of the rows, which stand in the order of the file."""
        forms = {row.number: understand(row.cells, self.columns) for row in rows if row.content}
        good = [form for form in forms.values() if not form.rejected]
        self.known = self._on_file(good)
        self._earlier(good, rows)
        for row in rows:
            self._judge(row, forms.get(row.number))

    def _judge(self, row: ImportRow, form: Form | None) -> None:
        row.keys, row.cleaned = [], []
        if form is None:
            row.expected = Expected.REJECTED if row.reason else Expected.BLANK
            return
        row.column = row.reason = ""
        row.cleaned = [list(change) for change in form.changed]
        if form.rejected:
            row.expected, (row.column, row.reason) = Expected.REJECTED, form.rejected
            row.column = row.column[:60]
            return
        row.keys = keys_of(form)
        known = self.known.get(sought(form))
        if known is None:
            row.expected = Expected.CREATED
            self._enter(form)
            return
        row.expected, row.column, row.reason = self._as_known(form, known)
        row.column = row.column[:60]

    def _as_known(self, form: Form, known: _Known) -> tuple[str, str, str]:
        said = said_by(form)
        if known.name_key != identity.company_key(form.company):
            return Expected.DUPLICATE, self.columns.heading("company"), "other_company"
        column = self.columns.heading("reach", "email", "wechat")
        if known.closed:
            return Expected.DUPLICATE, column, "closed"
        if known.visible and blank_in(known.values, said, cleaning=known.cleaning):
            known.fill(said)
            return Expected.UPDATED, "", ""
        if known.visible and differing_in(known.values, said):
            return Expected.DIFFERING, column, "differs"
        return Expected.DUPLICATE, column, "known"

    def _enter(self, form: Form) -> None:
        known = _Known(identity.company_key(form.company), _values_of(form))
        for key in keys_of(form):
            self.known.setdefault(key, known)

    def _on_file(self, forms: Sequence[Form]) -> dict[str, _Known]:
        contacts = dict(_contacts(forms))
        pks = {contact.pk for contact in contacts.values()}
        leads = Lead.objects.filter(contact__in=pks).select_related("customer", "contact")
        newest = {lead.contact_id: lead for lead in leads.order_by("contact", "pk")}
        seen = Lead.objects.visible_to(self.draft.by).filter(pk__in=[lead.pk for lead in newest.values()])
        visible = set(seen.values_list("pk", flat=True))
        wanted = {sought(form): identity.company_key(form.company) for form in forms}
        return {
            key: _on_record(contact, newest.get(contact.pk), visible)
            for key, contact in contacts.items()
            # Somebody on file of whom there is no lead gets one, unless the company is another.
            if contact.pk in newest or contact.customer.name_key != wanted[key]
        }

    def _earlier(self, forms: Sequence[Form], rows: Sequence[ImportRow]) -> None:
        """Adds what the rows above in the file would have written."""
        if not forms:
            return
        written = (Expected.CREATED, Expected.UPDATED)
        # Asked for the keys alone: with more conditions PostgreSQL, which has no figures of a file that is being read,
        # reads all rows above for each batch.
        same = ImportRow.objects.filter(keys__overlap=[sought(form) for form in forms])
        above = [
            row
            for row in same
            if row.lead_import_id == self.draft.pk and row.number < rows[0].number and row.expected in written
        ]
        for row in sorted(above, key=lambda row: row.number):
            form = understand(row.cells, self.columns)
            known = self.known.get(sought(form))
            if known is None:
                self._enter(form)
            else:
                known.fill(said_by(form))


def _on_record(contact: Contact, lead: Lead | None, visible: Collection[int]) -> _Known:
    if lead is None:
        return _Known(contact.customer.name_key, {"company": contact.customer.name})
    return _Known(
        contact.customer.name_key,
        on_file(lead),
        cleaning=lead.status == Status.CLEANING,
        closed=lead.status == Status.CLOSED,
        visible=lead.pk in visible,
    )


def _contacts(forms: Sequence[Form]):
    """The contacts on file, each under the key by which the judgement would look for it."""
    contacts = Contact.objects.select_related("customer").order_by("-pk")
    phones = {blind_index(form.phone) for form in forms if form.phone}
    for contact in contacts.filter(phone_index__in=phones) if phones else ():
        yield f"p{contact.phone_index}", contact
    mails = {blind_index(form.email.strip().lower()) for form in forms if form.email and not form.phone}
    for contact in contacts.filter(email_index__in=mails) if mails else ():
        yield f"e{contact.email_index}", contact
    companies = {identity.company_key(form.company) for form in forms if not form.phone and not form.email}
    customers = Customer.objects.filter(name_key__in=companies).order_by("-pk") if companies else ()
    for customer in customers.prefetch_related("contacts") if companies else ():
        for contact in sorted(customer.contacts.all(), key=lambda each: -each.pk):
            if contact.wechat:
                contact.customer = customer
                yield _wechat_key(customer.name_key, contact.wechat), contact


def sought(form: Form) -> str:
    """The key by which a row's contact is looked for: the number, else the mail address, else WeChat in the company."""
    return keys_of(form)[0]


def keys_of(form: Form) -> list[str]:
    """Everything by which a later row may mean the same contact."""
    keys = []
    if form.phone:
        keys.append(f"p{blind_index(form.phone)}")
    if form.email:
        keys.append(f"e{blind_index(form.email.strip().lower())}")
    if form.wechat:
        keys.append(_wechat_key(identity.company_key(form.company), form.wechat))
    return keys


def _wechat_key(company: str, wechat: str) -> str:
    return f"w{blind_index(f'{company}|{wechat}')}"


def _values_of(form: Form) -> dict[str, object]:
    """What would be on file of a contact whose first row this is."""
    return {**dict.fromkeys(COMPARED, ""), "source": form.source, "stage": form.stage, **said_by(form)}
