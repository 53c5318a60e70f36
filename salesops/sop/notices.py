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
        body=gettext_lazy("Do it now, give a reason, or ask for a waiver."),
        action_label=gettext_lazy("Open"),
        words=_words,
    ),
)
