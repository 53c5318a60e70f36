from django.utils.translation import gettext_lazy as _

from salesops.web.menu import Entry, register

register(Entry("meetings:tasks", _("Tasks"), "list-check", order=40, key="t"))
