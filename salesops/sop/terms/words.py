"""Terms in the words of sop.md: "4 hours, office", "at 18:00", "Monday at 10:00", "month's end"."""

import re

from django.utils.translation import gettext as _

from .amounts import Days, Hours, Minutes, Months, WorkingDays
from .base import Term
from .clocks import ALWAYS, OFFICE, WORKING_DAYS
from .moments import CLOSE, MONTH_LAST, OPEN, WEEKDAY_NAMES, At, EndOf

NUMBER = r"(\d+(?:\.\d+)?)"
DAY = r"mon(?:day)?|tue(?:s|sday)?|wed(?:nesday)?|thu(?:rs|rsday)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?"
TIME = r"(\d{1,2}:\d{2}|close|open|office close|office opening)"
CLOCK_WORDS = {
    "always": ALWAYS,
    "office": OFFICE,
    "working days": WORKING_DAYS,
    "working day": WORKING_DAYS,
}
UNITS = {"working day": WorkingDays, "day": Days, "month": Months}
EXAMPLES = "4 hours, office; 1 working day; 7 days; 3 months; at 18:00; Monday at 10:00; month's end"


def parse(words: str) -> Term:
    """The term that the words of sop.md say, whatever the case, the spaces and the apostrophes.

    Raises ValueError with examples for anything else.
    """
    text = " ".join(words.replace("’", "'").replace("‘", "'").replace("，", ",").replace("：", ":").lower().split())
    try:
        for pattern, make in PATTERNS:
            if found := pattern.fullmatch(text):
                return make(*found.groups())
        reason = ""
    except ValueError as error:
        reason = f" ({error})"
    wrong = _("“%(words)s” is not a term. Terms look like this: %(examples)s")
    raise ValueError(wrong % {"words": words.strip(), "examples": EXAMPLES} + reason)


def _hours(n: str, unit: str, clock: str) -> Term:
    make = Minutes if unit.startswith("m") else Hours
    return make(float(n), CLOCK_WORDS[clock])


def _days(n: str, unit: str) -> Term:
    return UNITS[unit](int(n))


def _time(text: str) -> str:
    if ":" in text:
        return text.zfill(5)
    return CLOSE if text.endswith("close") else OPEN


def _weekday(day: str, time: str) -> Term:
    return At(_time(time), next(name for name in WEEKDAY_NAMES if day.startswith(name)))


PATTERNS = [
    (
        re.compile(rf"{NUMBER} ?(h|hours?|m|min|minutes?) ?,? ?\(?(always|office|working days?)\)?"),
        _hours,
    ),
    (re.compile(r"(\d+) ?(working day|day|month)s?"), _days),
    (re.compile(rf"(?:at )?{TIME}"), lambda time: At(_time(time))),
    (re.compile(rf"({DAY}),?(?: at)? {TIME}"), _weekday),
    (re.compile(rf"month'?s last working day,?(?: at)? {TIME}"), lambda time: At(_time(time), MONTH_LAST)),
    (re.compile(r"(week|month|quarter) ?'?s'? end"), EndOf),
    (re.compile(r"end of (?:the )?(week|month|quarter)"), EndOf),
]
