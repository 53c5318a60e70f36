"""The entries of the left menu, of the phone's bottom bar and of the header. Each app registers its own.

In `<app>/menu.py`, which is found the way Django finds admin.py:

    register(Entry("leads:list", _("Leads"), "funnel", order=20, bottom=True))

Order: 10 my day, 20 leads, 30 pool, 40 meetings and reports, 50 requests and contracts, 60 issues, 70 figures,
80 the SOP, 90 settings.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from salesops.people.models import Role, User


@dataclass(frozen=True)
class Pill:
    """A few words in the header that lead to an entry's page."""

    text: str | Promise
    late: bool = False


@dataclass(frozen=True)
class Entry:
    url: str  # a URL name
    label: str | Promise
    icon: str  # a symbol of static/icons.svg
    order: int
    roles: tuple[str, ...] = ()  # none: everybody
    bottom: bool = False  # also in the phone's bottom bar, which takes the first four
    header: bool = False  # in the header instead of the menu
    key: str = ""  # the letter that opens it after g
    count: Callable[[HttpRequest], int] | None = None  # a number shown beside the label
    pill: Callable[[HttpRequest], Pill | None] | None = None  # also words in the header

    def __post_init__(self):
        if not isinstance(self.roles, tuple):
            raise TypeError(f"The roles of {self.url} must be a tuple.")


_entries: dict[str, Entry] = {}


def register(*entries: Entry) -> None:
    """Adds entries. Registering a URL name twice replaces the first."""
    _entries.update({entry.url: entry for entry in entries})


def entries_for(user: User) -> list[Entry]:
    """What the user's roles open, in order."""
    return sorted(
        (entry for entry in _entries.values() if not entry.roles or user.has_role(*entry.roles)),
        key=lambda entry: (entry.order, entry.url),
    )


register(Entry("web:settings", _("Settings"), "gear", order=95, roles=(Role.ADMIN,)))
