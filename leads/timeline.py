"""A lead's story, newest first: what was done, said, owed and changed, from the same rows that the rules read.

One query whatever there is: each source gives its newest rows in the same shape, and the database merges them. It is
a standing query: Django takes longer to put twelve sources together than everything else on the page of a lead.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, F, IntegerField, OuterRef, Q, Subquery, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce, Concat, JSONObject
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from leads.models import (
    Assignment,
    Comment,
    FieldChange,
    FollowUp,
    GradeChange,
    Intent,
    Lead,
    Loss,
    Promise,
    Question,
    Sent,
    Stage,
    Territory,
    Way,
)
from leads.wording import field_label, field_value
from salesops.documents.models import Upload
from salesops.encryption import decrypt
from salesops.events.models import Event
from salesops.notices.models import Notice
from salesops.notices.wording import words
from salesops.people.models import User
from salesops.sop.models import Deadline, Ending
from salesops.sop.registry import registry
from salesops.standing import StandingQuery

SIZE = 30


@dataclass
class Entry:
    """One line of the story. `said` brings the words of a follow-up or comment, `deadline` the id of a duty."""

    at: datetime
    source: str
    pk: int
    icon: str
    text: str
    by: str = ""
    tone: str = ""
    said: str = ""
    detail: dict | None = None
    deadline: int | None = None
    upload: int | None = None
    files: list[dict] = field(default_factory=list)


@dataclass
class Story:
    """A page of the story; `earlier` is the cursor of the next, "" at the end."""

    entries: list[Entry]
    earlier: str


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
    "lead.closed": ("lock", gettext_lazy("Closed")),
    "lead.taken_over": ("box-arrow-right", gettext_lazy("Taken over by %(owner)s")),
    "lead.completed": ("upload", gettext_lazy("An imported file filled in what was blank")),
    "survey.logged": ("clipboard-check", gettext_lazy("Need survey logged")),
    "lead.restored": ("arrow-counterclockwise", gettext_lazy("An import was undone: its changes were taken back")),
    "lead.moved": ("building", gettext_lazy("Moved with its customer: two were merged, or a merge was undone")),
    "minutes.attached": ("paperclip", gettext_lazy("Detailed minutes attached")),
    "promise.dropped": ("dash-circle", gettext_lazy("A promise was dropped")),
    "promise.moved": ("calendar3", gettext_lazy("A promise was moved to %(promised_at)s")),
    "needs.prepared": ("list-check", gettext_lazy("Needs talk prepared")),
    "needs.reported": ("send", gettext_lazy("Needs report sent, version %(version)s")),
    "needs.confirmed": ("check-circle", gettext_lazy("The customer confirmed the needs report, version %(version)s")),
    "needs.refused": ("exclamation-circle", gettext_lazy("The customer found the needs report not right")),
    "needs.requested": ("file-earmark-text", gettext_lazy("Needs request filed")),
    "lead.staged": ("arrow-right", gettext_lazy("Moved on to: %(stage)s")),
    "lead.lost": ("emoji-frown", gettext_lazy("Lost: %(reason)s")),
    "visit.prepared": ("list-check", gettext_lazy("Visit prepared")),
    "visit.confirmed": ("check2", gettext_lazy("Visit confirmed")),
    "visit.recorded": ("geo-alt", gettext_lazy("Visit recorded")),
    "appointment.planned": ("calendar-check", gettext_lazy("Appointment planned")),
    "appointment.moved": ("calendar-check", gettext_lazy("Appointment moved")),
    "appointment.cancelled": ("calendar3", gettext_lazy("Appointment cancelled")),
}
LOOKED = {"contact.revealed": ("eye", gettext_lazy("Looked at the contact's number"))}
# The chips above the story: which sources each shows.
KINDS = {
    "": (
        "follow_up",
        "comment",
        "event",
        "grade",
        "field",
        "late",
        "upload",
        "promise",
        "question",
        "sent",
        "kept",
        "answered",
    ),
    "said": ("follow_up", "comment", "upload", "promise", "question", "sent", "kept", "answered"),
    "owed": ("deadline",),
    "told": ("notice",),
    "changed": ("event", "grade", "field", "look"),
}
KIND_LABELS = {
    "": gettext_lazy("All"),
    "said": gettext_lazy("What was said"),
    "owed": gettext_lazy("Duties"),
    "told": gettext_lazy("Messages sent"),
    "changed": gettext_lazy("Changes"),
}


def story(lead: Lead, *, kind: str = "", cursor: str = "", size: int = SIZE) -> Story:
    """The newest entries of a lead before `cursor`: events, talks, comments, changes, duties that ended. One query."""
    before = _decode(cursor)
    newest = _newest(kind if kind in KINDS else "", before.source if before else "", size)
    asked = (lead.pk, lead.ref, before.at, before.pk) if before else (lead.pk, lead.ref)
    found = [Row(*row, json.loads(body)) for *row, body in newest(*asked)]
    last = found[size - 1] if len(found) > size else None
    earlier = f"{last.at.isoformat()},{last.source},{last.pk}" if last else ""
    return Story([_entry(row) for row in found[:size]], earlier)


@dataclass(frozen=True)
class Row:
    """The common shape; as a cursor without `body`."""

    at: datetime
    source: str
    pk: int
    by: str | None
    body: dict


@cache
def _newest(kind: str, before: str, size: int) -> StandingQuery:
    """Asks for the newest rows of a kind by a lead's id and reference; `before` is the source of a cursor, "" for none.

    With a cursor its instant and id are asked for too.
    """

    def rows(lead, ref, at=None, pk=None):
        first, *others = [_arm(source, _sources(lead, ref)[source], before, at, pk, size) for source in KINDS[kind]]
        if not others:
            return first
        return first.union(*others, all=True).order_by("-happened", "-source", "-pk")[: size + 1]

    return StandingQuery(rows)


def _arm(source: str, found: tuple, before: str, instant, pk, size: int):
    """The newest rows of one source before a cursor, in the common shape. At one instant sources go by name."""
    rows, at, by, body = found
    if before:
        older = Q(**{f"{at}__lt": instant})
        if source == before:
            older |= Q(**{at: instant, "pk__lt": pk})
        elif source < before:
            older |= Q(**{at: instant})
        rows = rows.filter(older)
    rows = rows.order_by(f"-{at}", "-pk")[: size + 1]
    shape = {"happened": F(at), "source": Value(source, output_field=CharField()), "who": F(by)}
    return rows.annotate(**shape, body=JSONObject(**body)).values_list("happened", "source", "pk", "who", "body")


FOLLOW_UP = ("way", "reached", "progress", "intent", "note", "need", "minutes", "important", "by")
FOLLOW_UP += ("feedback", "objection", "objection_answer", "next_step")


def _files(kind: str) -> ArraySubquery:
    """The files on each row of a source, as [{"pk", "name"}]."""
    about = Concat(Value(f"{kind}:"), Cast(OuterRef("pk"), CharField()), output_field=CharField())
    return ArraySubquery(
        Upload.objects.filter(about=about).order_by("pk").values(facts=JSONObject(pk="pk", name="name"))
    )


def _sources(lead: int, ref: str) -> dict:
    """By source: the rows, the column of their instant, of the person's name, and what is told of each."""
    person = Subquery(User.objects.filter(pk=OuterRef("owner_pk")).values("name")[:1])
    owner = Cast(KT("refs__owner"), IntegerField())
    ended = Deadline.objects.filter(file=ref, ending__in=[Ending.MISSED, Ending.MET, Ending.WAIVED])
    late = Q(due_at__lt=Coalesce("met_at", "ended_at"))
    told = {"rule": "rule", "ending": "ending", "late": late}
    events = Event.objects.filter(file=ref).annotate(owner_pk=owner, owner=person)
    promises, questions = Promise.objects.filter(lead=lead), Question.objects.filter(lead=lead)
    done = {"text": "text", "answer": "answer"}
    event = ("at", "by__name", {"name": "name", "data": "data", "owner": "owner"})
    return {
        "event": (events.filter(name__in=SENTENCES), *event),
        "look": (events.filter(name__in=LOOKED), *event),
        "follow_up": (
            FollowUp.objects.filter(lead=lead),
            "logged_at",
            "by__name",
            {name: name for name in FOLLOW_UP} | {"files": _files("follow_up")},
        ),
        "comment": (
            Comment.objects.filter(lead=lead),
            "at",
            "by__name",
            {"text": "text", "to": "reply_to__by__name", "on": "follow_up__by__name", "files": _files("comment")},
        ),
        "grade": (
            GradeChange.objects.filter(lead=lead),
            "at",
            "by__name",
            {"before": "before", "grade": "grade", "reason": "reason"},
        ),
        "field": (
            FieldChange.objects.filter(lead=lead, undone_at=None),
            "at",
            "by__name",
            {"field": "field", "before": "before", "after": "after"},
        ),
        "upload": (Upload.objects.filter(file=ref, about=ref), "at", "by__name", {"name": "name"}),
        "promise": (promises, "at", "owner__name", {"text": "text", "due_on": "due_on"}),
        "question": (questions, "at", "owner__name", {"text": "text"}),
        "sent": (Sent.objects.filter(lead=lead), "at", "owner__name", {"text": "text"}),
        "kept": (promises.exclude(ended_at=None).filter(dropped=False), "ended_at", "ended_by__name", done),
        "answered": (questions.exclude(ended_at=None).filter(dropped=False), "ended_at", "ended_by__name", done),
        "late": (ended.filter(late), "ended_at", "owner__name", told),
        "deadline": (ended, "ended_at", "owner__name", told),
        # ~Q says again what the index is for.
        "notice": (
            Notice.objects.filter(~Q(file=""), file=ref),
            "created_at",
            "person__name",
            {"kind": "kind", "values": "values", "team": "team__name"},
        ),
    }


