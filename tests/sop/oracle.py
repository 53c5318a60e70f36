"""A slow second opinion on due times: it walks minute by minute over naive Shanghai wall time.

It shares no code with salesops.sop: which days are worked comes straight from chinesecalendar, and every rule is
written again from the words of sop.md section 1, in the most literal way.
"""

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

import chinese_calendar

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


@dataclass
class Oracle:
    """`hours` are (begin, end) minutes of an ordinary working day; `own` gives single days other ones, () if free."""

    hours: tuple
    own: dict = field(default_factory=dict)
    leave: tuple = ()

    def office(self, day: date) -> tuple:
        if day in self.own:
            return self.own[day]
        return self.hours if chinese_calendar.is_workday(day) else ()

    def at_work(self, moment: datetime) -> bool:
        """Whether the minute that begins at `moment` is office time of this person."""
        if any(since <= moment < until for since, until in self.leave):
            return False
        minute = moment.hour * 60 + moment.minute
        return any(begin <= minute < end for begin, end in self.office(moment.date()))

    def works(self, day: date) -> bool:
        minutes = (minute for begin, end in self.office(day) for minute in range(begin, end))
        return any(self.at_work(datetime.combine(day, time()) + minute * MINUTE) for minute in minutes)

    def close(self, day: date) -> datetime:
        return datetime.combine(day, time()) + self.office(day)[-1][1] * MINUTE

    def runs(self, clock: str, moment: datetime) -> bool:
        if clock == "always":
            return True
        return self.at_work(moment) if clock == "office" else self._works(moment.date())

    def _works(self, day):
        known = self.__dict__.setdefault("_known", {})
        if day not in known:
            known[day] = self.works(day)
        return known[day]

    # Amounts

    def after_hours(self, start, minutes, clock, pauses=()):
        """The end of the minute in which the last of `minutes` runs."""
        moment = start
        while minutes:
            if self.runs(clock, moment) and not any(since <= moment < until for since, until in pauses):
                minutes -= 1
            moment += MINUTE
        return moment

    def before_hours(self, due, minutes, clock):
        moment = due
        while minutes:
            moment -= MINUTE
            if self.runs(clock, moment):
                minutes -= 1
        return moment

    def ran(self, start, end, clock):
        count = 0
        while start < end:
            count += self.runs(clock, start)
            start += MINUTE
        return count

    def after_working_days(self, start, n, pauses=()):
        n += sum(self._closes_in(max(since, start), until) for since, until in pauses)
        day = start.date()
        while n:
            day += DAY
            n -= self._works(day)
        return self.close(day)

    def _closes_in(self, since, until):
        days = (since.date() + k * DAY for k in range(max((until.date() - since.date()).days + 1, 0)))
        return sum(1 for day in days if self._works(day) and since < self.close(day) <= until)

    def after_days(self, start, n):
        return self.close(self.roll(start.date() + n * DAY))

    def after_months(self, start, n):
        year, month = start.year, start.month
        for _ in range(n):
            year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        return self.close(self.roll(date(year, month, min(start.day, monthrange(year, month)[1]))))

    def roll(self, day, step=DAY):
        while not self._works(day):
            day += step
        return day

    # Fixed points

    def at_time(self, start, minute):
        day = start.date()
        while not self._works(day) or datetime.combine(day, time()) + minute * MINUTE < start:
            day += DAY
        return datetime.combine(day, time()) + minute * MINUTE

    def at_weekday(self, start, weekday, minute):
        monday = start.date()
        while monday.weekday():
            monday -= DAY
        while True:
            due = datetime.combine(self.roll(monday + weekday * DAY), time()) + minute * MINUTE
            if due >= start:
                return due
            monday += 7 * DAY

    def end_of(self, start, period):
        """The close of the last working day of the period; of the first one after it where it has none."""
        day = start.date()
        while True:
            inside = []
            first = day
            while self.same(first - DAY, day, period):
                first -= DAY
            while self.same(first, day, period):
                inside.append(first)
                first += DAY
            worked = [one for one in inside if self._works(one)]
            due = self.close(worked[-1] if worked else self.roll(first))
            if due >= start:
                return due
            day = first

    @staticmethod
    def same(one, other, period):
        if period == "week":
            return one.isocalendar()[:2] == other.isocalendar()[:2]
        months = 1 if period == "month" else 3
        return (one.year, (one.month - 1) // months) == (other.year, (other.month - 1) // months)
