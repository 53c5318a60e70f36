"""What an administrator can set and look after: the cards of the settings page. Each app registers its own.

In `<app>/menu.py`, beside its entries of the menu. Order (ux.md 4.18): 10 rules, 20 calendar, 30 people and roles,
40 pool and territories, 50 channels, 60 import, 65 API keys, 70 waivers, 80 audit, 90 health.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class SettingsPage:
    """A card: a URL name, its name and what is done there; `below` are the names of pages that one reaches from it."""

    url: str
    label: str | Promise
    text: str | Promise
    icon: str
    order: int
    below: tuple[str, ...] = ()


@dataclass(frozen=True)
class Finding:
    """Something single that can be set, found by a word: a rule, say, and its address."""

    label: str
    url: str


_pages: dict[str, SettingsPage] = {}
_finders: list[Callable[[str], Iterable[Finding]]] = []


def register(*pages: SettingsPage) -> None:
    """Adds cards. Registering a URL name twice replaces the first."""
    _pages.update({page.url: page for page in pages})


def pages(wanted: str = "") -> list[SettingsPage]:
    """All cards in order; with `wanted`, those whose words have it."""
    found = sorted(_pages.values(), key=lambda page: (page.order, page.url))
    return [page for page in found if wanted.lower() in f"{page.label} {page.text}".lower()]


def finder(function: Callable[[str], Iterable[Finding]]):
    """Registers a function that finds single settings by a word in the reader's language."""
    _finders.append(function)
    return function


def findings(wanted: str) -> list[Finding]:
    """The single settings that a word finds; none without a word."""
    return [found for function in _finders for found in function(wanted)] if wanted else []


register(
    SettingsPage(
        "web:system_health",
        _("System health"),
        _("Last sweep, messages, clocks, and what to do about each trouble"),
        "speedometer2",
        90,
        ("sop:parked",),
    ),
    SettingsPage(
        "web:api_keys",
        _("API keys"),
        _("With which other programs add and read leads"),
        "key",
        65,
        ("web:new_api_key", "web:developers"),
    ),
    SettingsPage(
        "admin:index", _("All records"), _("Departments, territories and other lists, row by row"), "list", 95
    ),
)
