"""Whether enforcement runs: the facts behind /healthz. Rooms add theirs in `<app>/health.py`, found like admin.py."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import redis
from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

# The application's clock decides; a database whose clock differs more is told of (architecture.md, promise 12).
SKEW = timedelta(seconds=5)
# A backup a day, with two hours for one that takes long.
BACKUP_AFTER = timedelta(hours=26)


@dataclass(frozen=True)
class Fact:
    """One line of the health check.

    `value` is plain data for monitoring, `said` the same in words, `lines` are further sentences; `advice` says what to
    do when it is not ok, and `url` names the page where that is done. What is not vital is shown and leaves /healthz at
    200: everything else goes on without it.
    """

    name: str
    ok: bool
    value: object
    advice: str = ""
    vital: bool = True  # without it the whole is not well
    label: str = ""
    said: str = ""
    lines: tuple[str, ...] = ()
    url: str = ""


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
    apart = _("%(n)s s apart from the database") % {"n": round(abs(skew), 1)}
    right = abs(skew) <= SKEW.total_seconds()
    return [
        Fact("database", True, "ok", label=_("Database"), said=_("answers")),
        Fact("clock_skew_seconds", right, skew, advice, label=_("Clock"), said=apart),
    ]


@check
def broker(now: datetime) -> list[Fact]:
    """That the broker answers. Not vital: without it only the timers are missing, which the sweep's age tells."""
    url = settings.CELERY_BROKER_URL.replace("redis+socket://", "unix://")
    try:
        redis.Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1).ping()
    except redis.RedisError as error:
        advice = _("Start Redis; nothing is lost meanwhile, and manage.py sop sweep may run from cron.")
        said = _("it does not answer")
        return [Fact("redis", False, type(error).__name__, advice, vital=False, label="Redis", said=said)]
    return [Fact("redis", True, "ok", vital=False, label="Redis", said=_("answers"))]


@check
def backup(now: datetime) -> list[Fact]:
    """How old the last backup is, where BACKUP_MARK names a file that the backup job touches when it is done."""
    if not settings.BACKUP_MARK:
        return []
    advice = _("See why the backup job did not finish; it touches the file %(file)s when it is done.")
    facts = {"label": _("Last backup"), "advice": advice % {"file": settings.BACKUP_MARK}, "vital": False}
    try:
        made_at = datetime.fromtimestamp(Path(settings.BACKUP_MARK).stat().st_mtime, UTC)
    except OSError:
        return [Fact("backup_age_hours", False, None, said=_("none yet"), **facts)]
    hours = round((now - made_at).total_seconds() / 3600, 1)
    said = _("%(hours)s hours ago") % {"hours": round(hours)}
    return [Fact("backup_age_hours", now - made_at <= BACKUP_AFTER, hours, said=said, **facts)]
