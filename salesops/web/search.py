"""The search in the header. Each app registers what it can find, in `<app>/search.py`, found like admin.py.

    @register(_("Leads"), order=10)
    def leads(user, words): -> list[Hit]

A function shows only what the user may see, and returns at most MOST + 1 hits: the last tells that there are more.
Words come by POST and are kept in the session, encrypted: a phone number stands in no address and no log.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise

from salesops.people.models import User

MOST = 20
SHORTEST, LONGEST = 2, 100  # characters


@dataclass(frozen=True)
class Hit:
    title: str
    url: str
    text: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Group:
    label: str | Promise
    hits: list[Hit]
    more: bool


_sources: dict[int, tuple[str | Promise, Callable[[User, str], list[Hit]]]] = {}


def register(label: str | Promise, *, order: int):
    """Registers a function (user, words) that finds hits; `order` is its place on the page and names it."""

    def keep(function):
        _sources[order] = (label, function)
        return function

    return keep


def search(user: User, words: str) -> list[Group]:
    """What the user may see of what the words name, group by group; groups without a hit are left out."""
    groups = []
    for _order, (label, find) in sorted(_sources.items(), key=lambda item: item[0]):
        hits = find(user, words)
        if hits:
            groups.append(Group(label, hits[:MOST], len(hits) > MOST))
    return groups
