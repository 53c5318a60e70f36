"""Two weeks of work of the demo company, made by the product's own actions under a clock that is moved.

Everybody does each duty after a share of its time that fits their habits; some shares are above one, and some duties
are never done, so that there is something to see for a manager. The same start gives the same history.
"""

import csv
from datetime import datetime, time, timedelta
from functools import cache
from itertools import cycle
from pathlib import Path
from random import Random

from demo import customers, library, phrases
from demo.rhythm import DUTIES
from leads.actions import NewLead, Refused, arrive
from leads.models import Lead, Source
from salesops.notices.actions import mark_read
from salesops.notices.models import Notice
from salesops.people.actions import approve_leave, ask_leave
from salesops.people.models import User
from salesops.sop.actions import ask_waiver, give_reason
from salesops.sop.calendars import calendar_for
from salesops.sop.engine.sweeping import sweep
from salesops.sop.engine.watching import beat
from salesops.sop.models import Counted, Deadline

DAYS = 14
TICK, TICKS = timedelta(minutes=15), 48  # from 8:30 to 20:30
COMING = (time(8, 40), time(18, 20))  # when people are at their desks, on their own calendar's working days
LEAVE_ASKED_ON = 6
AT_ONCE, A_DAY = 16, 3  # leads that come in on the first day, and on each later one
# username: how much of the time they take, how often they are late, how often they never do it
HABITS = {
    "zhouyang": (0.15, 0.03, 0.0),
    "wangwei": (0.45, 0.03, 0.0),
    "zhangmin": (0.55, 0.08, 0.01),
    "chenjing": (0.7, 0.22, 0.05),
    "linfang": (0.5, 0.06, 0.01),
    "zhoujie": (0.8, 0.3, 0.12),
}
DESKS = {"so": "zhouyang"}


def make(people: dict[str, User], *, until: datetime, days: int = DAYS) -> None:
    """Lives through the `days` before `until` (UTC). The caller has the database for itself."""
    beat(until)  # The sweep is said to have run all the time: a moved clock is no outage.
    History(people, until).run(days)


