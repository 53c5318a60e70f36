"""Undoing an import within seven days: what nobody has touched since is taken back, the rest is named."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import ProtectedError
from django.urls import reverse
from django.utils.translation import gettext as _

from leads.models import Contact, Customer, ImportRow, ImportTurn, Lead, LeadImport, Status
from salesops.events.models import Event
from salesops.events.recording import record
from salesops.notices.actions import Telling, tell
from salesops.people.models import User
from salesops.sop.engine.context import sharing
from salesops.sop.models import Deadline

from .completing import put_back
from .owning import own
from .refusing import Refused, locked

UNDO_WITHIN = timedelta(days=7)
BATCH = 50
# Reading a number or telling an owner changes nothing.
_HARMLESS = ("contact.revealed", "lead.owner_told")
_WRITTEN = (ImportRow.Outcome.CREATED, ImportRow.Outcome.UPDATED)
UNDONE = "undone"


def may_undo(lead_import: LeadImport, at: datetime) -> bool:
    """Whether an import is finished and not older than a week, and not undone yet."""
    if lead_import.state != LeadImport.State.DONE or lead_import.finished_at is None:
        return False
    return at - lead_import.finished_at <= UNDO_WITHIN


@transaction.atomic
def undo_import(lead_import: LeadImport, *, by: User, at: datetime) -> LeadImport:
    """Begins to undo, which a worker does row by row. Raises Refused once it is too late."""
    lead_import = LeadImport.objects.select_for_update(of=("self",)).get(pk=lead_import.pk)
    if not may_undo(lead_import, at):
        raise Refused(_("An import can be undone within seven days, once."))
    lead_import.state, lead_import.undone_by, lead_import.undone_at = LeadImport.State.UNDOING, by, at
    lead_import.save(update_fields=["state", "undone_by", "undone_at"])
    # What has not been handed over yet is not handed over while it is being taken back.
    ImportTurn.objects.filter(lead_import=lead_import, done_at=None).update(done_at=at)
    return lead_import


def undo_batch(pk: int, *, at: datetime) -> bool:
    """Takes the next rows back, the last first, in one transaction; returns whether there is more to do."""
    with transaction.atomic():
        lead_import = LeadImport.objects.select_for_update(of=("self",)).select_related("by", "undone_by").get(pk=pk)
        if lead_import.state != LeadImport.State.UNDOING:
            return False
        rows = lead_import.rows.filter(outcome__in=_WRITTEN, undo="").select_related("lead__customer", "lead__contact")
        batch = list(rows.order_by("-number")[:BATCH])
        with sharing(at) as known:
            for row in batch:
                row.undo = _undo(row, lead_import, at)
                if row.undo != UNDONE:
                    known.forget_frozen()
        ImportRow.objects.bulk_update(batch, ["undo"])
        done = sum(row.undo == UNDONE for row in batch)
        lead_import.undone += done
        lead_import.kept += len(batch) - done
        if len(batch) < BATCH:
            lead_import.state = LeadImport.State.UNDONE
            _tell(lead_import, at)
        lead_import.save(update_fields=["undone", "kept", "state"])
    return lead_import.state == LeadImport.State.UNDOING


def _undo(row: ImportRow, lead_import: LeadImport, at: datetime) -> str:
    """Takes one row back; returns UNDONE, or the code of why not."""
    if row.lead is None:
        return "gone"
    if row.outcome == ImportRow.Outcome.UPDATED:
        back = put_back(row.lead, row.changes, by=lead_import.undone_by, at=at) if row.changes else False
        return UNDONE if back else "edited"
    try:
        with transaction.atomic():
            return _withdraw(row, lead_import, at)
    except (_Kept, ProtectedError):
        return "in_use"


class _Kept(Exception):
    pass


def _withdraw(row: ImportRow, lead_import: LeadImport, at: datetime) -> str:
    lead = locked(row.lead, at)
    if why := _touched(lead, row):
        return why
    refs = {"lead": lead.pk, "customer": lead.customer_id}
    record("lead.withdrawn", at=at, by=lead_import.undone_by, refs=refs, file=lead.ref)
    if Deadline.objects.open().filter(subject=lead.ref).exists():
        raise _Kept
    contact, customer = lead.contact_id, lead.customer_id
    lead.delete()
    # Contact and company go with the lead that brought them, unless somebody else needs them.
    if not Lead.objects.filter(contact=contact).exists():
        Contact.objects.filter(pk=contact).delete()
    made = Customer.objects.filter(pk=customer, created_at=row.written_at)
    left = Lead.objects.filter(customer=customer).exists() or Contact.objects.filter(customer=customer).exists()
    if left:
        owned = Lead.objects.filter(customer=customer, owner__isnull=False).exclude(status=Status.CLOSED).exists()
        if not owned and lead.owner_id and lead.customer.owner_id == lead.owner_id:
            own(lead.customer, None, by=lead_import.undone_by, at=at)
    elif made.exists():
        made.get().delete()
    return UNDONE


def _touched(lead: Lead, row: ImportRow) -> str:
    """The code of what has happened to an imported lead since, "" if nothing has."""
    turn = ImportTurn.objects.filter(row=row).values_list("done_at", flat=True).first()
    since = max(row.written_at, turn or row.written_at)
    events = Event.objects.filter(file=lead.ref, at__gt=since).exclude(name__in=_HARMLESS)
    name = events.order_by("at", "pk").values_list("name", flat=True).first()
    if name is None:
        return ""
    kinds = {"follow_up": "followed", "lead.accepted": "accepted", "lead.claimed": "accepted"}
    kinds |= {"lead.qualified": "cleaned", "lead.edited": "edited", "lead.completed": "edited"}
    return kinds.get(name) or kinds.get(name.partition(".")[0]) or "worked_on"


def _tell(lead_import: LeadImport, at: datetime) -> None:
    values = {"undone": lead_import.undone, "kept": lead_import.kept}
    page = reverse("leads:import_detail", args=[lead_import.pk])
    people = {lead_import.by_id, lead_import.undone_by_id}
    key = f"import.{lead_import.pk}.undone"
    tell([Telling(person_id=one, key=key, kind="import.undone", values=values, url=page) for one in people], at=at)
