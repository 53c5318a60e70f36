"""Who owes what time opens: named queries that list people, teams or records in slices."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Member:
    """One who owes a round: the subject's id, who owes it, and the values that the rule's terms read."""

    subject_id: int
    owner_id: int | None
    team_id: int | None = None
    title: str = ""
    file: str = ""
    values: dict = field(default_factory=dict)


# (as of, after this subject id, at most so many) -> members in order of subject id
Population = Callable[[datetime, int, int], Iterable[Member]]

_registered: dict[str, tuple[str, Population]] = {}


def population(name: str, *, subject: str):
    """Registers the decorated slice function under `name`; its members are records of the kind `subject`."""

    def register(function: Population) -> Population:
        _registered[name] = (subject, function)
        return function

    return register


def find(name: str) -> tuple[str, Population]:
    return _registered[name]


def names() -> list[str]:
    return sorted(_registered)
