from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class Site(admin.AdminSite):
    site_title = _("SalesOps administration")
    site_header = _("SalesOps administration")
    index_title = _("People, calendar and settings")
    enable_nav_sidebar = True

    def login(self, request, extra_context=None):
        """No second password door beside the second factor; whoever is signed in without the right is told so."""
        if request.user.is_authenticated:
            return self.refuse(request)
        return redirect_to_login(request.get_full_path(), reverse("account_login"), "next")

    def refuse(self, request):
        from_page = request.GET.get("next", "")
        return HttpResponseRedirect(reverse("web:home") if not from_page else reverse("web:refused"))

    def logout(self, request, extra_context=None):
        return HttpResponseRedirect(reverse("account_logout"))

    def password_change(self, request, extra_context=None):
        return HttpResponseRedirect(reverse("account_change_password"))
