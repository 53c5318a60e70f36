"""Recording that something happened. The only way in which a rule hears of anything."""

import datetime
from collections.abc import Callable, Mapping

from django.db import connection
from django.db.models import Model

from .models import Event
from .registry import declared

# Set by the room that enforces the rules: called before and after the row is written, in its transaction.
_before: list[Callable[[Event], None]] = []
_after: list[Callable[[Event], None]] = []


def listen(*, before: Callable[[Event], None], after: Callable[[Event], None]) -> None:
    """Has `before` and `after` called around every recorded event, inside its transaction."""
    _before.append(before)
    _after.append(after)


def record(
    name: str,
    *,
    at: datetime.datetime,
    by: Model | None = None,
    refs: Mapping[str, int | None],
    data: Mapping[str, object] | None = None,
    file: str = "",
    key: str | None = None,
    done_at: datetime.datetime | None = None,
    made: Mapping[str, str] | None = None,
) -> Event:
    """Records one event and lets the rules act on it, in the caller's transaction.

    The first declared reference is the event's subject. `at` is when the act was received (UTC); `done_at` is given
    by consequences of the clock alone, which take effect at the due time and are done when the clock is looked at.
    `made` has the titles of what this act itself has just made, by reference: nothing can be owed on it yet.
    Raises ValueError for an undeclared name or value, RuntimeError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError(f"{name} was recorded outside a transaction.")
    kind = declared.get(name)
    if kind is None:
        raise ValueError(f"No app declares the event {name}.")
    data = data or {}
    kind.check(refs, data)
    refs = {ref: pk for ref, pk in refs.items() if pk is not None}
    values = {field: _plain(value) for field, value in data.items() if value is not None}
    if done_at is not None:
        values["by_clock"] = True
    first = next((ref for ref in kind.refs if ref in refs), "")
    subject = f"{first}:{refs[first]}" if first else ""
    event = Event(
        name=name,
        at=at,
        recorded_at=done_at or at,
        by=by,
        subject=subject,
        file=file,
        refs=refs,
        data=values,
        key=key,
    )
    event.made = made or {}
    for listener in _before:
        listener(event)
    event.save(force_insert=True)
    for listener in _after:
        listener(event)
    return event


def _plain(value):
    """`value` as JSON keeps it: instants and dates as ISO 8601."""
    if isinstance(value, datetime.date | datetime.datetime):
        return value.isoformat()
    if isinstance(value, list | tuple | set):
        return [_plain(item) for item in value]
    return value
