"""Judging one row of a file (sop.md section 4): blank, rejected, duplicate, created or updated, in this order."""

import json
import logging
from datetime import datetime
from functools import cached_property

from django.db import DataError, IntegrityError, transaction

from leads import identity
from leads.models import Contact, ImportRow, Lead, LeadImport, Stage, Status
from leads.reading.form import Columns, Form, understand
from salesops.people import scope
from salesops.people.models import User

from .arriving import NewLead, arrive, find_contact, find_customer
from .completing import complete, on_file
from .taking_over import take_over

logger = logging.getLogger(__name__)
Outcome = ImportRow.Outcome
# The fields in which a known lead is compared with a row, with the names of the form's columns.
_COMPARED = {
    "company": "company",
    "industry": "industry",
    "region": "region",
    "size": "size",
    "contact": "contact",
    "title": "title",
    "email": "email",
    "wechat": "wechat",
    "source": "source",
    "product": "product",
    "budget": "budget",
    "need": "need",
    "grade": "grade",
    "stage": "stage",
    "next_contact_on": "next_on",
}


class Judge:
    """Judges the rows of one import. Each call writes a row's lead whole or not at all, and fills in the row."""

    def __init__(self, lead_import: LeadImport, *, at: datetime):
        self.lead_import, self.by, self.at = lead_import, lead_import.by, at
        self.columns = Columns(lead_import.headings)
        self._owners: dict[str, User | None] = {}

    def judge(self, row: ImportRow) -> None:
        if not row.content:
            self._settle(row, Outcome.REJECTED if row.reason else Outcome.BLANK, row.column, row.reason)
            return
        form = understand(row.cells, self.columns)
        row.cleaned = [list(change) for change in form.changed]
        if form.rejected:
            self._settle(row, Outcome.REJECTED, *form.rejected)
            return
        # Somebody else may have entered the same number since it was looked for: then it is looked for once more.
        for last in (False, True):
            try:
                with transaction.atomic():
                    self._write(row, form)
                return
            except (IntegrityError, DataError) as error:
                # Only the kind of error is logged: its text quotes the row.
                logger.warning("Import %d, row %d: %s", self.lead_import.pk, row.number, type(error).__name__)
                if last:
                    row.lead, row.differing = None, ""
                    self._settle(row, Outcome.REJECTED, "", "not_written")

    def _write(self, row: ImportRow, form: Form) -> None:
        new = _new_lead(form)
        contact = find_contact(new) or _find_by_wechat(new)
        if contact is not None:
            lead = contact.leads.select_related("customer", "contact").order_by("-pk").first()
            same = contact.customer.name_key == identity.company_key(form.company)
            if lead is not None or not same:
                self._write_known(row, form, lead, contact, same=same)
                return
        self._write_new(row, form, new)

    # A number that is known

    def _write_known(self, row: ImportRow, form: Form, lead: Lead | None, contact: Contact, *, same: bool) -> None:
        """A duplicate, whose differing fields are kept for review, unless the row fills in what was blank.

        One person under the names of two companies is never merged by a file: sales operations decides.
        """
        known = (on_file(lead) if lead else {}) | {"company": contact.customer.name}
        known |= {"source": lead.source, "stage": lead.stage} if lead else {}
        said = {name: getattr(form, field) for name, field in _COMPARED.items()}
        differing = [
            [self.columns.heading(*_HEADINGS.get(name, (name,))), str(known[name]), str(value)]
            for name, value in said.items()
            if value not in ("", None) and known.get(name) not in ("", None) and known[name] != value
            # What the file has no column for, it does not say.
            and self.columns.heading(*_HEADINGS.get(name, (name,)))
        ]
        row.differing = json.dumps(differing, ensure_ascii=False) if differing else ""
        row.lead = lead
        if not same:
            self._settle(row, Outcome.DUPLICATE, self.columns.heading("company"), "other_company")
            return
        fills = {name: value for name, value in said.items() if name in known and name not in ("company", "source", "stage")}
        if self._may_complete(lead) and complete(lead, fills, by=self.by, at=self.at):
            self._settle(row, Outcome.UPDATED)
            return
        reason = "closed" if lead.status == Status.CLOSED else "known"
        self._settle(row, Outcome.DUPLICATE, self.columns.heading("reach", "email", "wechat"), reason)

    def _may_complete(self, lead: Lead) -> bool:
        return lead.status != Status.CLOSED and Lead.objects.visible_to(self.by).filter(pk=lead.pk).exists()

    # A number that is new

    def _write_new(self, row: ImportRow, form: Form, new: NewLead) -> None:
        column, reason, owner = self._destination(form)
        if owner is not None:
            row.lead = take_over(new, owner=owner, negotiating=form.negotiating, by=self.by, at=self.at)
        else:
            row.lead = arrive(new, by=self.by, at=self.at, way_in="import")
        self._settle(row, Outcome.CREATED, column, reason)

    def _destination(self, form: Form) -> tuple[str, str, User | None]:
        """Why a new row goes to cleaning, as column and reason; or its owner, at a later stage."""
        if not form.contact:
            return self.columns.heading("contact"), "no_name", None
        if form.stage == Stage.DEVELOPMENT:
            return "", "", None
        heading = self.columns.heading("owner")
        owner = self._owner(form.owner) if form.owner else self.lead_import.owner
        if owner is None or not owner.is_active:
            return heading, "owner_unknown" if form.owner else "no_owner", None
        if not form.grade:
            return self.columns.heading("grade"), "no_grade", None
        customer = find_customer(form.company)
        if customer is not None and customer.owner_id not in (None, owner.pk):
            return self.columns.heading("company"), "customer_has_owner", None
        return "", "", owner

    def _owner(self, name: str) -> User | None:
        """The active person of this user name or, if it is only one, of this name, whom the importer may name."""
        if name not in self._owners:
            found = self._people.get(name.lower(), [])
            self._owners[name] = found[0] if len(found) == 1 else None
        return self._owners[name]

    @cached_property
    def _people(self) -> dict[str, list[User]]:
        people: dict[str, list[User]] = {}
        for person in scope.people(self.by).filter(is_active=True):
            for name in {person.username.lower(), person.name.lower()}:
                people.setdefault(name, []).append(person)
        return people

    def _settle(self, row: ImportRow, outcome: str, column: str = "", reason: str = "") -> None:
        row.outcome, row.column, row.reason = outcome, column[:60], reason


_HEADINGS = {
    "email": ("email", "reach"),
    "wechat": ("wechat", "reach"),
    "budget": ("budget", "budget_yuan"),
    "next_contact_on": ("next_on",),
}


def _new_lead(form: Form) -> NewLead:
    return NewLead(
        company=form.company,
        source=form.source,
        contact=form.contact,
        title=form.title,
        phone=form.phone,
        email=form.email,
        wechat=form.wechat,
        industry=form.industry,
        region=form.region,
        size=form.size,
        product=form.product,
        need=form.need,
        budget=form.budget,
        grade=form.grade,
        stage=form.stage,
        next_contact_on=form.next_on,
    )


def _find_by_wechat(new: NewLead) -> Contact | None:
    """Who has nothing but WeChat is looked for among the contacts of the company."""
    if new.phone or new.email or not new.wechat:
        return None
    customer = find_customer(new.company)
    contacts = customer.contacts.select_related("customer").order_by("pk") if customer else ()
    return next((contact for contact in contacts if contact.wechat == new.wechat), None)
