"""Days, weeks (Monday to Sunday), months and quarters, and what of them a calendar works."""

from datetime import date, timedelta

from ..calendar import ONE_DAY, Calendar

DAY, WEEK, MONTH, QUARTER = "day", "week", "month", "quarter"
MONTHS_IN = {MONTH: 1, QUARTER: 3}


def period_start(period: str, day: date) -> date:
    """The first day of the week, month or quarter of `day`, or itself. Raises KeyError for any other period."""
    if period == DAY:
        return day
    if period == WEEK:
        return day - timedelta(days=day.weekday())
    months = MONTHS_IN[period]
    return day.replace(month=(day.month - 1) // months * months + 1, day=1)


def period_end(period: str, day: date) -> date:
    """The last day of the week, month or quarter of `day`, or itself. Raises KeyError for any other period."""
    if period == DAY:
        return day
    start = period_start(period, day)
    if period == WEEK:
        return start + 6 * ONE_DAY
    years, month = divmod(start.month - 1 + MONTHS_IN[period], 12)
    return date(start.year + years, month + 1, 1) - ONE_DAY


def last_working_day(period: str, day: date, calendar: Calendar) -> date:
    """The last working day of the period of `day`; where there is none, the first one after the period."""
    end = period_end(period, day)
    for n in range((end - period_start(period, day)).days + 1):
        if calendar.is_working(end - n * ONE_DAY):
            return end - n * ONE_DAY
    return calendar.next_working_day(end)
