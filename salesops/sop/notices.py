"""The sentences in which people are told of deadlines."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from salesops.notices.kinds import Kind, register

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
