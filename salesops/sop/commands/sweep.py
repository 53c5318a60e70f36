"""manage.py sop sweep: the same sweep as the background worker's, for cron, for tests, and when the broker is lost."""

from datetime import datetime, timedelta

from django.core.management.base import CommandError

from salesops import clock

from ..calendars import calendar_for
from ..engine.sweeping import LAG, sweep

HELP = "Takes everything that is due: reminders, word to heads, consequences, rounds."


def add_arguments(parser) -> None:
    parser.add_argument("--now", metavar="ISO", help="instead of the present; without an offset in the default zone")


def run(stdout, options) -> None:
    try:
        now = datetime.fromisoformat(options["now"]) if options["now"] else clock.now()
    except ValueError as error:
        raise CommandError(str(error)) from error
    now = now if now.tzinfo else now.replace(tzinfo=calendar_for().tz)
    count = sweep(now, lag=timedelta(0) if options["now"] else LAG)
    stdout.write(f"{count} deadlines looked at.")
