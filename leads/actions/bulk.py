"""One act on many leads: the act of a single lead, one by one, and the way back for what nobody has touched since."""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils.translation import gettext as _

from leads.models import Appointment, Assignment, BulkChange, BulkRow, Lead, Promise, Question, Sent
from salesops.events.models import Event
from salesops.events.recording import record
from salesops.notices.actions import Telling, tell
from salesops.people.models import User
from salesops.sop.engine.context import sharing
from salesops.sop.engine.settling import settle_subjects
from salesops.sop.engine.undoing import undo
from salesops.sop.models import Deadline, Ending

from .customers import MOST_TAGS, locked_customer, set_tags
from .grading import note_grade, regrade
from .owning import own
from .refusing import Refused, locked

_OWED = {"promise": Promise, "question": Question, "sent": Sent}
# What the acts on who holds a lead change on it; the rest of its row is nobody's business here.
_STATE = ("owner_id", "status", "grade", "responded_at", "unanswered", "assigned_at", "pooled_at", "pooled_why")
_STATE += ("qualified_at", "lost_reason", "closed_reason")


@transaction.atomic
def change_many(
    act: str,
    leads: Iterable[Lead],
    do: Callable[[Lead], None],
    *,
    refused: Mapping[int, str],
    by: User,
    at: datetime,
) -> BulkChange:
    """Does `do` to each lead that is not `refused`, in the order given, and remembers what was before.

    A lead on which `do` raises Refused stays as it was, with the reason; everything else is one transaction.
    """
    change = BulkChange.objects.create(act=act, by=by, at=at)
    rows = [BulkRow(change=change, lead=lead, refusal=refused.get(lead.pk, "")[:300]) for lead in leads]
    with sharing(at) as known:
        before = _states_locked({row.lead_id for row in rows if not row.refusal}, at)
        for row in rows:
            if row.refusal:
                continue
            try:
                with transaction.atomic():
                    _do_one(row, do, at)
            except Refused as why:
                row.refusal = str(why)[:300]
                known.forget_frozen()
        done = [row for row in rows if not row.refusal]
        after = states_of(row.lead_id for row in done)
        for row in done:
            row.before, row.after = before[row.lead_id], after[row.lead_id]
        BulkRow.objects.bulk_create(rows)
        record("bulk.made", at=at, by=by, refs={"bulk": change.pk}, data={"act": act, "count": len(done)})
    return change


def _states_locked(ids: Collection[int], at: datetime) -> dict[int, dict]:
    """The leads as they are before anything is done, locked in the order in which everybody locks them."""
    settle_subjects({f"lead:{pk}" for pk in ids}, until=at, at=at)
    leads = Lead.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=ids)
    return states_of([*leads.order_by("pk").values_list("pk", flat=True)])


def _do_one(row: BulkRow, do: Callable[[Lead], None], at: datetime) -> None:
    files = (row.lead.ref, row.lead.customer.ref)
    last = Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    do(row.lead)
    events = Event.objects.filter(file__in=files, at=at, pk__gt=last).order_by("pk")
    row.events = [*events.values_list("pk", flat=True)]


def states_of(ids: Iterable[int]) -> dict[int, dict]:
    """What an act on many leads may change, in plain values: holder and state, tags, and what hangs on the holder.

    One query for all: asked of each lead before and after, it took half of the time.
    """
    talks = Appointment.objects.filter(lead=OuterRef("pk"), state=Appointment.State.PLANNED).order_by("pk")
    running = Assignment.objects.filter(lead=OuterRef("pk"), ended_at=None).values("pk")[:1]
    owed = {f"owed_{kind}": ArraySubquery(_open(model).values(facts=_facts(model))) for kind, model in _OWED.items()}
    rows = Lead.objects.select_related("customer").annotate(
        talks=ArraySubquery(talks.values("pk")), running=Subquery(running), **owed
    )
    return {pk: _state(lead) for pk, lead in rows.in_bulk([*ids]).items()}


def _state(lead: Lead) -> dict:
    return {
        "lead": {name: _plain(getattr(lead, name)) for name in _STATE},
        "customer_owner": lead.customer.owner_id,
        "tags": lead.customer.tags,
        "assignment": lead.running,
        "talks": lead.talks,
        "owed": {
            kind: [[each["pk"], each["owner"], each.get("due_on")] for each in getattr(lead, f"owed_{kind}")]
            for kind in _OWED
        },
    }


def _open(model):
    return model.objects.open().filter(lead=OuterRef("pk")).order_by("pk")


def _facts(model) -> JSONObject:
    return JSONObject(pk="pk", owner="owner", **({"due_on": "due_on"} if model is Promise else {}))


def _plain(value):
    return value.isoformat() if hasattr(value, "isoformat") else value


def change_tag(lead: Lead, *, tag: str, add: bool, by: User, at: datetime) -> None:
    """Puts one tag on the lead's customer, or takes it off; the others stay. Raises Refused."""
    customer = locked_customer(lead.customer, at)
    if refusal := why_not_tag(customer, tag, add=add):
        raise Refused(refusal)
    tags = [*customer.tags, tag] if add else [each for each in customer.tags if each != tag]
    set_tags(customer, tags=tags, by=by, at=at)


