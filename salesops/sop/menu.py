from django.utils.translation import gettext_lazy as _

from salesops.people.models import Role
from salesops.web.menu import Entry, register

from .my_day import owed_today
from .views.late import HEADS

register(
    Entry(
        "sop:my_day",
        _("Today"),
        "check2-all",
        order=10,
        bottom=True,
        count=lambda request: owed_today(request.user, request.now),
    ),
    Entry("sop:late", _("Late now"), "alarm", order=15, roles=HEADS),
    Entry(
        "sop:waivers",
        _("Waivers"),
        "shield-lock",
        order=75,
        roles=HEADS,
    ),
    Entry("sop:recomputing", _("Recompute"), "arrow-repeat", order=92, roles=(Role.ADMIN,)),
    Entry("sop:rules", _("The SOP"), "book", order=80),
)
