"""The rows of a lead's story: each source gives its newest in the same shape, and the database merges them.

It is a standing query: Django takes longer to put so many sources together than everything else on the page of a lead.
"""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, F, IntegerField, OuterRef, Q, Subquery, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce, Concat, JSONObject
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from leads.models import Comment, FieldChange, FollowUp, GradeChange, Lead, Promise, Question, Sent
from salesops.documents.models import Upload
from salesops.events.models import Event
from salesops.notices.models import Notice
from salesops.people.models import User
from salesops.sop.models import Deadline, Ending
from salesops.standing import StandingQuery

from .sentences import LOOKED, SENTENCES

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
_ID = re.compile(r"[0-9]{1,18}")
SOURCES = {source for sources in KINDS.values() for source in sources}


@dataclass(frozen=True)
class Row:
    """The common shape; as a cursor without `body`."""

    at: datetime
    source: str
    pk: int
    by: str | None
    body: dict


def newest(lead: Lead, *, kind: str, cursor: str, size: int) -> list[Row]:
    """The newest rows of a kind before `cursor`, at most one more than `size`. One query."""
    before = _decode(cursor)
    rows = _newest(kind if kind in KINDS else "", before.source if before else "", size)
    asked = (lead.pk, lead.ref, before.at, before.pk) if before else (lead.pk, lead.ref)
    return [Row(*row, json.loads(body)) for *row, body in rows(*asked)]


def cursor_of(row: Row) -> str:
    """Where the page after this row begins."""
    return f"{row.at.isoformat()},{row.source},{row.pk}"


def _decode(cursor: str) -> Row | None:
    """Where a page begins; None for a cursor that is none."""
    at, _comma, rest = cursor.partition(",")
    source, _comma, pk = rest.partition(",")
    try:
        instant = parse_datetime(at)
    except ValueError:
        return None
    if not instant or timezone.is_naive(instant) or source not in SOURCES or not _ID.fullmatch(pk):
        return None
    return Row(instant, source, int(pk), None, {})


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
