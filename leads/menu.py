from django.utils.translation import gettext_lazy as _

from salesops.people.models import Role
from salesops.web.menu import Entry, register

register(Entry("leads:import", _("Import"), "upload", order=28, roles=(Role.SO, Role.MANAGER, Role.ADMIN)))