def why_not_tag(customer, tag: str, *, add: bool) -> str:
    """Why a tag cannot be put on, or taken off, "" if it can."""
    values = {"company": customer.name, "tag": tag}
    if not add:
        return "" if tag in customer.tags else _("%(company)s has no tag “%(tag)s”.") % values
    if tag in customer.tags:
        return _("%(company)s has the tag “%(tag)s” already.") % values
    full = len(customer.tags) >= MOST_TAGS
    return _("%(company)s has as many tags as there may be.") % values if full else ""


@transaction.atomic
def undo_many(change: BulkChange, *, may: Collection[int], by: User, at: datetime) -> tuple[int, int]:
    """Takes a change of many leads back; returns how many were, and how many stay because of what came since.

    What anybody has changed since is not touched, nor what is not among `may`, the leads on which `by` has the right
    now. Raises Refused after UNDO, the second time, and for somebody else's.
    """
    change = BulkChange.objects.select_for_update().get(pk=change.pk)
    if change.by_id != by.pk or not change.can_undo(at):
        raise Refused(_("This change cannot be undone any more."))
    rows = [*change.rows.filter(refusal="").select_related("lead__customer").order_by("lead_id")]
    back: dict[int, int] = {}  # by person, how many leads come to them or leave them
    for row in rows:
        row.stays = row.lead_id not in may or not _undo_one(row, by, at)
        if not row.stays:
            for person in {row.before["lead"]["owner_id"], row.after["lead"]["owner_id"]} - {None, by.pk}:
                back[person] = back.get(person, 0) + 1
    BulkRow.objects.bulk_update(rows, ["stays"])
    change.undone_at = at
    change.save(update_fields=["undone_at"])
    undone = sum(not row.stays for row in rows)
    record("bulk.undone", at=at, by=by, refs={"bulk": change.pk}, data={"act": change.act, "count": undone})
    _tell(change, back, by, at)
    return undone, len(rows) - undone


def _undo_one(row: BulkRow, by: User, at: datetime) -> bool:
    """Whether one lead could be put back: only where everything is as the change has left it."""
    lead = locked(row.lead, at)
    if states_of([lead.pk])[lead.pk] != row.after or _touched(row, lead):
        return False
    if row.before["tags"] != row.after["tags"]:
        set_tags(lead.customer, tags=row.before["tags"], by=by, at=at)
    elif row.before["lead"]["status"] == row.after["lead"]["status"] and row.change.act == "grade":
        regrade(lead, grade=row.before["lead"]["grade"], reason=_("The change of many was taken back."), by=by, at=at)
    else:
        _put_back(row, lead, by, at)
    return True


def _touched(row: BulkRow, lead: Lead) -> bool:
    """Whether a person has worked on it since, or something that the change began has been missed."""
    files = (lead.customer.ref,) if row.before["tags"] != row.after["tags"] else (lead.ref,)
    later = Event.objects.filter(file__in=files, pk__gt=max(row.events, default=0), by__isnull=False)
    rests = Deadline.objects.filter(opened_by__in=row.events, ending__in=(Ending.MISSED, Ending.WAIVED))
    return later.exists() or rests.exists()


def _put_back(row: BulkRow, lead: Lead, by: User, at: datetime) -> None:
    """Who holds a lead, its state and what hangs on it, as before; what was owed is owed again."""
    before, events = row.before, [*Event.objects.filter(pk__in=row.events).order_by("-pk")]
    kinds = ("appointment:", "promise:", "question:", "sent:", "customer:")
    settle_subjects({event.subject for event in events if event.subject.startswith(kinds)}, until=at, at=at)
    for event in events:
        undo(event, at=at, voided=True)
    regraded = lead.grade if lead.grade != before["lead"]["grade"] else ""
    for name, value in before["lead"].items():
        setattr(lead, name, lead._meta.get_field(name.removesuffix("_id")).to_python(value))
    lead.save(update_fields=[name.removesuffix("_id") for name in before["lead"]])
    lead.assignments.filter(ended_at=None).exclude(pk=before["assignment"]).delete()
    Assignment.objects.filter(pk=before["assignment"]).update(ended_at=None, ended="", ended_reason="")
    own(lead.customer, User.objects.filter(pk=before["customer_owner"]).first(), by=by, at=at)
    Appointment.objects.filter(pk__in=before["talks"]).update(state=Appointment.State.PLANNED)
    for kind, rows in before["owed"].items():
        for pk, owner, due_on in rows:
            dated = {"due_on": due_on} if due_on else {}
            still = {"ended_at": None, "ended_by": None, "dropped": False, "answer": ""}
            _OWED[kind].objects.filter(pk=pk).update(owner=owner, **dated, **still)
    refs = {"lead": lead.pk, "owner": lead.owner_id, "bulk": row.change_id}
    record("lead.put_back", at=at, by=by, refs=refs, file=lead.ref)
    if regraded:
        note_grade(lead, regraded, reason=_("The change of many was taken back."), by=by, at=at)


def _tell(change: BulkChange, people: Mapping[int, int], by: User, at: datetime) -> None:
    page = reverse("leads:list")
    tellings = [
        Telling(
            person_id=person,
            key=f"bulk.{change.pk}",
            kind="bulk.undone",
            values={"person": by.name, "count": count},
            url=page,
        )
        for person, count in people.items()
    ]
    tell(tellings, at=at)
