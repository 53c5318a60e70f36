from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction

from leads.models import Lead, Status
from salesops.events.recording import record
from salesops.people.models import User

from .editing import as_text, edit
from .refusing import locked

# By the names in NewLead: the record and its field. The first three are never blank, and so never filled in.
_FIELDS = {
    "company": ("customer", "name"),
    "source": ("lead", "source"),
    "stage": ("lead", "stage"),
    "industry": ("customer", "industry"),
    "region": ("customer", "region"),
    "size": ("customer", "size"),
    "contact": ("contact", "name"),
    "title": ("contact", "title"),
    "email": ("contact", "email"),
    "wechat": ("contact", "wechat"),
    "product": ("lead", "product"),
    "need": ("lead", "need"),
    "budget": ("lead", "budget"),
    "grade": ("lead", "grade"),
    "next_contact_on": ("lead", "next_contact_on"),
}
_BLANK = ("", None)
# What a file may overwrite, with the name under which people edit it. Grade, stage and next date belong to the SOP, and
# a company under another name is decided by sales operations.
_EDITED = {
    "industry": "industry",
    "region": "region",
    "size": "size",
    "contact": "name",
    "title": "title",
    "email": "email",
    "wechat": "wechat",
    "source": "source",
    "product": "product",
    "need": "need",
    "budget": "budget",
}


def on_file(lead: Lead) -> dict[str, object]:
    """What is known of a lead, by the names in NewLead; None or "" where nothing is."""
    parts = _parts(lead)
    return {name: getattr(parts[part], field, "") for name, (part, field) in _FIELDS.items()}


def _parts(lead: Lead) -> dict:
    return {"lead": lead, "customer": lead.customer, "contact": lead.contact}


def _reachable(lead: Lead, names: Iterable[str]) -> list[str]:
    """Those of the names that the lead has a record for: it may have no contact."""
    return [name for name in names if _FIELDS[name][0] != "contact" or lead.contact_id]


def blank_on(lead: Lead, values: Mapping[str, object]) -> list[str]:
    """The names in `values` that say something where the lead says nothing.

    A grade only while the lead waits to be cleaned: later it is the owner's word, with a reason.
    """
    return _reachable(lead, blank_in(on_file(lead), values, cleaning=lead.status == Status.CLEANING))


def blank_in(known: Mapping[str, object], values: Mapping[str, object], *, cleaning: bool) -> list[str]:
    """The names in `values` that say something where `known` says nothing."""
    return [
        name
        for name, value in values.items()
        if value not in _BLANK and known.get(name) in _BLANK and (name != "grade" or cleaning)
    ]


@transaction.atomic
def complete(lead: Lead, values: Mapping[str, object], *, by: User, at: datetime) -> list[str]:
    """Fills in what is blank on a known lead; what stands there is never overwritten. Returns the names filled in."""
    lead = locked(lead, at)
    filled = blank_on(lead, values)
    if not filled:
        return []
    _write(lead, {name: values[name] for name in filled}, "lead.completed", by=by, at=at)
    return filled


def differing_fields(lead: Lead, values: Mapping[str, object]) -> list[str]:
    """The names in `values` that say something else than the lead, among those that a file may overwrite."""
    return _reachable(lead, differing_in(on_file(lead), values))


def differing_in(known: Mapping[str, object], values: Mapping[str, object]) -> list[str]:
    """The names, among those that a file may overwrite, of which both say something and not the same."""
    return [
        name
        for name in _EDITED
        if values.get(name) not in _BLANK and known.get(name) not in _BLANK and known[name] != values[name]
    ]


def overwrite(lead: Lead, values: Mapping[str, object], *, by: User, at: datetime) -> list[str]:
    """Edits each field as its editor would, so that the change is on the lead's story; returns the names changed."""
    return [
        name
        for name, value in values.items()
        if edit(
            lead,
            field=_EDITED[name],
            value=value,
            contact=lead.contact if _FIELDS[name][0] == "contact" else None,
            by=by,
            at=at,
        )
    ]


@transaction.atomic
def put_back(lead: Lead, changes: list[list[str]], *, by: User, at: datetime) -> bool:
    """Sets fields back to what stood there before an import; False, and nothing done, if any was changed since.

    `changes` are name, text before and text after, as `as_text` gives them.
    """
    lead = locked(lead, at)
    parts, now, values = _parts(lead), on_file(lead), {}
    if any(as_text(now[name]) != after for name, _before, after in changes):
        return False
    for name, before, _after in changes:
        part, field = _FIELDS[name]
        kind = parts[part]._meta.get_field(field)
        values[name] = kind.to_python(before) if before else kind.get_default()
    _write(lead, values, "lead.restored", by=by, at=at)
    return True


def _write(lead: Lead, values: Mapping[str, object], event: str, *, by: User, at: datetime) -> None:
    """Sets fields of a locked lead and its records, and records the event that names them."""
    parts = _parts(lead)
    for name, value in values.items():
        part, field = _FIELDS[name]
        setattr(parts[part], field, value)
    for part in sorted({_FIELDS[name][0] for name in values}):
        parts[part].save()
    refs = {"lead": lead.pk, "customer": lead.customer_id}
    record(event, at=at, by=by, refs=refs, data={"fields": sorted(values)}, file=lead.ref)
