from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class DocumentsConfig(AppConfig):
    name = "salesops.documents"
    verbose_name = _("Files")

    def ready(self):
        autodiscover_modules("documents")
