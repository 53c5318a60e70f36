"""What a person holds besides deadlines, told by the rooms above, so that leaving can be previewed."""

from collections.abc import Callable
from dataclasses import dataclass

from salesops.people.models import User


@dataclass(frozen=True)
class Holding:
    """A kind of thing that the person holds: "leads in hand", how many, and where they are listed."""

    label: str
    count: int
    url: str = ""


_sources: list[Callable[[User], list[Holding]]] = []


def source(function: Callable[[User], list[Holding]]):
    """Registers a function that tells what a person holds."""
    _sources.append(function)
    return function


def of(person: User) -> list[Holding]:
    return [holding for function in _sources for holding in function(person) if holding.count]
