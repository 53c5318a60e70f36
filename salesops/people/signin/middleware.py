import time

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

# Where somebody without a second factor may still go.
OPEN_TO_ALL = {
    "account_login",
    "account_logout",
    "account_inactive",
    "account_reauthenticate",
    "mfa_activate_totp",
    "web:healthz",
    "web:language",
}
# A page renews the session's end at most this often, so that reading costs no write per request.
RENEW_SECONDS = 300


class SessionLimitMiddleware:
    """Ends a session SESSION_LIMIT after sign-in; SESSION_COOKIE_AGE without a page ends it by itself."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        now = int(time.time())  # the same clock as the ends of Django's own sessions
        if request.user.is_authenticated:
            if now - request.session.get("began", now) > settings.SESSION_LIMIT.total_seconds():
                logout(request)
            elif now - request.session.get("renewed", 0) > RENEW_SECONDS:
                request.session["renewed"] = now
        response = self.get_response(request)
        # After the answer, so that the request that signs in begins the session.
        if request.user.is_authenticated and "began" not in request.session:
            request.session["began"] = now
        return response


class SecondFactorMiddleware:
    """While SECOND_FACTOR_REQUIRED, sends a signed-in person without a second factor to set it up first."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if (
            not settings.SECOND_FACTOR_REQUIRED
            or not request.user.is_authenticated
            or request.resolver_match.view_name in OPEN_TO_ALL
            or self._has_factor(request)
        ):
            return None
        url = reverse("mfa_activate_totp")
        return HttpResponse(headers={"HX-Redirect": url}) if request.htmx else HttpResponseRedirect(url)

    def _has_factor(self, request):
        # Kept in the session: whoever removes a factor ends the person's sessions (actions.remove_second_factor).
        if not request.session.get("second_factor") and is_mfa_enabled(request.user):
            request.session["second_factor"] = True
        return request.session.get("second_factor", False)
