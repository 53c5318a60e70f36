"""The rows of a lead's story as people read them: one function for each source."""

from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from leads.models import Intent, Loss, Stage, Way
from leads.wording import field_label, field_value
from salesops.encryption import decrypt
from salesops.notices.wording import words
from salesops.sop.models import Ending
from salesops.sop.registry import registry

from .rows import Row
from .sentences import LOOKED, SENTENCES


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


def entry(row: Row) -> Entry:
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
