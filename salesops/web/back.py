"""Where a form that stands on several pages goes on."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme


def back(request: HttpRequest) -> str:
    """The page to go on with, if it is one of ours; "" if none was named."""
    named = request.POST.get("back") or request.GET.get("back", "")
    return named if url_has_allowed_host_and_scheme(named, allowed_hosts=None) else ""


def go(request: HttpRequest, url: str) -> HttpResponse:
    """Goes on to `url`, also out of a fragment that htmx has put into a page."""
    return HttpResponse(status=204, headers={"HX-Redirect": url}) if request.htmx else redirect(url)
