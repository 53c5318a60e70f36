"""Children that misbehave: python -m tests.processes.child WHAT …"""

import os
import sys
import time
from datetime import datetime, timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "salesops.settings")
django.setup()

from django.test import Client  # noqa: E402

from salesops.sop.engine import advancing, settling, sweeping  # noqa: E402


def poisoned(pk: str, now: str) -> None:
    """Sweeps, each in a process of its own, until one survives; exits with the number of deaths.

    One deadline kills the process, as an exhausted memory or a broken library would.
    """
    deaths = 0
    while deaths < 9:
        child = os.fork()
        if not child:
            _poison(int(pk))
            sweeping.sweep(datetime.fromisoformat(now), lag=timedelta(0))
            os._exit(0)
        if not os.waitpid(child, 0)[1]:
            break
        deaths += 1
    sys.exit(deaths)


def _poison(pk: int) -> None:
    taken = advancing.take

    def take(row, *more):
        if row.pk == pk:
            os._exit(137)
        return taken(row, *more)

    advancing.take = settling.take = take


def hold() -> None:
    """A sweep that has begun a batch and takes long."""
    sweeping._begin([0], datetime.fromisoformat("2026-03-03T11:00:00+00:00"))
    time.sleep(60)


def health() -> None:
    """Prints what /healthz says in this process; exits with 1 if that is 503."""
    answer = Client().get("/healthz")
    print(answer.content.decode(), flush=True)  # noqa: T201
    sys.exit(answer.status_code == 503)


if __name__ == "__main__":
    {"poisoned": poisoned, "hold": hold, "health": health}[sys.argv[1]](*sys.argv[2:])
