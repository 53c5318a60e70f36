"""Doing again what PostgreSQL gave up for the sake of somebody else, and telling that from a fault of one's own."""

import logging
from collections.abc import Callable, Iterable
from typing import TypeVar

from django.db import InterfaceError, OperationalError, transaction

logger = logging.getLogger(__name__)
Result = TypeVar("Result")
Item = TypeVar("Item")

# Deadlock, serialisation failure, lock timeout (PostgreSQL, appendix A).
_PASSING = ("40P01", "40001", "55P03")
_TOO_SLOW = "57014"  # the statement took longer than it may: its own fault


def retrying(work: Callable[[], Result], *, times: int = 4, again: Callable[[], None] = lambda: None) -> Result:
    """Runs `work` in a transaction, up to `times` times if it loses against another; `again` runs before each retry.

    Only around a whole transaction: after a deadlock nothing of it stands. Raises what the last try raised.
    """
    for left in range(times - 1, -1, -1):
        try:
            with transaction.atomic():
                return work()
        except OperationalError as error:
            # Within a caller's transaction the caller has to begin anew.
            if not left or _code(error) not in _PASSING or transaction.get_connection().in_atomic_block:
                raise
        again()
    raise AssertionError("times is at least 1")


def do_each(items: Iterable[Item], act: Callable[[Item], object]) -> None:
    """Does all of them; only then raises the first error, so that it stops no other item."""
    first = None
    for item in items:
        try:
            act(item)
        except Exception as error:
            logger.exception("%s failed for %s", act, item)
            first = first or error
    if first is not None:
        raise first


def blameless(error: Exception) -> bool:
    """Whether the database or somebody else's lock was the reason, and not what was to be done."""
    return isinstance(error, OperationalError | InterfaceError) and _code(error) != _TOO_SLOW


def _code(error: Exception) -> str:
    return getattr(error.__cause__, "pgcode", None) or ""
