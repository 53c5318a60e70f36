"""The sentences in which people are told of approvals."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from salesops.notices.kinds import Kind, register

from .kinds import find


def _words(values: Mapping) -> dict:
    return {**values, "what": str(find(str(values["kind"])).title)}


register(
    Kind(
        "approval.asked",
        title=_("%(person)s asks for your approval: %(what)s %(title)s"),
        action_label=_("Decide"),
        words=_words,
    ),
    Kind("approval.approved", title=_("%(person)s has approved: %(what)s %(title)s"), words=_words),
    Kind(
        "approval.refused",
        title=_("%(person)s has refused: %(what)s %(title)s"),
        action_label=_("Read why"),
        words=_words,
    ),
)
