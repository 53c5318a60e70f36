import datetime
import re
import sys

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.i18n import set_language as django_set_language

from salesops.encryption import decrypt, encrypt
from salesops.people.actions import end_tour, set_language

from . import drafts, health
from . import search as finding
from .forms import one_time
from .forms.components import SampleForm
from .forms.once import FIELD
from .menu import entries_for
from .tour import steps_for


def home(request):
    """The first entry of the person's menu, which is what their day begins with; before all else, the tour."""
    if request.user.toured_at is None and (steps := steps_for(request.user)):
        return HttpResponseRedirect(steps[0].address(1))
    first = next((entry for entry in entries_for(request.user) if not entry.url.startswith("admin:")), None)
    return HttpResponseRedirect(reverse(first.url)) if first else render(request, "web/home.html")


def profile(request):
    """One's own page: who one is here, language, password, second factor, sessions, and on a phone the whole menu."""
    return render(request, "web/profile.html")


@one_time
@require_POST
def tour(request):
    """Ends the tour, at its last step or before."""
    end_tour(request.user, at=request.now)
    return HttpResponseRedirect(reverse("web:home"))


@require_GET
def components(request):
    """Every part of the pages in every state: what templates are put together from, kept true by tests."""
    now = request.now
    spans = {"past": -35, "soon": 80, "today": 300, "later": 3 * 24 * 60}
    times = {name: now + datetime.timedelta(minutes=minutes) for name, minutes in spans.items()}
    forms = {"form": SampleForm(auto_id="ok_%s"), "wrong": SampleForm({"grade": "B"}, auto_id="wrong_%s")}
    return render(request, "web/components.html", forms | {"at": times})


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


@require_http_methods(["GET", "POST"])
@never_cache
def draft(request):
    """Keeps what is being typed. A GET gives a new CSRF token to a page that outlived its session.

    204: no such form, or it has been sent. 409: somebody else is signed in by now. 413: too long.
    """
    if request.method == "GET":
        return JsonResponse({"token": get_token(request)})
    if request.headers.get("Draft-Of", "") not in ("", str(request.user.pk)):
        return HttpResponse(status=409)
    try:
        kept = drafts.keep(request.user, request.POST, at=request.now)
    except drafts.TooLong:
        return HttpResponse(status=413)
    return JsonResponse({"saved": f"{timezone.localtime(kept.saved_at):%H:%M}"}) if kept else HttpResponse(status=204)


@require_POST
def draft_removal(request):
    """Discards a draft and shows the form again without it."""
    drafts.forget(request.user, request.POST.get(drafts.FIELD, ""))
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    came_from = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(came_from if ours else reverse("web:home"))


@require_http_methods(["GET", "POST"])
def search(request):
    """Finds records by a part of a name, or by a number. The words stand in the session, never in an address."""
    if request.method == "POST":
        words = " ".join(request.POST.get("words", "").split())[: finding.LONGEST]
        request.session["searched"] = encrypt(words) if words else ""
        return HttpResponseRedirect(reverse("web:search"))
    words = _searched(request.session.get("searched", ""))
    short = len(words) < finding.SHORTEST
    groups = [] if short else finding.search(request.user, words)
    return render(request, "web/search.html", {"words": words, "short": short, "groups": groups, "most": finding.MOST})


def _searched(kept: str) -> str:
    try:
        return decrypt(kept) if kept else ""
    except InvalidToken:  # its key has been taken away since
        return ""


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
    """500; or, while the database is away, 503 with when to come back.

    What was typed into a form of ours comes back on the page, with a button that sends it again: browsers do not keep
    it, because signed-in pages are not stored. Its one-time token makes sure that it has one effect.
    """
    error = sys.exc_info()[1]
    if isinstance(error, OperationalError | InterfaceError):
        return _bare(request, "503.html", status=503, headers={"Retry-After": "60"})
    return _bare(request, "500.html", status=500)


def _bare(request, template, *, status, headers=None):
    # No request in the context: its processors would ask the database that has just failed.
    response = render(None, template, {"sent": _sent(request)}, status=status)
    for name, value in (headers or {}).items():
        response[name] = value
    response["Cache-Control"] = "no-store"
    return response


def _sent(request) -> dict | None:
    """What a form of ours has sent; sign-in forms, which hold secrets, carry no one-time token and are left out."""
    if request.method != "POST" or FIELD not in request.POST:
        return None
    pairs = [(name, value) for name, values in request.POST.lists() for value in values]
    hidden = {FIELD, drafts.FIELD, "csrfmiddlewaretoken", "draft_saved", "seen", "asked", "back", "next"}
    saved = request.POST.get("draft_saved", "")
    return {
        "to": request.get_full_path(),
        "pairs": pairs,
        # Words, not the values of choices: those are codes and numbers.
        "texts": [value for name, value in pairs if name not in hidden and (" " in value or not value.isascii())],
        "draft_at": saved if re.fullmatch(r"\d\d:\d\d", saved) else "",
    }
