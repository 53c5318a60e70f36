"""Threads that begin at the same instant, each with a connection of its own."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection

from .children import until


@dataclass
class Outcome:
    result: object = None
    error: BaseException | None = None


def together(*works: Callable, seconds: float = 60) -> list[Outcome]:
    """Calls all at once; returns what came of each, in their order."""
    start, outcomes = threading.Barrier(len(works)), [Outcome() for _ in works]

    def run(work, outcome):
        try:
            connection.ensure_connection()
            start.wait(30)
            outcome.result = work()
        except BaseException as error:
            outcome.error = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair, daemon=True) for pair in zip(works, outcomes, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(seconds)
        assert not thread.is_alive(), "a thread waits for ever"
    return outcomes


def errors(outcomes) -> list:
    return [outcome.error for outcome in outcomes if outcome.error is not None]


def somebody_waits() -> bool:
    """Whether a transaction of this database waits for a lock of another's."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # within a transaction it would stay as first seen
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return cursor.fetchone()[0] > 0


class Gate:
    """Lets one thread stop in the middle of its transaction until another waits for it, or has gone past."""

    def __init__(self):
        self.reached, self.passed = threading.Event(), threading.Event()

    def stop_here(self) -> None:
        self.reached.set()
        until(lambda: self.passed.is_set() or somebody_waits(), "the other thread", seconds=20, every=0.01)

    def after_you(self, work: Callable):
        """Does `work` once the other has stopped."""
        assert self.reached.wait(20)
        try:
            return work()
        finally:
            self.passed.set()
