"""Consequences: what a rule may have done when time has passed, by name. The room that owns the noun registers it."""

from collections.abc import Callable

# A rule may name only these; a listed name that no app has registered yet records an event and does nothing else.
NAMES = {
    "lead.take_back": "An unaccepted lead is taken back and routed anew.",
    "lead.return": "A lead that is not followed up goes back to the lead pool.",
    "task.carry": "A task that is not done by its day is carried over to the next date that was said for it.",
    "issue.level_2": "A level II issue is raised with the facts filled in.",
}

_registered: dict[str, Callable] = {}


def consequence(name: str):
    """Registers the decorated function `f(deadline, *, due_at, at)` as what `name` does.

    It runs in the transaction of the step that calls it, with the deadline's subject locked. `due_at` is the instant
    at which the step was due; what it ends, it ends as of then. `at` is when it is done; what it opens starts then.
    """
    if name not in NAMES:
        raise ValueError(f"{name} is not in the list of consequences.")

    def register(function):
        _registered[name] = function
        return function

    return register


def find(name: str) -> Callable | None:
    return _registered.get(name)