def _entry(row: Row) -> Entry:
    return _WORDED[row.source](row, row.body)


def _event(row: Row, body: dict) -> Entry:
    icon, sentence = (SENTENCES | LOOKED)[body["name"]]
    values = {"grade": "", **body["data"], "owner": body["owner"] or "–"} | _labels(body["data"])
    tone = "late" if body["name"] == "lead.taken_back" else ""
    return Entry(row.at, row.source, row.pk, icon, str(sentence) % values, row.by or "", tone)


def _labels(data: dict) -> dict:
    """The words of codes in an event's values."""
    words = {"stage": lambda code: Stage(int(code)).label, "reason": lambda code: Loss(code).label}
    known = {"stage": set(map(str, Stage.values)), "reason": set(Loss.values)}
    return {name: words[name](data[name]) for name in words if str(data.get(name)) in known[name]}


def _follow_up(row: Row, body: dict) -> Entry:
    if not body["reached"]:
        result = _("no answer")
    elif body["progress"] is None:
        result = _("reached")
    else:
        result = _("reached, progress") if body["progress"] else _("reached, no progress")
    words = [str(Way(body["way"]).label), result]
    if body["intent"]:
        words.append(_("intent %(level)s") % {"level": Intent(body["intent"]).label})
    return Entry(
        row.at,
        row.source,
        row.pk,
        "chat-dots",
        " · ".join(words),
        row.by or "",
        said=body["note"],
        detail=body,
        files=body["files"],
    )


