"""The sentences in which people are told of leave, and its place on the day of whoever decides."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from salesops.notices.kinds import Kind, register
from salesops.sop import my_day
from salesops.web.templatetags.shell import days


def _days(values: Mapping) -> dict:
    span = (datetime.fromisoformat(str(values[name])) for name in ("since", "until"))
    return {**values, "days": days(*span)}


register(
    Kind("leave.asked", title=_("%(person)s asks for leave: %(days)s"), action_label=_("Decide"), words=_days),
    Kind("leave.approved", title=_("%(by)s has approved your leave: %(days)s"), words=_days),
    Kind("leave.refused", title=_("%(by)s has refused your leave: %(days)s"), words=_days),
    Kind("leave.stand_in", title=_("You stand in for %(person)s: %(days)s"), words=_days),
)
my_day.register(asks={"leave.asked": (_("Leave to decide"), "people:leave")})
