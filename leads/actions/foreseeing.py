"""What an import would do, row by row, before anything is written: the same judgement as `judging`, foreseen."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from leads import identity
from leads.models import Contact, Customer, ImportRow, Lead, LeadImport, Status
from leads.models.lead import ENDED
from leads.reading.form import Columns, Form, understand
from salesops.encryption import blind_index

from .completing import blank_in, differing_in, on_file
from .judging import COMPARED, said_by

Expected = ImportRow.Expected


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
        closed=lead.status in ENDED,
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
