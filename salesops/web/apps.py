from django.apps import AppConfig
from django.contrib.admin import apps as admin
from django.forms import Field
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy


class WebConfig(AppConfig):
    default = True
    name = "salesops.web"

    def ready(self):
        # Django's own sentence reads, in Chinese, like a message of a compiler.
        Field.default_error_messages["required"] = gettext_lazy("Please fill this in.")
        autodiscover_modules("menu", "health", "banners", "checks", "search", "tour")


class SiteConfig(admin.AdminConfig):
    """Django's admin with one sign-in door: the product's own."""

    default = False
    default_site = "salesops.web.site.Site"
