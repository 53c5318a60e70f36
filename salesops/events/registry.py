"""The names of everything that can happen. Each app declares its own in `<app>/rules.py`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise


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


_titles: dict[str, str | Promise] = {}


def describe(titles: dict[str, str | Promise]) -> None:
    """Names declared events in words, for the audit log: "rule.set" is "Changed a rule"."""
    _titles.update(titles)


_data: dict[str, str | Promise] = {}
_codes: dict[str, dict] = {}


def describe_data(titles: dict[str, str | Promise], codes: Mapping[str, Iterable[tuple]] | None = None) -> None:
    """Names the values that events carry: "why" is "Why". `codes` are the choices of those that are stored as codes."""
    _data.update(titles)
    for name, choices in (codes or {}).items():
        _codes.setdefault(name, {}).update(choices)


def data_title(name: str) -> str:
    """What a value of an event is called in the reader's language; its own name where no room has named it."""
    return str(_data.get(name, name))


def code_words(name: str, value) -> str:
    """A stored code as people read it; the value itself where it is none."""
    return str(_codes.get(name, {}).get(value, value))


def title_of(name: str) -> str:
    """The event in the reader's language; its code where no room has named it."""
    return str(_titles.get(name, name))


def titles() -> list[tuple[str, str]]:
    """Every declared event by name, as (name, words), those in words first."""
    return sorted(((name, title_of(name)) for name in declared), key=lambda pair: (pair[0] not in _titles, pair[0]))
