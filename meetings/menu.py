from django.utils.translation import gettext_lazy as _

from leads.policy import SALES
from salesops.people.models import HEADS, Role
from salesops.web.menu import Entry, register

register(
    Entry("meetings:my_plan", _("My plan"), "calendar-check", order=40, key="m", roles=(Role.AM,)),
    Entry("meetings:team_plans", _("Team plans"), "kanban", order=41, roles=(*HEADS, Role.ASSISTANT)),
    Entry("meetings:targets", _("Targets"), "bullseye", order=71, roles=SALES),
    Entry("meetings:tasks", _("Tasks"), "list-check", order=42, key="t"),
)
