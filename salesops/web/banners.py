"""Lines across the top of every page, used sparingly: outages, and what an administrator must not overlook.

Rooms register functions in `<app>/banners.py`, found like admin.py.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.http import HttpRequest


@dataclass(frozen=True)
class Banner:
    text: str
    tone: str = "warning"


_sources: list[Callable[[HttpRequest], Iterable[Banner]]] = []


def source(function: Callable[[HttpRequest], Iterable[Banner]]):
    """Registers a function of the request that yields banners."""
    _sources.append(function)
    return function


def banners(request: HttpRequest) -> list[Banner]:
    if not request.user.is_authenticated:
        return []
    return [banner for function in _sources for banner in function(request)]
