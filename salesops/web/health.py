"""Whether enforcement runs: the facts behind /healthz. Rooms add theirs in `<app>/health.py`, found like admin.py."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import redis
from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

# The application's clock decides; a database whose clock differs more is told of (architecture.md, promise 12).
SKEW = timedelta(seconds=5)


@dataclass(frozen=True)
class Fact:
    """One line of the health check. `value` is plain data; `advice` says what to do when it is not ok."""

    name: str
    ok: bool
    value: object
    advice: str = ""
    vital: bool = True  # without it the whole is not well


_checks: list[Callable[[datetime], list[Fact]]] = []


def check(function: Callable[[datetime], list[Fact]]):
    """Registers a function of the present instant that returns facts."""
    _checks.append(function)
    return function


def facts(now: datetime) -> list[Fact]:
    return [fact for function in _checks for fact in function(now)]


@check
def database(now: datetime) -> list[Fact]:
    """That the database answers, and how far its clock is from the application's."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        there = cursor.fetchone()[0]
    skew = (there - now).total_seconds()
    advice = _("Set both machines' clocks by NTP.")
    return [Fact("database", True, "ok"), Fact("clock_skew_seconds", abs(skew) <= SKEW.total_seconds(), skew, advice)]


@check
def broker(now: datetime) -> list[Fact]:
    """That the broker answers. Not vital: without it only the timers are missing, which the sweep's age tells."""
    url = settings.CELERY_BROKER_URL.replace("redis+socket://", "unix://")
    try:
        redis.Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1).ping()
    except redis.RedisError as error:
        advice = _("Start Redis; nothing is lost meanwhile, and manage.py sop sweep may run from cron.")
        return [Fact("redis", False, type(error).__name__, advice, vital=False)]
    return [Fact("redis", True, "ok", vital=False)]
