from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    name = "salesops.notices"
    verbose_name = _("notices")

    def ready(self):
        # Each app says in its own notices.py what it tells people. Ours shuts the channels of leavers.
        autodiscover_modules("notices")
