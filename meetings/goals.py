"""What is to be reached in a period: the number that was set, else its share of what was set above it.

A day has its working-day share of the week's target, a week of the month's; a person has what is left of the team's
target, shared evenly among those who have none of their own.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from leads.figures import Period
from meetings.models import Target
from salesops.sop.calendar import Calendar

WIDER = {"day": ("week", "month"), "week": ("month",), "month": ()}
CENT = Decimal("0.01")


@dataclass
class Goals:
    """The targets that touch a period, of the teams and people in `set_numbers`; no query after it is made."""

    calendar: Calendar
    members: Mapping[str, list[str]]  # of each team those who share its target: "team=3": ["person=7", …]
    numbers: dict[tuple[str, str, str, date], Decimal] = field(default_factory=dict)

    @classmethod
    def read(cls, period: Period, members: Mapping[str, list[str]], calendar: Calendar) -> "Goals":
        """Reads them in one query."""
        first = Period.around("month", period.first).first
        first = min(first, Period.around("week", period.first).first)
        rows = Target.objects.filter(first__range=(first, period.last))
        teams = [int(whose.partition("=")[2]) for whose in members if whose]
        people = [int(whose.partition("=")[2]) for those in members.values() for whose in those]
        rows = rows.filter(team__in=teams) | rows.filter(person__in=people)
        return cls(calendar, members, {row.key: row.number for row in rows})

    def is_set(self, whose: str, figure: str, period: Period) -> bool:
        return (whose, figure, period.kind, period.first) in self.numbers

    def of(self, whose: str, figure: str, period: Period) -> Decimal | None:
        """What a person or team is to reach; None where nobody has set anything."""
        number = self._own(whose, figure, period)
        if number is None:
            number = self._from_team(whose, figure, period) if whose.startswith("person") else None
        if number is None and whose.startswith("team"):
            found = [self._own(person, figure, period) for person in self.members[whose]]
            number = sum(filter(None, found)) if any(each is not None for each in found) else None
        return number if number is None else number.quantize(CENT, ROUND_HALF_UP)

    def pace(self, number: Decimal, period: Period, today: date) -> Decimal:
        """How much of a target would be reached by the end of `today` at an even pace over the working days."""
        days = self._working(period)
        gone = [day for day in days if day <= today]
        return number * len(gone) / len(days) if days else Decimal()

    def _own(self, whose: str, figure: str, period: Period) -> Decimal | None:
        """What was set for the period, else the shares of its days in what was set for a wider one."""
        number = self.numbers.get((whose, figure, period.kind, period.first))
        if number is not None:
            return number
        shares = [self._share(whose, figure, period.kind, day) for day in self._days(period)]
        known = [share for share in shares if share is not None]
        return sum(known) if known else None

    def _share(self, whose: str, figure: str, kind: str, day: date) -> Decimal | None:
        for wider in WIDER[kind]:
            around = Period.around(wider, day)
            number = self.numbers.get((whose, figure, wider, around.first))
            if number is not None:
                days = self._working(around)
                return number / len(days) if day in days else Decimal()
        return None

    def _from_team(self, person: str, figure: str, period: Period) -> Decimal | None:
        team = next((team for team, members in self.members.items() if person in members), None)
        whole = self._own(team, figure, period) if team else None
        if whole is None:
            return None
        own = [self._own(member, figure, period) for member in self.members[team]]
        without = own.count(None)
        return max(whole - sum(filter(None, own)), Decimal()) / without

    def _working(self, period: Period) -> list[date]:
        return [day for day in self._days(period) if self.calendar.is_working(day)]

    @staticmethod
    def _days(period: Period) -> Iterable[date]:
        return [period.first + timedelta(days=n) for n in range((period.last - period.first).days + 1)]
