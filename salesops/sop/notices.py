"""The sentences in which people are told of deadlines."""

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from salesops.notices import inbox
from salesops.notices.kinds import Kind, register
from salesops.notices.models import Notice
from salesops.people.models import User

from . import subjects
from .models import Deadline
from .registry import registry


def _duty(values: Mapping) -> dict:
    rule = registry.get(str(values["rule"]))
    return {**values, "duty": str(rule.title) if rule else values["rule"]}


def _words(values: Mapping) -> dict:
    return {
        **_duty(values),
        "owner": values.get("owner") or _("nobody yet"),
        "due_at": values["due"],
    }


def _late_words(values: Mapping) -> dict:
    """With the way out: to whoever owes it their own, to others what they can do."""
    own, others = (
        _("Do it now, give a reason, or ask for a waiver."),
        _("Ask what is missing; “Late now” reminds them."),
    )
    return {**_words(values), "way_out": own if values.get("mine") else others}


register(
    Kind(
        "deadline.reminder",
        title=gettext_lazy("Due soon: %(title)s – %(duty)s by %(due_at)s"),
        action_label=gettext_lazy("Do it now"),
        words=_words,
    ),
    Kind(
        "deadline.nudged",
        title=gettext_lazy("%(person)s reminds you: %(title)s – %(duty)s"),
        action_label=gettext_lazy("Do it now"),
        words=_duty,
    ),
    Kind(
        "waiver.asked",
        title=gettext_lazy("%(person)s asks to waive: %(title)s – %(duty)s"),
        action_label=gettext_lazy("Decide"),
        words=_duty,
    ),
    Kind("waiver.granted", title=gettext_lazy("%(person)s has waived: %(title)s – %(duty)s"), words=_duty),
    Kind("waiver.refused", title=gettext_lazy("%(person)s has not waived: %(title)s – %(duty)s"), words=_duty),
    Kind(
        "deadline.late",
        title=gettext_lazy("Overdue: %(title)s – %(duty)s, owed by %(owner)s, was due %(due_at)s"),
        body="%(way_out)s",
        action_label=gettext_lazy("Open"),
        words=_late_words,
    ),
)


@inbox.register
def acts(user: User, notices: list[Notice], now: datetime) -> dict[int, inbox.Act]:
    """What meets the duty behind a notice, where its own record offers that. One query, and those of the briefs."""
    ids = {notice.deadline_id for notice in notices} - {None}
    owed = Deadline.objects.open().in_bulk(ids) if ids else {}
    briefs = subjects.briefs({row.file for row in owed.values() if row.file}, user, now)
    found = {}
    for notice in notices:
        row = owed.get(notice.deadline_id)
        rule, brief = (registry.get(row.rule), briefs.get(row.file)) if row else (None, None)
        act = _act(rule.meets.events, brief) if rule and brief else None
        if act:
            found[notice.pk] = act
    return found


@inbox.register_late
def late(now: datetime) -> Exists:
    """The duty behind a notice is overdue."""
    return Exists(Deadline.objects.overdue(now).filter(pk=OuterRef("deadline_id")))


def _act(events: tuple[str, ...], brief: subjects.Brief) -> inbox.Act | None:
    if brief.post_event in events:
        return inbox.Act(brief.post_label, brief.post_url, post=True)
    if brief.act_event in events:
        back = urlencode({"back": reverse("notices:inbox")})
        return inbox.Act(brief.act_label, f"{brief.act_url}?{back}")
    return None
