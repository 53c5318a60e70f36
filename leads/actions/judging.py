"""Judging the rows of a file (sop.md section 4): blank, rejected, duplicate, created or updated, in this order."""

import json
import logging
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cached_property

from django.db import DataError, IntegrityError, transaction

from leads import identity
from leads.models import Contact, Customer, ImportRow, ImportTurn, Lead, LeadImport, Stage
from leads.models.lead import ENDED
from leads.reading.form import Columns, Form, understand
from salesops.encryption import blind_index
from salesops.people import scope
from salesops.people.models import User

from .arriving import Known, NewLead, enter, find_contact, find_customer
from .completing import blank_on, complete, differing_fields, on_file, overwrite
from .editing import as_text
from .import_turns import Spread, Way, hand_on

logger = logging.getLogger(__name__)
Outcome = ImportRow.Outcome
# What a form and a known lead are compared in, by the names in NewLead, with the columns in which it may stand.
COMPARED = {
    "company": ("company",),
    "industry": ("industry",),
    "region": ("region",),
    "size": ("size",),
    "contact": ("contact",),
    "title": ("title",),
    "email": ("email", "reach"),
    "wechat": ("wechat", "reach"),
    "source": ("source",),
    "product": ("product",),
    "budget": ("budget", "budget_yuan"),
    "need": ("need",),
    "grade": ("grade",),
    "stage": ("stage",),
    "next_contact_on": ("next_on",),
}


class Judge:
    """Judges the rows of one batch. A row's lead is written whole or not at all, and the row is filled in."""

    def __init__(self, lead_import: LeadImport, rows: Sequence[ImportRow], *, at: datetime):
        self.lead_import, self.by, self.at = lead_import, lead_import.by, at
        self.columns = Columns(lead_import.headings, lead_import.mapping)
        self.forms = {row.number: understand(row.cells, self.columns) for row in rows if row.content}
        self.register = Register(self.forms.values())
        self.spread = Spread(lead_import, at)

    def judge(self, row: ImportRow) -> bool:
        """Returns whether all that was written stands: False after a rollback to the row's savepoint."""
        form = self.forms.get(row.number)
        if form is None:
            _settle(row, Outcome.REJECTED if row.reason else Outcome.BLANK, row.column, row.reason)
            return True
        row.cleaned = [list(change) for change in form.changed]
        if form.rejected:
            _settle(row, Outcome.REJECTED, *form.rejected)
            return True
        if self._written(row, form):
            return True
        # Somebody else may have entered the same number since the batch asked: then it is looked for once more.
        self.register.add(form)
        if not self._written(row, form):
            row.lead, row.differing = None, ""
            _settle(row, Outcome.REJECTED, "", "not_written")
        return False

    def _written(self, row: ImportRow, form: Form) -> bool:
        try:
            with transaction.atomic():
                self._write(row, form)
            return True
        except (IntegrityError, DataError) as error:
            # Only the kind of error is logged: its text quotes the row.
            logger.warning("Import %d, row %d: %s", self.lead_import.pk, row.number, type(error).__name__)
            return False

    def _write(self, row: ImportRow, form: Form) -> None:
        contact = self.register.contact(form)
        if contact is not None:
            lead = contact.leads.select_related("customer", "contact", "owner").order_by("-pk").first()
            same = contact.customer.name_key == identity.company_key(form.company)
            if lead is not None or not same:
                self._write_known(row, form, lead, contact, same=same)
                return
        self._write_new(row, form, contact)

    # A number that is known

    def _write_known(self, row: ImportRow, form: Form, lead: Lead | None, contact: Contact, *, same: bool) -> None:
        """A duplicate, whose differing fields are kept for review, unless the row fills in what was blank.

        One number under the names of two companies is never merged by a file: sales operations decides.
        """
        said = said_by(form)
        known = on_file(lead) if lead else {"company": contact.customer.name}
        differing = [
            [self.columns.heading(*COMPARED[name]), str(known[name]), str(value)]
            for name, value in said.items()
            if value not in ("", None) and known.get(name) not in ("", None) and known[name] != value
        ]
        row.differing = json.dumps(differing, ensure_ascii=False) if differing else ""
        row.lead = lead
        asked = self.lead_import.known == LeadImport.Known.ASK
        open_lead = lead is not None and lead.status not in ENDED
        row.to_review = asked and same and open_lead and bool(differing_fields(lead, said))
        if not same:
            _settle(row, Outcome.DUPLICATE, self.columns.heading("company"), "other_company")
        elif self._changed(row, lead, said):
            row.written_at = self.at
            _settle(row, Outcome.UPDATED)
        else:
            reason = "closed" if lead.status in ENDED else "known"
            _settle(row, Outcome.DUPLICATE, self.columns.heading("reach", "email", "wechat"), reason)

    def _changed(self, row: ImportRow, lead: Lead, said: dict[str, object]) -> bool:
        """Fills in what is blank and, if it was chosen, overwrites what differs. Returns whether anything changed."""
        choice = self.lead_import.known
        if choice == LeadImport.Known.SKIP or lead.status in ENDED:
            return False
        overwritten = differing_fields(lead, said) if choice == LeadImport.Known.UPDATE else []
        if not overwritten and not blank_on(lead, said):
            return False
        if not Lead.objects.visible_to(self.by).filter(pk=lead.pk).exists():
            return False
        before = on_file(lead)
        changed = [*complete(lead, said, by=self.by, at=self.at)]
        changed += overwrite(lead, {name: said[name] for name in overwritten}, by=self.by, at=self.at)
        applied = [[name, as_text(before[name]), as_text(said[name])] for name in changed]
        row.applied = json.dumps(applied, ensure_ascii=False) if applied else ""
        return bool(changed)

    # A number that is new

    def _write_new(self, row: ImportRow, form: Form, contact: Contact | None) -> None:
        new = NewLead(**_values(form), phone=form.phone)
        customer = contact.customer if contact else self.register.customer(form)
        column, reason, way, owner = self._destination(form, customer)
        lead = enter(new, Known(contact, customer), by=self.by, at=self.at)
        when = self.spread.when(owner)
        if when <= self.at:
            hand_on(lead, way=way, owner=owner, negotiating=form.negotiating, by=self.by, at=self.at, new=True)
        if self.spread.per_day or self.spread.owners:
            ImportTurn.objects.create(
                row=row,
                lead_import=self.lead_import,
                lead=lead,
                way=way,
                owner=owner,
                negotiating=form.negotiating,
                at=when,
                done_at=self.at if when <= self.at else None,
            )
            self.spread.note(owner)
        row.lead, row.written_at = lead, self.at
        self.register.add(form)
        _settle(row, Outcome.CREATED, column, reason)

    def _destination(self, form: Form, customer: Customer | None) -> tuple[str, str, str, User | None]:
        """Column and reason why a new row goes to cleaning, if it does; its way, and its owner."""
        cleaning = (Way.CLEANING, None)
        target = self.lead_import.target
        if not form.contact:
            return self.columns.heading("contact"), "no_name", *cleaning
        first = form.stage == Stage.DEVELOPMENT
        if first and target == LeadImport.Target.CLEANING:
            return "", "", *cleaning
        if first and target == LeadImport.Target.POOL:
            return ("", "", Way.POOL, None) if form.grade else (*self._ungraded(), *cleaning)
        owner = self._owner(form.owner) if form.owner else self.spread.owner() or self.lead_import.owner
        if owner is None or not owner.is_active:
            return self.columns.heading("owner"), "owner_unknown" if form.owner else "no_owner", *cleaning
        if not form.grade:
            return *self._ungraded(), *cleaning
        if not first and customer is not None and customer.owner_id not in (None, owner.pk):
            return self.columns.heading("company"), "customer_has_owner", *cleaning
        return "", "", Way.OWNER if first else Way.TAKEN_OVER, owner

    def _ungraded(self) -> tuple[str, str]:
        return self.columns.heading("grade"), "no_grade"

    def _owner(self, name: str) -> User | None:
        """The active person of this user name or, if it is only one, of this name, whom the importer may name."""
        found = self._people.get(name.lower(), [])
        return found[0] if len(found) == 1 else None

    @cached_property
    def _people(self) -> dict[str, list[User]]:
        people: dict[str, list[User]] = {}
        for person in scope.people(self.by).filter(is_active=True):
            for name in {person.username.lower(), person.name.lower()}:
                people.setdefault(name, []).append(person)
        return people


