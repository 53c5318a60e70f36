"""Windows of the working day, as an admin writes them: "09:00-12:00 13:30-18:00".

A window is (begin, end) in minutes since midnight. "24:00" may end one; "22:00-06:00" runs past midnight,
belongs to the day on which it begins and is kept as (1320, 1800).
"""

import re
from itertools import pairwise

from django.utils.translation import gettext as _

Window = tuple[int, int]
Windows = tuple[Window, ...]

CLOCK = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)")
WINDOW = re.compile(r"(\d{1,2}:\d{2})\s*[-–—~至]\s*(\d{1,2}:\d{2})")


def parse_clock(text: str) -> int:
    """Minutes since midnight of "HH:MM"; "24:00" is 1440. Raises ValueError."""
    found = CLOCK.fullmatch(text.strip().replace("：", ":"))
    minute = int(found[1]) * 60 + int(found[2]) if found else 1441
    if minute > 1440:
        raise ValueError(_("“%(text)s” is not a time of day such as 09:00.") % {"text": text})
    return minute


def parse_windows(text: str) -> Windows:
    """The windows in `text`, separated by spaces, commas or semicolons; none in an empty one.

    Raises ValueError where a part is no window, or where windows overlap or stand out of order.
    """
    text = text.replace("：", ":").strip()
    rest = WINDOW.sub("", text).strip(" \t\r\n,;，；、")
    if rest.strip(" \t\r\n,;，；、"):
        raise ValueError(_("“%(text)s” is not a window such as 09:00-12:00.") % {"text": rest})
    windows = tuple(_window(parse_clock(begin), parse_clock(end)) for begin, end in WINDOW.findall(text))
    check_windows(windows)
    return windows


def _window(begin: int, end: int) -> Window:
    return (begin, end) if end > begin else (begin, end + 1440)


def check_windows(windows: Windows) -> None:
    """Raises ValueError unless the windows are in order, do not overlap and span at most 24 hours."""
    for begin, end in windows:
        if not (0 <= begin < 1440 and begin < end):
            raise ValueError(_("A window begins on its day and ends after it begins."))
    for (_begin, end), (begin, _end) in pairwise(windows):
        if begin < end:
            raise ValueError(_("The windows overlap or are not in order."))
    if windows and windows[-1][1] - windows[0][0] > 1440:
        raise ValueError(_("The windows of one day span more than 24 hours."))


def format_clock(minute: int) -> str:
    """ "HH:MM"; a minute past midnight of the next day is shown as that day's time, 1440 as 24:00."""
    if minute > 1440:
        minute -= 1440
    return f"{minute // 60:02}:{minute % 60:02}"


def format_windows(windows: Windows) -> str:
    """The text from which `parse_windows` makes the same windows."""
    return " ".join(f"{format_clock(begin)}-{format_clock(end)}" for begin, end in windows)


def without(windows: Windows, away: Window) -> Windows:
    """What is left of `windows` outside `away`."""
    left = []
    for begin, end in windows:
        if away[1] <= begin or end <= away[0]:
            left.append((begin, end))
            continue
        if begin < away[0]:
            left.append((begin, away[0]))
        if away[1] < end:
            left.append((away[1], end))
    return tuple(left)
