"""Merging two customers that are one company, and taking that back."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from leads.models import Contact, Customer, FieldChange, KeyContact, KeyMark, Lead, Merge
from leads.models.merge import UNDO
from salesops.events.models import Event
from salesops.events.recording import record
from salesops.people.models import User
from salesops.sop.engine.settling import settle_subjects

from .customers import MOST_TAGS, begin_mark, end_mark
from .owning import own
from .refusing import Refused

# What one chooses between where both say something.
CHOSEN = ("industry", "region", "size")


@transaction.atomic
def merge(kept: Customer, gone: Customer, *, values: Mapping[str, str], reason: str, by: User, at: datetime) -> Merge:
    """Makes `gone` a part of `kept`: its contacts and leads move, with all that is owed on them.

    `values` are those of CHOSEN that hold from now on. The owner of `kept` stays; where it has none, it gets the
    other's. Raises Refused where one of them is merged already.
    """
    kept, gone = _locked_pair(kept, gone, at)
    if kept.pk == gone.pk or kept.merged_into_id or gone.merged_into_id:
        raise Refused(_("One of the two is merged already."))
    moved = {
        "leads": _ids(Lead.objects.filter(customer=gone)),
        "contacts": _ids(Contact.objects.filter(customer=gone)),
        "key_contacts": _ids(KeyContact.objects.filter(customer=gone)),
        "subsidiaries": _ids(Customer.objects.filter(parent=gone).exclude(pk=kept.pk)),
        "duplicates": _ids(Customer.objects.filter(merged_into=gone)),
    }
    _move(moved, to=kept)
    fields = _take_values(kept, gone, values)
    made = Merge.objects.create(kept=kept, gone=gone, by=by, at=at, reason=reason, moved=moved, fields=fields)
    if kept.owner_id is None and gone.owner_id is not None:
        own(kept, gone.owner, by=by, at=at)
        made.fields["owner"] = [None, gone.owner_id]
        made.save(update_fields=["fields"])
    if mark := _take_mark(kept, gone, reason=reason, by=by, at=at):
        made.moved["mark"] = mark
        made.save(update_fields=["moved"])
    gone.merged_into = kept
    gone.save(update_fields=["merged_into"])
    _record("customer.merged", made, moved["leads"], by, at)
    return made


@transaction.atomic
def undo_merge(merge: Merge, *, by: User, at: datetime) -> int:
    """Takes a merge back; returns how many leads stay, because somebody has worked on them since.

    Raises Refused after UNDO, and once the customer that stayed has been merged itself.
    """
    kept, gone = _locked_pair(merge.kept, merge.gone, at)
    merge = Merge.objects.select_for_update(of=("self",)).get(pk=merge.pk)
    if merge.undone_at or at > merge.at + UNDO or gone.merged_into_id != kept.pk:
        raise Refused(_("This merge cannot be undone any more."))
    back = _untouched(merge)
    _move(back, to=gone)
    for name, (before, after) in merge.fields.items():
        if name == "owner":
            if kept.owner_id == after:
                own(kept, None, by=by, at=at)
        elif getattr(kept, name) == after:
            setattr(kept, name, before)
    kept.save(update_fields=[name for name in merge.fields if name != "owner"])
    gone.merged_into = None
    gone.save(update_fields=["merged_into"])
    _give_mark_back(merge, kept, gone, by=by, at=at)
    merge.undone_at, merge.undone_by = at, by
    merge.save(update_fields=["undone_at", "undone_by"])
    _record("customer.unmerged", merge, back["leads"], by, at)
    return len(merge.moved["leads"]) - len(back["leads"])


def _locked_pair(kept: Customer, gone: Customer, at: datetime) -> tuple[Customer, Customer]:
    """Both as they are now, locked after their leads, in the order in which everybody locks them."""
    leads = Lead.objects.filter(customer__in=[kept.pk, gone.pk]).order_by("pk").values_list("pk", flat=True)
    settle_subjects({f"lead:{pk}" for pk in leads}, until=at, at=at)
    settle_subjects({kept.ref, gone.ref}, until=at, at=at)
    rows = Customer.objects.select_for_update(of=("self",), no_key=True).order_by("pk").in_bulk([kept.pk, gone.pk])
    return rows[kept.pk], rows[gone.pk]


def _ids(rows) -> list[int]:
    return [*rows.order_by("pk").values_list("pk", flat=True)]


def _move(moved: Mapping[str, list[int]], *, to: Customer) -> None:
    Lead.objects.filter(pk__in=moved["leads"]).update(customer=to)
    Contact.objects.filter(pk__in=moved["contacts"]).update(customer=to)
    KeyContact.objects.filter(pk__in=moved["key_contacts"]).update(customer=to)
    Customer.objects.filter(pk__in=moved["subsidiaries"]).update(parent=to)
    Customer.objects.filter(pk__in=moved["duplicates"]).update(merged_into=to)


def _take_values(kept: Customer, gone: Customer, values: Mapping[str, str]) -> dict:
    """Sets the chosen values, all tags and the group; returns what was there before, and after."""
    wanted = {name: values[name] for name in CHOSEN if name in values}
    wanted["tags"] = [*dict.fromkeys([*kept.tags, *gone.tags])][:MOST_TAGS]
    if kept.parent_id == gone.pk:
        wanted["parent_id"] = None
    elif kept.parent_id is None and gone.parent_id != kept.pk:
        wanted["parent_id"] = gone.parent_id
    changed = {name: [getattr(kept, name), value] for name, value in wanted.items() if getattr(kept, name) != value}
    for name, (_before, after) in changed.items():
        setattr(kept, name, after)
    kept.save(update_fields=[*changed])
    return changed


def _take_mark(kept: Customer, gone: Customer, *, reason: str, by: User, at: datetime) -> dict | None:
    """A key customer stays one, whichever of the two carried the mark. Returns the ids of the marks that changed."""
    running = KeyMark.objects.filter(customer=gone, until=None).first()
    if running is None:
        return None
    end_mark(running, gone, reason=reason, by=by, at=at)
    if KeyMark.objects.filter(customer=kept, until=None).exists():
        return {"ended": running.pk, "made": None}
    return {"ended": running.pk, "made": begin_mark(kept, reason=reason, by=by, at=at).pk}


def _give_mark_back(merge: Merge, kept: Customer, gone: Customer, *, by: User, at: datetime) -> None:
    """Who was a key customer before the merge is one again, and the mark that the merge made ends."""
    mark = merge.moved.get("mark")
    if not mark:
        return
    if made := KeyMark.objects.filter(pk=mark["made"], until=None).first():
        end_mark(made, kept, reason=merge.reason, by=by, at=at)
    begin_mark(gone, reason=KeyMark.objects.get(pk=mark["ended"]).reason, by=by, at=at)


def _untouched(merge: Merge) -> dict[str, list[int]]:
    """What goes back: what still is where the merge put it, and nobody has worked on since."""
    files = [f"lead:{pk}" for pk in merge.moved["leads"]]
    done = Event.objects.filter(file__in=files, at__gt=merge.at, by__isnull=False)  # the clock does not count as work
    touched = done.values_list("file", flat=True)
    worked_on = {int(file.partition(":")[2]) for file in touched}
    leads = Lead.objects.filter(pk__in=merge.moved["leads"], customer=merge.kept).exclude(pk__in=worked_on)
    back = _ids(leads)
    staying = Lead.objects.filter(customer=merge.kept).exclude(pk__in=back)
    edited = FieldChange.objects.filter(contact__in=merge.moved["contacts"], at__gt=merge.at)
    contacts = Contact.objects.filter(pk__in=merge.moved["contacts"], customer=merge.kept)
    contacts = contacts.exclude(pk__in=staying.exclude(contact=None).values("contact"))
    talks = KeyContact.objects.filter(pk__in=merge.moved["key_contacts"], customer=merge.kept)
    below = Customer.objects.filter(pk__in=merge.moved["subsidiaries"], parent=merge.kept)
    earlier = Customer.objects.filter(pk__in=merge.moved["duplicates"], merged_into=merge.kept)
    return {
        "leads": back,
        "contacts": _ids(contacts.exclude(pk__in=edited.values("contact"))),
        "key_contacts": _ids(talks),
        "subsidiaries": _ids(below),
        "duplicates": _ids(earlier),
    }


def _record(name: str, merge: Merge, leads: list[int], by: User, at: datetime) -> None:
    refs = {"customer": merge.kept_id, "gone": merge.gone_id, "merge": merge.pk}
    record(name, at=at, by=by, refs=refs, file=merge.kept.ref)
    now = merge.gone_id if name == "customer.unmerged" else merge.kept_id
    for lead in leads:
        record("lead.moved", at=at, by=by, refs={"lead": lead, "customer": now}, file=f"lead:{lead}")
