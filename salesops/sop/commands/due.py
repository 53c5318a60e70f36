"""manage.py sop due TERM --from ISO: when a term that starts at an instant is due, and why."""

import json
from datetime import datetime

from django.core.management.base import CommandError

from ..calendar import Calendar, NoWorkingTime
from ..calendars import calendar_for
from ..terms import Term, parse

HELP = "The due time of a term of sop.md on today's default calendar, with the days and hours counted."


def add_arguments(parser) -> None:
    parser.add_argument("term", nargs="+", help='such as "4 hours, office", "1 working day" or "Monday at 10:00"')
    parser.add_argument(
        "--from",
        dest="starts",
        action="append",
        required=True,
        metavar="ISO",
        help="the start, ISO 8601; without an offset in the calendar's zone; may be given several times",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a line")


def run(stdout, options) -> None:
    calendar = calendar_for()
    try:
        term = parse(" ".join(options["term"]))
        starts = [_instant(text, calendar) for text in options["starts"]]
        answers = [_answer(term, start, calendar) for start in starts]
    except (ValueError, OverflowError, NoWorkingTime) as error:
        raise CommandError(str(error)) from error
    for answer in answers:
        stdout.write(json.dumps(_as_json(*answer), ensure_ascii=False) if options["json"] else _as_text(*answer))


def _instant(text: str, calendar: Calendar) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"“{text}” is not an instant such as 2026-09-18T17:00 or 2026-09-18T17:00+08:00.") from error
    return instant.replace(tzinfo=instant.tzinfo or calendar.tz)


def _answer(term: Term, start: datetime, calendar: Calendar) -> tuple:
    due, lines = term.reckon(start, calendar)
    return term, calendar.local(start), calendar.local(due), lines, calendar


def _as_json(term, start, due, lines, calendar) -> dict:
    return {
        "term": term.to_json(),
        "from": start.isoformat(),
        "due": due.isoformat(),
        "estimated": calendar.uncertain(start, due),
        "lines": [line.as_json() for line in lines],
    }


def _as_text(term, start, due, lines, calendar) -> str:
    rows = [f"  {line}" for line in lines]
    return "\n".join([f"{start.isoformat()} + {term.sentence()} = {due.isoformat()}", *rows])
