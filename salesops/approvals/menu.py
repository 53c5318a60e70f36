from django.utils.translation import gettext_lazy as _

from salesops.people.models import HEADS, Role
from salesops.web.menu import Entry, register

# Whoever stands in for one of them is told by a message that leads there.
ASKED = (*HEADS, Role.DEPARTMENT_HEAD, Role.DEPARTMENT_MEMBER, Role.SO, Role.ADMIN)

register(Entry("approvals:inbox", _("Approvals"), "clipboard-check", order=74, roles=ASKED))
