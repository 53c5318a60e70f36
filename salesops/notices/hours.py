"""When a message may go out: quiet hours in the person's zone, and away from the full and the half hour."""

import datetime
import zlib
from functools import cached_property
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings

from salesops.people.models import Team

from .models import Notice, Preference

HALF_HOUR = datetime.timedelta(minutes=30)
# Feishu asks bots to stay away from :00 and :30 (error 11232), and our deadlines lie exactly there.
CROWDED = datetime.timedelta(seconds=60)
SPREAD = 120


class Zones:
    """The time zones of teams: that of the nearest team above with one, else TIME_ZONE. One query, when first asked."""

    @cached_property
    def _named(self) -> list[tuple[str, str]]:
        named = Team.objects.exclude(zone="").values_list("path", "zone")
        return sorted(named, key=lambda pair: len(pair[0]), reverse=True)

    def of(self, path: str | None) -> ZoneInfo:
        """The zone of the team with this path, None or "" for people without a team."""
        name = next((zone for above, zone in self._named if path and path.startswith(above)), settings.TIME_ZONE)
        return ZoneInfo(name)


class Hours(NamedTuple):
    """Somebody's quiet hours on the clock of their zone."""

    quiet_from: datetime.time
    quiet_until: datetime.time
    zone: ZoneInfo

    def end_of_quiet(self, at: datetime.datetime) -> datetime.datetime | None:
        return end_of_quiet(at, *self)


def default_hours(zone: ZoneInfo) -> Hours:
    return Hours(Preference.QUIET_FROM, Preference.QUIET_UNTIL, zone)


def hours_of(notice: Notice, zones: Zones) -> Hours:
    """The quiet hours of whoever the notice is for. Select along what RECIPIENT names."""
    person = notice.person
    if person is None:
        return default_hours(zones.of(notice.team.path))
    zone = zones.of(person.team.path if person.team else None)
    preference = getattr(person, "notice_preference", None)
    return Hours(preference.quiet_from, preference.quiet_until, zone) if preference else default_hours(zone)


# For select_related() of a delivery.
RECIPIENT = ("notice__team", "notice__person__team", "notice__person__notice_preference")


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


def send_from(
    at: datetime.datetime, expires_at: datetime.datetime | None, urgent: bool, hours: Hours, account_id: int
) -> datetime.datetime:
    """The first instant from `at` on at which the message may leave: after quiet hours, off the full and half hour."""
    if urgent:
        return at
    not_before = hours.end_of_quiet(at) or at
    spread = off_the_hour(not_before, account_id)
    return not_before if expires_at is not None and spread >= expires_at else spread
