from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class SopConfig(AppConfig):
    name = "salesops.sop"
    verbose_name = _("SOP")

    def ready(self):
        from salesops.events.recording import listen

        from . import checks  # noqa: F401
        from .engine import applying

        autodiscover_modules("rules", "consequences", "populations")
        listen(before=applying.before, after=applying.after)
