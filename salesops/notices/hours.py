"""When a message may go out: quiet hours in the person's zone, and away from the full and the half hour."""

import datetime
import zlib
from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.utils import timezone

HALF_HOUR = datetime.timedelta(minutes=30)
# Feishu asks bots to stay away from :00 and :30 (error 11232), and our deadlines lie exactly there.
CROWDED = datetime.timedelta(seconds=60)
SPREAD = 120


def _default_zone(team_id: int | None) -> ZoneInfo:
    return timezone.get_default_timezone()


_zone_of_team: Callable[[int | None], ZoneInfo] = _default_zone


def use_zones(zone_of_team: Callable[[int | None], ZoneInfo]) -> None:
    """The room that keeps the teams' settings says here which zone a team (or None: the company) lives in."""
    global _zone_of_team
    _zone_of_team = zone_of_team


def zone_of_team(team_id: int | None) -> ZoneInfo:
    return _zone_of_team(team_id)


def end_of_quiet(
    at: datetime.datetime, quiet_from: datetime.time, quiet_until: datetime.time, zone: ZoneInfo
) -> datetime.datetime | None:
    """When the quiet hours end in which `at` (UTC) lies; None if it lies in none. They may span midnight."""
    if quiet_from == quiet_until:
        return None
    local = at.astimezone(zone)
    clock = local.time()
    over_midnight = quiet_from > quiet_until
    if over_midnight:
        quiet = clock >= quiet_from or clock < quiet_until
    else:
        quiet = quiet_from <= clock < quiet_until
    if not quiet:
        return None
    day = local.date() + datetime.timedelta(days=1 if over_midnight and clock >= quiet_from else 0)
    return datetime.datetime.combine(day, quiet_until, tzinfo=zone).astimezone(datetime.UTC)


def off_the_hour(at: datetime.datetime, account_id: int) -> datetime.datetime:
    """`at`, or 1 to 3 minutes after the full or half hour it is closer than a minute to.

    The same for all messages of one account, so that they still meet in one digest.
    """
    since = datetime.timedelta(seconds=at.timestamp() % HALF_HOUR.total_seconds())
    if CROWDED <= since <= HALF_HOUR - CROWDED:
        return at
    mark = at - since if since < CROWDED else at - since + HALF_HOUR
    spread = zlib.crc32(f"{account_id}@{mark.timestamp():.0f}".encode()) % SPREAD
    return mark + CROWDED + datetime.timedelta(seconds=spread)
