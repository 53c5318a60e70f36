"""The sentences in which people are told of leave, and its place on the day of whoever decides."""

from django.utils.translation import gettext_lazy as _

from salesops.notices.kinds import Kind, register
from salesops.sop import my_day

register(
    Kind("leave.asked", title=_("%(person)s asks for leave: %(since)s – %(until)s"), action_label=_("Decide")),
    Kind("leave.approved", title=_("%(by)s has approved your leave: %(since)s – %(until)s")),
    Kind("leave.refused", title=_("%(by)s has refused your leave: %(since)s – %(until)s")),
    Kind("leave.stand_in", title=_("You stand in for %(person)s: %(since)s – %(until)s")),
)
my_day.register(asks={"leave.asked": (_("Leave to decide"), "people:leave")})
