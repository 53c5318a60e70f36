from django.utils.translation import gettext_lazy as _

from leads.policy import SALES
from salesops.web.menu import Entry, register

register(Entry("meetings:targets", _("Targets"), "bullseye", order=71, roles=SALES))
register(Entry("meetings:tasks", _("Tasks"), "list-check", order=40, key="t"))