class Register:
    """Who is on file, asked once for a batch: only what the batch or somebody else may have added is looked up.

    It is asked about a row's Form, or about a NewLead.
    """

    def __init__(self, forms: Iterable[Form | NewLead]):
        phones = {blind_index(form.phone) for form in forms if form.phone}
        keys = {identity.company_key(form.company) for form in forms}
        self._phones = set(Contact.objects.filter(phone_index__in=phones).values_list("phone_index", flat=True))
        self._keys = set(Customer.objects.filter(name_key__in=keys).values_list("name_key", flat=True))

    def contact(self, form: Form) -> Contact | None:
        """The contact with this number, else mail address; who has only WeChat is looked for in the company."""
        if form.phone:
            return find_contact(form) if blind_index(form.phone) in self._phones else None
        if form.email:
            return find_contact(form)
        customer = self.customer(form)
        contacts = customer.contacts.select_related("customer").order_by("pk") if customer else ()
        return next((contact for contact in contacts if contact.wechat == form.wechat), None)

    def customer(self, form: Form) -> Customer | None:
        return find_customer(form.company) if identity.company_key(form.company) in self._keys else None

    def add(self, form: Form) -> None:
        self._phones.add(blind_index(form.phone))
        self._keys.add(identity.company_key(form.company))


def said_by(form: Form) -> dict[str, object]:
    """What the cells of a row say, by the names in NewLead. A blank cell says nothing."""
    return {name: value for name, value in _values(form).items() if form.said & set(COMPARED[name])}


def _values(form: Form) -> dict[str, object]:
    return {name: getattr(form, "next_on" if name == "next_contact_on" else name) for name in COMPARED}


def _settle(row: ImportRow, outcome: str, column: str = "", reason: str = "") -> None:
    row.outcome, row.column, row.reason = outcome, column[:60], reason
