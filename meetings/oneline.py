"""One line that says who does what by when: "@李四 周五 报价单", "@zhangmin tomorrow price list"."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from salesops.people.models import User
from salesops.sop.calendar import Calendar


class Unclear(Exception):
    """The name after @ is nobody's, or several people's: `people` are those whom it could mean."""

    def __init__(self, name: str, people: list[User]):
        super().__init__(name)
        self.name, self.people = name, people


@dataclass(frozen=True)
class Line:
    """What a line says; None for a person or a day that it does not name."""

    person: User | None
    day: date | None
    text: str


def read(line: str, people: Iterable[User], today: date, calendar: Calendar) -> Line:
    """Reads a line. A name, in characters or by login or pinyin, follows "@"; the day stands first, last or by itself.

    A weekday is the next one, today included; a day of the year that is over is next year's. Raises Unclear.
    """
    text = " ".join(line.replace("＠", "@").replace("　", " ").split())
    person, text = _person(text, list(people))
    day, text = _day(text, today, calendar)
    return Line(person, day, text.strip(" ，,。.:：；;"))


# Who


def _person(text: str, people: list[User]) -> tuple[User | None, str]:
    place = text.find("@")
    if place < 0:
        return None, text
    before, rest = text[:place], text[place + 1 :].lstrip()
    named = [person for person in people if rest.startswith(person.name)]
    longest = max((len(person.name) for person in named), default=0)
    named = [person for person in named if len(person.name) == longest]
    word = re.match(r"[^\s，,:：]*", rest).group()
    if not named:
        named = _by_spelling(word.lower(), people)
        longest = len(word)
    if len(named) != 1:
        raise Unclear(rest[:longest] or word, named)
    return named[0], f"{before} {rest[longest:]}".strip()


def _by_spelling(word: str, people: list[User]) -> list[User]:
    if not word:
        return []
    exact = [person for person in people if word == person.username.lower() or word in person.pinyin.split()]
    return exact or [person for person in people if person.pinyin.startswith(word)]


# When

_DAYS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6}
_ENGLISH = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_AFTER = {"今天": 0, "今日": 0, "today": 0, "明天": 1, "明日": 1, "tomorrow": 1, "后天": 2, "大后天": 3}
_COUNT = {"一": 1, "两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "十": 10}
_PATTERNS = (
    r"(?P<iso>\d{4}-\d{1,2}-\d{1,2})",
    r"(?P<after>大后天|今天|今日|明天|明日|后天|today|tomorrow)",
    r"(?P<next>下)?(?:本|这)?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天])",
    r"(?:(?P<next_en>next)\s+)?(?P<english>mon|tue|wed|thu|fri|sat|sun)(?:day|sday|nesday|rsday|urday)?",
    r"(?P<end>月底|end of month)",
    r"(?P<days>\d{1,3}|[一两二三四五六七十])\s*(?:个)?(?P<unit>工作日|天)(?:后|内|之内)",
    r"in\s+(?P<days_en>\d{1,3})\s+(?P<unit_en>working days?|days?)",
    r"(?P<month>\d{1,2})月(?P<day>\d{1,2})[日号]?",
    r"(?P<month2>\d{1,2})/(?P<day2>\d{1,2})",
    r"(?P<only_day>\d{1,2})[日号]",
)
_WORD = re.compile("|".join(f"(?:{pattern})" for pattern in _PATTERNS), re.IGNORECASE)
_BY = re.compile(r"^(?:之?前|以前|前)?")


def _day(text: str, today: date, calendar: Calendar) -> tuple[date | None, str]:
    for found in _WORD.finditer(text):
        end = found.end() + _BY.match(text[found.end() :]).end()
        alone = text[: found.start()][-1:] in ("", " ") or text[end:][:1] in ("", " ")
        latin = re.match(r"[a-z]", found.group()[-1:], re.IGNORECASE) and re.match(r"[a-z]", text[end:][:1])
        day = _named(found, today, calendar) if alone and not latin else None
        if day is not None:
            return day, f"{text[: found.start()].removesuffix('by ')} {text[end:]}".strip()
    return None, text


def _named(found: re.Match, today: date, calendar: Calendar) -> date | None:
    said = {name: value for name, value in found.groupdict().items() if value is not None}
    try:
        if "iso" in said:
            return date(*map(int, said["iso"].split("-")))
        if "after" in said:
            return today + timedelta(days=_AFTER[said["after"].lower()])
        if "weekday" in said or "english" in said:
            number = _DAYS[said["weekday"]] if "weekday" in said else _ENGLISH.index(said["english"].lower())
            return _weekday(number, today, following="next" in said or "next_en" in said)
        if "end" in said:
            return (today.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)
        if "days" in said or "days_en" in said:
            return _later(said, today, calendar)
        return _of_month(said, today)
    except ValueError:
        return None  # such as 2月30日: no day, and so part of the text


def _weekday(number: int, today: date, *, following: bool) -> date:
    if following:
        return today + timedelta(days=7 - today.weekday() + number)
    return today + timedelta(days=(number - today.weekday()) % 7)


def _later(said: dict[str, str], today: date, calendar: Calendar) -> date:
    text = said.get("days") or said["days_en"]
    days = int(text) if text.isdecimal() else _COUNT[text]
    unit = said.get("unit") or said["unit_en"]
    return (
        calendar.step(today, days) if unit == "工作日" or unit.startswith("working") else today + timedelta(days=days)
    )


def _of_month(said: dict[str, str], today: date) -> date:
    if "only_day" in said:
        day = today.replace(day=int(said["only_day"]))
        following = (today.replace(day=1) + timedelta(days=32)).replace(day=int(said["only_day"]))
        return day if day >= today else following
    month, day = int(said.get("month") or said["month2"]), int(said.get("day") or said["day2"])
    named = date(today.year, month, day)
    return named if named >= today else date(today.year + 1, month, day)
