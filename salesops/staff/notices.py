"""The sentences in which people are told of leave."""

from django.utils.translation import gettext_lazy as _

from salesops.notices.kinds import Kind, register

register(
    Kind("leave.asked", title=_("%(person)s asks for leave: %(since)s – %(until)s"), action_label=_("Decide")),
    Kind("leave.approved", title=_("%(by)s has approved your leave: %(since)s – %(until)s")),
    Kind("leave.refused", title=_("%(by)s has refused your leave: %(since)s – %(until)s")),
    Kind("leave.stand_in", title=_("You stand in for %(person)s: %(since)s – %(until)s")),
)
