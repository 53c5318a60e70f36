from django.apps import AppConfig
from django.contrib.admin import apps as admin
from django.utils.module_loading import autodiscover_modules


class WebConfig(AppConfig):
    default = True
    name = "salesops.web"

    def ready(self):
        autodiscover_modules("menu", "health", "banners", "checks", "search", "tour")


class SiteConfig(admin.AdminConfig):
    """Django's admin with one sign-in door: the product's own."""

    default = False
    default_site = "salesops.web.site.Site"
