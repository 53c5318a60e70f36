"""A lead's story, newest first: what was done, said, owed and changed, from the same rows that the rules read."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy

from leads.models import Lead

from .entries import Entry, entry
from .rows import cursor_of, newest

SIZE = 30
KIND_LABELS = {
    "": gettext_lazy("All"),
    "said": gettext_lazy("What was said"),
    "owed": gettext_lazy("Duties"),
    "told": gettext_lazy("Messages sent"),
    "changed": gettext_lazy("Changes"),
}


@dataclass
class Story:
    """A page of the story; `earlier` is the cursor of the next, "" at the end."""

    entries: list[Entry]
    earlier: str


def story(lead: Lead, *, kind: str = "", cursor: str = "", size: int = SIZE) -> Story:
    """The newest entries of a lead before `cursor`: events, talks, comments, changes, duties that ended. One query."""
    found = newest(lead, kind=kind, cursor=cursor, size=size)
    earlier = cursor_of(found[size - 1]) if len(found) > size else ""
    return Story([entry(row) for row in found[:size]], earlier)
