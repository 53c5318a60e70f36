"""What the demo company knows of its customers beside the duties of the day: at the end of its two weeks, once."""

from datetime import datetime, timedelta

from demo import deals, phrases
from leads.actions import (
    add_to_team,
    ask_export,
    edit,
    log_follow_up,
    log_key_contact,
    mark_key,
    note_consent,
    set_parent,
    set_tags,
    use_pieces,
)
from leads.actions.exporting import build_next
from leads.models import Case, Consent, Customer, Grade, Lead, Script, Status, Way
from salesops.approvals.actions import decide
from salesops.approvals.models import Approval
from salesops.people.models import User
from salesops.sop.calendars import calendar_for

TAGGED, COLUMNS = 8, ["customer", "industry", "grade", "stage", "owner", "last_contact"]


def make(people: dict[str, User], *, at: datetime) -> None:
    """Does it at the instant `at` (UTC), by the people whose work it is; what there is no lead for is left out."""
    held = Lead.objects.filter(status=Status.ACTIVE).exclude(responded_at=None).order_by("pk")
    leads = [*held.select_related("customer", "contact", "owner", "owner__team")[:TAGGED]]
    for number, lead in enumerate(leads):
        tags = [phrases.TAGS[number % len(phrases.TAGS)], phrases.TAGS[(3 * number + 1) % len(phrases.TAGS)]]
        set_tags(lead.customer, tags=tags, by=lead.owner, at=at)
    if len(leads) > 2:
        _key_customers(leads[:2], people, at)
        set_parent(leads[2].customer, parent=leads[0].customer, by=people["zhouyang"], at=at)
    if leads:
        _team(leads[0], people, at)
        _with_help(leads[-1], at)
    deals.make(leads[3:5], at=at)
    _nurture(people, at)
    _exports(people, at)


def _key_customers(leads: list[Lead], people: dict[str, User], at: datetime) -> None:
    for lead in leads:
        mark_key(lead.customer, reason=phrases.WHY_KEY, by=people["zhaoqiang"], at=at)
    first = Customer.objects.select_related("owner").get(pk=leads[0].customer_id)
    words = {"feedback": phrases.KEY_FEEDBACK, "needs": phrases.KEY_NEEDS}
    log_key_contact(first, **words, contact=leads[0].contact, by=first.owner or leads[0].owner, at=at)


def _team(lead: Lead, people: dict[str, User], at: datetime) -> None:
    for name, part in phrases.TEAM:
        if people[name].pk not in (lead.owner_id, lead.presales_id):
            add_to_team(lead, person=people[name], reason=part, by=lead.owner, at=at)


def _with_help(lead: Lead, at: datetime) -> None:
    """A talk for which a talk template and a case were at hand."""
    values = {"way": Way.CALL, "reached": True, "progress": True, "note": phrases.WITH_CASE}
    talk = log_follow_up(lead, by=lead.owner, at=at, next_step=phrases.NEXT_STEPS[0], **values)
    pieces = [Script.objects.in_use().order_by("pk").last(), Case.objects.in_use().order_by("pk").first()]
    use_pieces(talk, [piece for piece in pieces if piece], by=lead.owner, at=at)


def _nurture(people: dict[str, User], at: datetime) -> None:
    waiting = Lead.objects.filter(status=Status.NURTURE, grade=Grade.C).exclude(contact=None)
    lead = waiting.select_related("customer", "contact").order_by("pk").first()
    if lead is None:
        return
    by, given_on = people["zhouyang"], calendar_for().local(at).date() - timedelta(days=2)
    edit(lead, field="email", value=phrases.MAIL, contact=lead.contact, by=by, at=at)
    note_consent(lead.contact, how=Consent.How.CALL, given_on=given_on, by=by, at=at)


def _exports(people: dict[str, User], at: datetime) -> None:
    """One that was approved and can be fetched, and one that waits for an approval."""
    by = people["zhouyang"]
    for purpose in phrases.EXPORTS:
        asked = ask_export(purpose=purpose, view="all", query="", columns=COLUMNS, by=by, at=at)
        if purpose == phrases.EXPORTS[0]:
            decide(Approval.objects.get(subject=asked.ref), approve=True, by=people["heping"], at=at)
            build_next(at)