class History:
    def __init__(self, people: dict[str, User], until: datetime):
        self.people, self.until = people, until
        self.by_id = {person.pk: person for person in people.values()}
        self.companies = companies()
        self.chance = Random("salesops")

    def run(self, days: int) -> None:
        first = calendar_for().local(self.until).date() - timedelta(days=days)
        library.make(self.people, at=calendar_for().midnight(first) + timedelta(hours=8))
        for number in range(days + 1):
            self.day(first + timedelta(days=number), number)
        self.excuse()
        customers.make(self.people, at=self.until - timedelta(minutes=30))
        sweep(self.until)

    def day(self, day, number: int) -> None:
        company = calendar_for()
        tick = company.midnight(day) + timedelta(hours=8, minutes=30)
        arrivals = self.arrivals(tick) if company.is_working(day) else []
        if number == LEAVE_ASKED_ON:
            self.leave(tick)
        for number_of_tick in range(TICKS):
            before, tick = tick, tick + TICK
            if tick > self.until:
                return
            if number_of_tick == 0:
                sweep(before)
            while arrivals and arrivals[0] <= tick:
                self.arrive(arrivals.pop(0))
            self.work(before, tick)
            if Deadline.objects.open().filter(next_at__lt=tick).exists():
                sweep(tick)
        self.read(tick)

    def arrivals(self, morning: datetime) -> list[datetime]:
        count = A_DAY if Lead.objects.exists() else AT_ONCE
        return sorted(morning + timedelta(minutes=self.chance.randrange(20, 450)) for _ in range(count))

    def arrive(self, at: datetime) -> None:
        new = new_lead(next(self.companies), self.chance)
        arrive(new, by=self.people["zhouyang"], at=at, way_in="hand")

    def work(self, since: datetime, tick: datetime) -> None:
        """Everybody does what they meant to have done by now."""
        present = {pk for pk, person in self.by_id.items() if at_work(person, tick)}
        doing = []
        for row in Deadline.objects.open().filter(rule__in=DUTIES, starts_at__lte=tick).order_by("starts_at", "pk"):
            who = row.owner_id or self.people[DESKS[row.desk]].pk
            planned = self.planned(row, self.by_id[who])
            if who in present and planned is not None and planned <= tick:
                doing.append((max(planned, since + self.chance.random() * TICK), row.pk, row, self.by_id[who]))
        for at, _pk, row, person in sorted(doing):
            self.act(row, person, at)

    def planned(self, row: Deadline, person: User) -> datetime | None:
        """When a person means to do a duty; None if never."""
        usual, late, never = HABITS.get(person.username, (0.5, 0.05, 0.0))
        chance = Random(f"{row.rule} {row.subject} {row.turn} {row.starts_at}")
        dice = chance.random()
        if dice < never:
            return None
        share = 1.05 + chance.random() if dice < never + late else usual * (0.5 + chance.random() / 2)
        return row.starts_at + share * (row.due_at - row.starts_at)

    def act(self, row: Deadline, by: User, at: datetime) -> None:
        if Deadline.objects.open().filter(pk=row.pk).exists():  # not met by what was just done about the same lead
            try:
                DUTIES[row.rule](row, by, at, Random(f"{row.subject} {at}"))
            except Refused:
                pass  # as it happens: somebody else was faster

    def leave(self, at: datetime) -> None:
        """Chen Jing is off for the next working day, approved by her team leader; Zhang Min stands in."""
        person, stand_in = self.people["chenjing"], self.people["zhangmin"]
        calendar = calendar_for(person)
        day = calendar.next_working_day(calendar.local(at).date())
        since, until = calendar.midnight(day), calendar.midnight(day + timedelta(days=1))
        leave = ask_leave(person, since=since, until=until, stand_in=stand_in, by=person, at=at)
        approve_leave(leave, by=self.people["lina"], at=at + timedelta(minutes=25))

    def read(self, at: datetime) -> None:
        """In the evening people have read what reached them, but for the last day."""
        if at < self.until - timedelta(days=1):
            for person in self.by_id.values():
                unread = Notice.objects.filter(person=person, read_at=None, created_at__lte=at)
                mark_read(unread.values_list("pk", flat=True), by=person, at=at)

    def excuse(self) -> None:
        """Some who were late said why; one asked for a waiver that waits to be decided."""
        at = self.until - timedelta(minutes=40)
        cell = [self.people[name] for name in ("chenjing", "zhangmin", "wangwei")]
        late = Deadline.objects.filter(owner__in=cell, counted=Counted.LATE, due_at__lt=at).order_by("-due_at")[:3]
        for row, reason in zip(late, phrases.LATE_REASONS, strict=False):
            give_reason(row, reason=reason, by=row.owner, at=at)
        if late:
            ask_waiver(late[0], reason=phrases.WAIVER_REASON, by=late[0].owner, at=at + timedelta(minutes=1))


def at_work(person: User, at: datetime) -> bool:
    calendar = calendar_of(person)
    local = calendar.local(at)
    return calendar.is_working(local.date()) and COMING[0] <= local.time() <= COMING[1]


@cache
def calendar_of(person: User):
    return calendar_for(person)


def companies():
    """The companies of companies.csv (name, region, industry), one after the other."""
    with (Path(__file__).parent / "companies.csv").open(encoding="utf-8") as file:
        return cycle(list(csv.DictReader(file)))


def new_lead(company: dict[str, str], chance: Random) -> NewLead:
    """A lead of a real company's name with a contact and a number that are made up."""
    return NewLead(
        company=company["name"],
        region=company["region"],
        industry=company["industry"],
        contact=chance.choice(phrases.SURNAMES) + chance.choice(phrases.GIVEN_NAMES),
        title=chance.choice(phrases.TITLES),
        phone=f"1{chance.choice('35789')}{chance.randrange(10**9):09d}",
        product=chance.choice(phrases.PRODUCTS),
        source=chance.choice(list(Source)),
    )
