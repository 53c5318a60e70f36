"""The names of everything that can happen. Each app declares its own in `<app>/rules.py`."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Event:
    """A kind of event, `noun.past_participle`.

    `refs` name the ids it carries (subjects and people), `data` its other values: ids, codes, amounts, instants.
    Never names, phone numbers or free text: events are kept for ever, so erasing a person must not touch them.
    """

    name: str
    refs: tuple[str, ...] = ()
    data: tuple[str, ...] = ()

    def check(self, refs: Iterable[str], data: Iterable[str]) -> None:
        """Raises ValueError if a named value is missing or an unnamed one is given. "None" counts as given."""
        for given, known in ((set(refs), set(self.refs)), (set(data), set(self.data))):
            if given != known:
                raise ValueError(f"{self.name} takes {sorted(known)}, not {sorted(given)}.")


declared: dict[str, Event] = {}


def declare(*events: Event) -> None:
    """Makes the events known. Declaring a name twice is an error."""
    for event in events:
        if declared.setdefault(event.name, event) != event:
            raise ValueError(f"The event {event.name} is declared twice.")
