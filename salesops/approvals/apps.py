from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class ApprovalsConfig(AppConfig):
    name = "salesops.approvals"
    verbose_name = _("approvals")

    def ready(self):
        # Each app registers what it has approved in its own approvals.py.
        autodiscover_modules("approvals")
