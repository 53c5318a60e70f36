"""The statutory calendar of China: what is published, and an estimate for the years that are not.

Published years come from `chinesecalendar`, which follows the State Council's yearly notice (国务院), make-up days
(调休) included. For later years `holidays` knows the statutory days but no make-up days and says nothing about that;
so its days are an estimate here, and are marked as one wherever they are used.
"""

from datetime import date, timedelta
from functools import cache

import holidays
from chinese_calendar import constants, get_holiday_detail
from django.utils.translation import gettext_noop

from .calendar import ESTIMATE, HOLIDAY, MAKE_UP, PUBLISHED, Day

FIRST_YEAR = 2024  # older years are not asked for: no deadline is older than the product
LAST_YEAR_OF_ESTIMATE = 2099  # the lunar tables of `holidays` end there

# What the two libraries call a day, in the words of the product.
NAMES = {
    "New Year's Day": gettext_noop("New Year's Day"),
    "Spring Festival": gettext_noop("Spring Festival"),
    "Chinese New Year": gettext_noop("Spring Festival"),
    "Tomb-Sweeping Day": gettext_noop("Tomb-Sweeping Day"),
    "Tomb-sweeping Day": gettext_noop("Tomb-Sweeping Day"),
    "Labour Day": gettext_noop("Labour Day"),
    "Labor Day": gettext_noop("Labour Day"),
    "Dragon Boat Festival": gettext_noop("Dragon Boat Festival"),
    "Mid-autumn Festival": gettext_noop("Mid-Autumn Festival"),
    "Mid-Autumn Festival": gettext_noop("Mid-Autumn Festival"),
    "National Day": gettext_noop("National Day"),
}


def last_published_year() -> int:
    """The last year of which the installed list has the official days."""
    return max(day.year for day in constants.holidays)


def source_of(year: int) -> str:
    """PUBLISHED or ESTIMATE."""
    return PUBLISHED if year <= last_published_year() else ESTIMATE


@cache
def statutory_days(year: int) -> dict[date, Day]:
    """The days of `year` that differ from the ordinary week; do not change the result.

    Raises ValueError for a year that neither list reaches.
    """
    if not FIRST_YEAR <= year <= LAST_YEAR_OF_ESTIMATE:
        raise ValueError(f"no statutory days are known for {year}")
    return _published(year) if source_of(year) == PUBLISHED else _estimated(year)


def _published(year: int) -> dict[date, Day]:
    found = {}
    for n in range(366):
        day = date(year, 1, 1) + timedelta(days=n)
        if day.year != year:
            break
        free, name = get_holiday_detail(day)
        if name:
            kind, windows = (HOLIDAY, ()) if free else (MAKE_UP, None)
            found[day] = Day(kind, windows, _name(name), PUBLISHED)
    return found


def _estimated(year: int) -> dict[date, Day]:
    days = holidays.country_holidays("CN", years=year, language="en_US")
    return {day: Day(HOLIDAY, (), _name(name), ESTIMATE) for day, name in sorted(days.items()) if day.year == year}


def _name(said: str) -> str:
    return next((name for known, name in NAMES.items() if said.startswith(known)), said)
