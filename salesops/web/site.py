from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.db.models.base import ModelBase
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

# Accounts, second factors and sessions are handled by the actions of salesops.people alone; rights follow from posts.
NOT_HERE = {"auth", "account", "mfa", "usersessions"}


class Site(admin.AdminSite):
    site_title = _("SalesOps administration")
    site_header = _("SalesOps administration")
    index_title = _("People, calendar and settings")
    enable_nav_sidebar = False

    def register(self, model_or_iterable, admin_class=None, **options):
        models = [model_or_iterable] if isinstance(model_or_iterable, ModelBase) else model_or_iterable
        wanted = [model for model in models if model._meta.app_label not in NOT_HERE]
        super().register(wanted, admin_class, **options)

    def login(self, request, extra_context=None):
        """No second password door beside the second factor; whoever is signed in without the right is told so."""
        if request.user.is_authenticated:
            return HttpResponseRedirect(reverse("web:refused"))
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"), reverse("account_login"))

    def logout(self, request, extra_context=None):
        return HttpResponseRedirect(reverse("account_logout"))

    def password_change(self, request, extra_context=None):
        return HttpResponseRedirect(reverse("account_change_password"))
