"""The one API object, to which the rooms add their routers, and what stands around every call of it."""

import logging
import traceback
from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext_noop
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from salesops.web.limits import LimitReached

from .bodies import BodyParser
from .keys import log_refusal
from .problems import Problem
from .validation import call_errors

logger = logging.getLogger(__name__)

api = NinjaAPI(
    title="SalesOps",
    version="1",
    description=gettext_noop("Bring leads in, read them, follow them up, and see what is owed on them."),
    docs_url=None,
    openapi_url=None,
    parser=BodyParser(),
    servers=[{"url": settings.BASE_URL}],
)


@api.exception_handler(Exception)
def _no_answer_of_its_own(request, error):
    """Ninja would answer errors in a shape of its own: `guarded` turns them all into problems."""
    raise error


for _kind in (Http404, HttpError, ValidationError):
    api.add_exception_handler(_kind, _no_answer_of_its_own)


def guarded(view: Callable) -> Callable:
    """A view of the API as Django calls it: open without a session, and whatever happens answered as JSON."""

    @wraps(view)
    def answer(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        with translation.override(translation.get_language()), timezone.override(None):
            try:
                response = _by_method(view, request, *args, **kwargs)
            except Exception as error:
                response = _problem(error).response()
            if response.status_code in (401, 403, 404, 429):
                log_refusal(request, response.status_code)
        response["Cache-Control"] = "no-store"
        return response

    answer.csrf_exempt = True  # no cookie opens anything here
    answer.login_required = False
    return answer


def _by_method(view, request, *args, **kwargs) -> HttpResponse:
    head = request.method == "HEAD"
    if head:
        request.method = "GET"
    response = view(request, *args, **kwargs)
    if response.status_code == 405:
        return _other_method(request, response, head=head)
    if head:
        response["Content-Length"] = len(response.content)
        response.content = b""
    return response


def _other_method(request, response, *, head: bool) -> HttpResponse:
    """OPTIONS tells what an address takes; nothing is said to other websites' scripts (no CORS)."""
    allowed = {*response["Allow"].split(", "), "OPTIONS"}
    allow = ", ".join(sorted(allowed | ({"HEAD"} if "GET" in allowed else set())))
    if request.method == "OPTIONS" and not head:
        return HttpResponse(status=204, headers={"Allow": allow})
    raise Problem("method", headers={"Allow": allow})


def _problem(error: Exception) -> Problem:
    """What a call is told. Of a fault of ours only its kind and place are logged: its text may quote the body."""
    if isinstance(error, HttpError) and isinstance(error.__cause__, Problem):
        return error.__cause__  # ninja wraps what the parser raises
    match error:
        case Problem():
            return error
        case ValidationError():
            return Problem("invalid", errors=call_errors(error.errors))
        case Http404():
            return Problem("not_found")
        case PermissionDenied():
            return Problem("forbidden")
        case LimitReached():
            return Problem("too_many", f"{error} {error.advice}")
        case RequestDataTooBig():
            return Problem("too_large")
        case HttpError(status_code=400):
            return Problem("unreadable")
        case OperationalError() | InterfaceError():
            logger.error("API: %s", type(error).__name__)
            return Problem("unavailable", headers={"Retry-After": "60"})
    logger.error("API: %s\n%s", type(error).__name__, "".join(traceback.format_tb(error.__traceback__)))
    return Problem("internal")
