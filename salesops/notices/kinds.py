"""Kinds of notices and their sentences. Each app registers its own in its `notices.py`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Kind:
    """What a kind of notice says. All texts are lazily translated and take the notice's values by name.

    `title` is one line with everything one must know; `body` may be empty. `action_label` is the verb on the button
    that leads to the notice's address. `words` turns codes among the values into words in the reader's language (a
    rule's key into its title); it is called while that language is active.
    Values that are instants (ISO 8601 with the offset) are written on the reader's clock and calendar.
    """

    key: str
    title: str
    body: str = ""
    action_label: str = _("Open")
    words: Callable[[Mapping[str, object]], Mapping[str, object]] | None = None


_kinds: dict[str, Kind] = {}
# Shown for a notice whose kind no app registers any more.
UNKNOWN = Kind(key="", title=_("Something new in SalesOps"))


def register(*kinds: Kind) -> None:
    """Makes the kinds known. Registering another kind under a known key is an error."""
    for kind in kinds:
        if _kinds.setdefault(kind.key, kind) != kind:
            raise ValueError(f"The kind of notice {kind.key} is registered twice.")


def find(key: str) -> Kind:
    return _kinds.get(key, UNKNOWN)