def _comment(row: Row, body: dict) -> Entry:
    about = body["to"] or body["on"]
    text = _("To %(person)s:") % {"person": about} if about else ""
    return Entry(
        row.at, row.source, row.pk, "chat-square-quote", text, row.by or "", said=body["text"], files=body["files"]
    )


def _grade(row: Row, body: dict) -> Entry:
    if body["before"] == body["grade"]:
        text = _("Grade %(grade)s confirmed: %(reason)s") % body
    else:
        text = _("Grade changed from %(before)s to %(grade)s: %(reason)s") % body
    return Entry(row.at, row.source, row.pk, "flag", text, row.by or "")


def _field(row: Row, body: dict) -> Entry:
    name = body["field"]
    before, after = (field_value(name, decrypt(text)) if text else "–" for text in (body["before"], body["after"]))
    text = _("%(field)s: %(before)s → %(after)s") % {"field": field_label(name), "before": before, "after": after}
    return Entry(row.at, row.source, row.pk, "pencil", text, row.by or "")


def _promise(row: Row, body: dict) -> Entry:
    text = _("Promised by %(day)s: %(text)s") % {"day": body["due_on"], "text": body["text"]}
    return Entry(row.at, row.source, row.pk, "flag", text, row.by or "")


def _question(row: Row, body: dict) -> Entry:
    return Entry(row.at, row.source, row.pk, "question-circle", _("Asked: %(text)s") % body, row.by or "")


