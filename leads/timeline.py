"""A lead's story, newest first: what was done, said, owed and missed, from the same events that the rules read."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leads.models import Assignment, FollowUp, Lead, Territory
from salesops.events.models import Event
from salesops.people.models import User
from salesops.sop.models import Deadline, Ending
from salesops.sop.registry import registry

MOST = 50


@dataclass
class Entry:
    """One line of the story. `follow_up` brings its own text."""

    at: datetime
    icon: str
    text: str
    by: str = ""
    tone: str = ""
    follow_up: FollowUp | None = None
    deadline: Deadline | None = None


# Event name: icon, sentence. What is not listed is not part of the story.
SENTENCES = {
    "lead.arrived": ("inbox", gettext_lazy("The lead came in")),
    "lead.qualified": ("droplet", gettext_lazy("Cleaned and graded %(grade)s")),
    "lead.assigned": ("signpost", gettext_lazy("Assigned to %(owner)s")),
    "lead.accepted": ("check2", gettext_lazy("%(owner)s accepted it")),
    "lead.declined": ("x-circle", gettext_lazy("%(owner)s declined it")),
    "lead.taken_back": ("arrow-counterclockwise", gettext_lazy("Taken back from %(owner)s: not accepted in time")),
    "lead.claimed": ("hand-thumbs-up", gettext_lazy("Claimed by %(owner)s")),
    "lead.kept": ("person-plus", gettext_lazy("Entered by %(owner)s, who follows it up")),
    "collaboration.asked": ("people", gettext_lazy("%(owner)s asks to work along")),
    "collaboration.agreed": ("people", gettext_lazy("%(owner)s works along")),
    "lead.pooled": ("people", gettext_lazy("Into the lead pool")),
    "lead.nurtured": ("sunrise", gettext_lazy("Into the nurture pool")),
    "lead.graded": ("flag", gettext_lazy("Grade changed from %(before)s to %(grade)s")),
    "lead.closed": ("lock", gettext_lazy("Closed")),
    "lead.taken_over": ("box-arrow-right", gettext_lazy("Taken over by %(owner)s")),
    "lead.completed": ("upload", gettext_lazy("An imported file filled in what was blank")),
    "follow_up.logged": ("chat-dots", ""),
    "minutes.attached": ("paperclip", gettext_lazy("Detailed minutes attached")),
    "appointment.planned": ("calendar-check", gettext_lazy("Appointment planned")),
    "appointment.moved": ("calendar-check", gettext_lazy("Appointment moved")),
    "appointment.cancelled": ("calendar3", gettext_lazy("Appointment cancelled")),
}


def story(lead: Lead) -> list[Entry]:
    """The newest entries of a lead: events, comments, changes of grade, and deadlines that ended. Five queries."""
    events = list(
        Event.objects.filter(file=lead.ref, name__in=SENTENCES).select_related("by").order_by("-at", "-id")[:MOST]
    )
    follow_ups = {row.pk: row for row in lead.follow_ups.select_related("by")[:MOST]}
    owners = _names(events)
    entries = [entry for event in events if (entry := _entry(event, owners, follow_ups))]
    entries += [
        Entry(row.at, "chat-square-quote", row.text, row.by.name) for row in lead.comments.select_related("by")[:MOST]
    ]
    entries += _ended(lead)
    return sorted(entries, key=lambda entry: entry.at, reverse=True)[:MOST]


def _names(events: Iterable[Event]) -> dict[int, str]:
    ids = {event.refs["owner"] for event in events if "owner" in event.refs}
    return dict(User.objects.filter(pk__in=ids).values_list("pk", "name"))


def _entry(event: Event, owners: dict[int, str], follow_ups: dict[int, FollowUp]) -> Entry | None:
    icon, sentence = SENTENCES[event.name]
    by = event.by.name if event.by else ""
    if event.name == "follow_up.logged":
        follow_up = follow_ups.get(event.refs["follow_up"])
        return Entry(event.at, icon, "", by, follow_up=follow_up) if follow_up else None
    values = {"owner": owners.get(event.refs.get("owner"), "–"), "grade": "", "before": ""} | event.data
    tone = "late" if event.name == "lead.taken_back" else ""
    return Entry(event.at, icon, str(sentence) % values, by, tone)


def _ended(lead: Lead) -> Iterable[Entry]:
    """Deadlines that ended late or missed: what was owed is part of the story."""
    rows = Deadline.objects.filter(file=lead.ref, ending__in=[Ending.MISSED, Ending.MET, Ending.WAIVED])
    for row in rows.select_related("owner").order_by("-due_at")[:MOST]:
        rule = registry.get(row.rule)
        if rule is None or not row.is_late(row.ended_at):
            continue
        name = row.owner.name if row.owner else ""
        said = _("%(duty)s: met late") if row.ending == Ending.MET else _("%(duty)s: %(ending)s")
        text = said % {"duty": rule.title, "ending": row.get_ending_display()}
        yield Entry(row.ended_at, "clock-history", text, name, "late", deadline=row)


def why(assignment: Assignment | None) -> list[str]:
    """Why the present owner got the lead, in sentences."""
    if assignment is None:
        return []
    if assignment.how != Assignment.How.ROUTED:
        return [str(assignment.get_how_display())]
    reasons = assignment.reasons
    territory = Territory.objects.filter(pk=reasons.get("territory")).first()
    people = dict(
        User.objects.filter(pk__in=[each["person"] for each in reasons["candidates"]]).values_list("pk", "name")
    )
    sentences = [_("Territory %(name)s matched.") % {"name": territory.name if territory else "–"}]
    for each in reasons["candidates"]:
        values = {"person": people.get(each["person"], "–"), **each}
        if each["why_not"]:
            sentences.append(_("%(person)s: %(why)s") % {**values, "why": WHY_NOT[each["why_not"]]})
        else:
            sentences.append(_("%(person)s: on time %(rate)s %%, %(load)s of %(capacity)s leads") % values)
    return sentences


WHY_NOT = {
    "left": gettext_lazy("has left"),
    "let_go": gettext_lazy("let this lead go before"),
    "on_leave": gettext_lazy("is on leave"),
    "full": gettext_lazy("has no capacity left"),
}
