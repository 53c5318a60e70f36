import time

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

# Where somebody may still go who has steps of signing in before them.
OPEN_TO_ALL = {
    "account_login",
    "account_logout",
    "account_inactive",
    "account_reauthenticate",
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


class FirstStepsMiddleware:
    """Before anything else: a password of one's own, then, while SECOND_FACTOR_REQUIRED, a second factor."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        here = request.resolver_match.view_name
        if not request.user.is_authenticated or here in OPEN_TO_ALL:
            return None
        step = self._next_step(request)
        if not step or step == here:
            return None
        url = reverse(step)
        return HttpResponse(headers={"HX-Redirect": url}) if request.htmx else HttpResponseRedirect(url)

    def _next_step(self, request):
        if request.user.temporary_password:
            return "account_change_password"
        if settings.SECOND_FACTOR_REQUIRED and not self._has_factor(request):
            return "mfa_activate_totp"
        return None

    def _has_factor(self, request):
        # Kept in the session: whoever removes a factor ends the person's sessions (actions.remove_second_factor).
        if not request.session.get("second_factor") and is_mfa_enabled(request.user):
            request.session["second_factor"] = True
        return request.session.get("second_factor", False)