def _sent(row: Row, body: dict) -> Entry:
    return Entry(row.at, row.source, row.pk, "send", _("Sent: %(text)s") % body, row.by or "")


def _kept(row: Row, body: dict) -> Entry:
    return Entry(row.at, row.source, row.pk, "check2", _("Kept: %(text)s") % body, row.by or "", said=body["answer"])


def _answered(row: Row, body: dict) -> Entry:
    return Entry(
        row.at, row.source, row.pk, "check2", _("Answered: %(text)s") % body, row.by or "", said=body["answer"]
    )


def _upload(row: Row, body: dict) -> Entry:
    return Entry(row.at, row.source, row.pk, "paperclip", body["name"], row.by or "", upload=row.pk)


def _duty(row: Row, body: dict) -> Entry:
    rule = registry.get(body["rule"])
    values = {"duty": rule.title if rule else body["rule"], "ending": Ending(body["ending"]).label}
    if body["ending"] != Ending.MET:
        text = _("%(duty)s: %(ending)s") % values
    elif body["late"]:
        text = _("%(duty)s: met late") % values
    else:
        text = _("%(duty)s: met in time") % values
    icon, tone = ("clock-history", "late") if body["late"] else ("check2", "")
    return Entry(row.at, row.source, row.pk, icon, text, row.by or "", tone, deadline=row.pk)


def _notice(row: Row, body: dict) -> Entry:
    said = words(body["kind"], body["values"], language=get_language(), zone=timezone.get_current_timezone())
    told = row.by or body["team"] or "–"
    return Entry(row.at, row.source, row.pk, "bell", said.title, _("told to %(person)s") % {"person": told})


_WORDED = {
    "notice": _notice,
    "event": _event,
    "look": _event,
    "follow_up": _follow_up,
    "comment": _comment,
    "grade": _grade,
    "field": _field,
    "upload": _upload,
    "promise": _promise,
    "question": _question,
    "sent": _sent,
    "kept": _kept,
    "answered": _answered,
    "late": _duty,
    "deadline": _duty,
}


def _decode(cursor: str) -> Row | None:
    """Where a page begins; None for a cursor that is none."""
    at, _comma, rest = cursor.partition(",")
    source, _comma, pk = rest.partition(",")
    try:
        instant = parse_datetime(at)
    except ValueError:
        return None
    return Row(instant, source, int(pk), None, {}) if instant and source in _WORDED and pk.isdigit() else None


def why(assignment: Assignment | None) -> list[str]:
    """Why the present owner got the lead, in sentences."""
    if assignment is None:
        return []
    if assignment.how != Assignment.How.ROUTED:
        return [str(assignment.get_how_display())]
    reasons = assignment.reasons
    territory = Territory.objects.filter(pk=reasons.get("territory")).first()
    people = names_of([reasons])
    matched = _("Territory %(name)s matched.") % {"name": territory.name if territory else "–"}
    return [matched, *(candidate_words(each, people) for each in reasons["candidates"])]


def names_of(choices: Iterable[dict]) -> dict[int, str]:
    """The names of everybody who was considered, by id. One query."""
    ids = {each["person"] for reasons in choices for each in reasons.get("candidates", ())}
    return dict(User.objects.filter(pk__in=ids).values_list("pk", "name"))


def candidate_words(candidate: dict, people: dict[int, str]) -> str:
    """One who was considered, with the figures that decided or what spoke against them."""
    values = {"person": people.get(candidate["person"], "–"), **candidate}
    if candidate["why_not"]:
        return _("%(person)s: %(why)s") % {**values, "why": WHY_NOT[candidate["why_not"]]}
    return _("%(person)s: on time %(rate)s %%, %(load)s of %(capacity)s leads") % values


WHY_NOT = {
    "left": gettext_lazy("has left"),
    "let_go": gettext_lazy("let this lead go before"),
    "on_leave": gettext_lazy("is on leave"),
    "full": gettext_lazy("has no capacity left"),
}
