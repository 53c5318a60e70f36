import sys

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import InterfaceError, OperationalError
from django.http import HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from django.views.i18n import set_language as django_set_language

from salesops.people.actions import set_language

from . import health
from .forms import one_time
from .menu import entries_for


def home(request):
    """The first entry of the person's menu, which is what their day begins with."""
    first = next((entry for entry in entries_for(request.user) if not entry.url.startswith("admin:")), None)
    return HttpResponseRedirect(reverse(first.url)) if first else render(request, "web/home.html")


def profile(request):
    """One's own page: who one is here, language, password, second factor, sessions, and on a phone the whole menu."""
    return render(request, "web/profile.html")


@one_time
@require_POST
def shortcuts(request):
    """Switches the keyboard shortcuts on or off in this browser (WCAG 2.1.4)."""
    response = HttpResponseRedirect(reverse("web:profile"))
    if request.POST.get("shortcuts") == "off":
        kept = {"secure": settings.HTTPS, "httponly": True, "samesite": "Lax"}
        response.set_cookie("shortcuts", "off", max_age=365 * 24 * 3600, **kept)
    else:
        response.delete_cookie("shortcuts")
    return response


@login_not_required
@require_POST
def language(request):
    """Switches the language of the pages; a signed-in person's messages follow."""
    if request.user.is_authenticated:
        try:
            set_language(request.user, request.POST.get("language", ""))
        except ValidationError:
            return HttpResponseRedirect(reverse("web:home"))
    return django_set_language(request)


def refused(request):
    """For the admin site, which sends whoever may not enter it to a sign-in page that does not exist here."""
    raise PermissionDenied


@login_not_required
@never_cache
def healthz(request):
    """JSON for monitoring: 200 while everything works, 503 when enforcement or delivery has stopped."""
    try:
        found = health.facts(request.now)
    except (OperationalError, InterfaceError):
        return JsonResponse({"ok": False, "database": {"ok": False}}, status=503)
    ok = all(fact.ok for fact in found if fact.vital)
    body = {fact.name: {"ok": fact.ok, "value": fact.value} for fact in found}
    return JsonResponse({"ok": ok, **body}, status=200 if ok else 503)


def server_error(request):
    """500; or, while the database is away, 503, which says that nothing was saved and when to come back."""
    error = sys.exc_info()[1]
    if isinstance(error, OperationalError | InterfaceError):
        return _bare(request, "503.html", status=503, headers={"Retry-After": "60"})
    return _bare(request, "500.html", status=500)


def _bare(request, template, *, status, headers=None):
    # No request in the context: its processors would ask the database that has just failed.
    response = render(None, template, status=status)
    for name, value in (headers or {}).items():
        response[name] = value
    return response
