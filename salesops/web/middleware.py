import logging
import zoneinfo

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers

from salesops import clock
from salesops.people.zones import zone_of

from .limits import LimitReached
from .refusals import record_refusal

access = logging.getLogger("salesops.access")


class RequestTimeMiddleware:
    """Reads the clock once per request: `request.now` is the instant at which the request was received."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.now = clock.now()
        return self.get_response(request)


class NoCookiesMiddleware:
    """The API knows no cookies: a session must not open it, so they are gone before anything reads them."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.path_info.startswith("/api/"):
            request.META.pop("HTTP_COOKIE", None)
        return self.get_response(request)


class ViewerMiddleware:
    """Pages speak the signed-in person's language, in the time zone of their team, and are not kept by caches."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not request.user.is_authenticated:
            return self.get_response(request)
        if request.user.language in dict(settings.LANGUAGES):
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language()
        with timezone.override(zoneinfo.ZoneInfo(zone_of(request.user))):
            response = self.get_response(request)
        if not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response


class RefusalLogMiddleware:
    """Logs what was refused to whom (sop.md section 3): ids, roles and the path, never names or phone numbers.

    Each is also an event. Who has reached a limit gets a page that says what to do.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        status = next((status for kind, status in _REFUSALS.items() if isinstance(exception, kind)), None)
        if status and request.user.is_authenticated:
            roles = ",".join(sorted(request.user.roles)) or "-"
            access.warning("%d %s %s user=%d roles=%s", status, request.method, request.path, request.user.pk, roles)
            record_refusal(request, request.user, status)
        return _limit(request, exception) if isinstance(exception, LimitReached) else None


_REFUSALS = {PermissionDenied: 403, Http404: 404, LimitReached: 429}


def _limit(request, reached):
    # htmx puts 422 where the answer was to go, and drops other errors.
    template, status = ("web/_limit.html", 422) if request.htmx else ("web/limit.html", 429)
    return render(request, template, {"message": str(reached), "advice": reached.advice}, status=status)
