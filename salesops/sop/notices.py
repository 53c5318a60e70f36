"""The sentences in which people are told of deadlines."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from salesops.notices.kinds import Kind, register

from .registry import registry


def _words(values: Mapping) -> dict:
    rule = registry.get(str(values["rule"]))
    return {
        **values,
        "duty": str(rule.title) if rule else values["rule"],
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
        "deadline.late",
        title=gettext_lazy("Overdue: %(title)s – %(duty)s, owed by %(owner)s, was due %(due_at)s"),
        body=gettext_lazy("Do it now, give a reason, or ask for a waiver."),
        action_label=gettext_lazy("Open"),
        words=_words,
    ),
)
