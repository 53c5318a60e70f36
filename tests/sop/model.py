"""What the engine promises, in plain Python and without any of its code: naive local minutes, one office, few rules."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import count

DAY = timedelta(days=1)
TERMS = {
    "accept": {"": ("office", 2)},
    "respond": {"A": ("office", 4), "B": ("office", 8)},
    "cadence": {"A": ("working_days", 1), "B": ("working_days", 2), "C": ("days", 7)},
    "answer": {"": ("worked_hours", 24)},
    "supply": {"": ("office", 8)},
    "review_each": {"": ("working_days", 1)},
    "talk": {"": ("working_days", 1)},
}
LIMITS = {"A": ("working_days", 2), "B": ("working_days", 4), "C": ("days", 14)}


def works(day: date, closed) -> bool:
    return day.weekday() < 5 and day not in closed


def on_or_after(day: date, closed) -> date:
    return day if works(day, closed) else on_or_after(day + DAY, closed)


def close_of(day: date, closed) -> datetime:
    return datetime.combine(on_or_after(day, closed), time(18))


def due(term, start: datetime, closed, pauses=()) -> datetime:
    unit, n = term
    if unit == "days":
        return close_of(start.date() + n * DAY, closed)
    if unit == "working_days":
        day = start.date()
        for _ in range(n):
            day = on_or_after(day + DAY, closed)
        return close_of(day, closed)
    left, day = timedelta(hours=n), start.date()
    while True:
        midnight = datetime.combine(day, time())
        opens, closes = (9, 18) if unit == "office" else (0, 24)
        begin, end = max(start, midnight + timedelta(hours=opens)), midnight + timedelta(hours=closes)
        for stop, resume in [*sorted(pauses), (datetime.max, datetime.max)]:
            span = min(end, stop) - begin
            if works(day, closed) and span > timedelta(0):
                if span >= left:
                    return begin + left
                left -= span
            begin = max(begin, resume)
        day += DAY


@dataclass
class Row:
    rule: str
    deal: int
    slot: str
    owner: str
    case: str
    terms: dict
    closed: frozenset
    starts: datetime
    due: datetime
    streak: int = 0
    number: int = field(default_factory=count().__next__)
    behalf: str | None = None
    chosen: bool = False
    late: bool = False  # the due time was seen to pass
    stopped: datetime | None = None
    pauses: list = field(default_factory=list)
    met: datetime | None = None
    ended: datetime | None = None
    ending: str = ""
    counted: str = ""

    @property
    def term(self):
        return self.terms.get(self.case) or self.terms[""]

    @property
    def ends(self) -> datetime | None:
        ending = {"accept": lambda: self.due, "cadence": lambda: due(self.term, self.due, self.closed)}
        return ending.get(self.rule, lambda: None)() if not self.over else self.over

    over: datetime | None = None  # the end that was reckoned with an earlier grade

    def next(self) -> datetime | None:
        return None if self.stopped else self.ends if self.late else self.due

    def overdue(self, at: datetime) -> bool:
        return self.due < (self.stopped or at)

    def was_due(self, at: datetime) -> bool:
        return self.overdue(at) or self.late

    def finish(self, ending: str, at: datetime) -> None:
        self.ending, self.ended = ending, at
        if ending == "met":
            self.met = at
        self.counted = "void" if ending == "void" else "in_time" if ending == "met" and at <= self.due else "late"


class Model:
    def __init__(self, head: dict[str, str]):
        self.head, self.rows, self.closed = head, [], frozenset()
        self.terms = {rule: dict(cases) for rule, cases in TERMS.items()}
        self.leaves, self.gone, self.outages = [], {}, []

    # People

    def away(self, person, at):
        return next(
            (leave for leave in self.leaves if leave["who"] == person and leave["since"] <= at < leave["until"]), None
        )

    def answers_for(self, person, at):
        seen, asked = set(), person
        while asked and asked not in seen:
            seen.add(asked)
            leave = self.away(asked, at)
            if not leave and asked not in self.gone:
                return asked
            asked = leave["stand_in"] if leave else self.gone[asked]
        return self.head[person]

    def give(self, row, to, at, now):
        if to == row.owner:
            return
        if not row.overdue(at):
            row.owner = to
            return
        row.finish("missed", at)
        fresh = Row(row.rule, row.deal, row.slot, to, row.case, row.terms, row.closed, now, now, row.streak)
        fresh.behalf, fresh.due = row.behalf, due(row.term, now, row.closed)
        self.rows.append(fresh)

    def leave_company(self, person, successor, now):
        self.gone[person] = successor
        self.settle_all({row.deal for row in self.open(owner=person)}, now, now)
        for row in self.open(owner=person):
            self.give(row, self.answers_for(person, now), now, now)

    def turn_leaves(self, now, only=None, not_before=None):
        turns = [(leave["until"], 0, leave) for leave in self.leaves if leave["state"] == "begun"]
        turns += [(leave["since"], 1, leave) for leave in self.leaves if leave["state"] == "" and now < leave["until"]]
        for when, begins, leave in sorted(turns, key=lambda turn: turn[:2]):
            if when <= now and (only is None or leave is only):
                when = max(when, not_before) if not_before else when
                leave["state"] = "begun" if begins else "over"
                self.turn_leave(leave["who"], begins, when, now)

    def turn_leave(self, person, begins, when, now):
        mine = {"owner": person} if begins else {"behalf": person}
        self.settle_all({row.deal for row in self.open(**mine)}, when, now)
        for row in self.open(**mine):
            if begins and (to := self.answers_for(person, now)) != person:
                if not row.overdue(when):
                    row.behalf = row.behalf or person
                    self.give(row, to, when, now)
                else:
                    self.give(row, to, when, now)
                    self.rows[-1].behalf = row.behalf or person
            elif not begins and not row.overdue(when) and person not in self.gone:
                row.owner, row.behalf = person, None

    # Rows and time

    def open(self, **values):
        return [row for row in self.rows if not row.ending and all(getattr(row, k) == v for k, v in values.items())]

    def start(self, rule, deal, named, at, *, case="", slot="", chosen=None):
        if self.open(rule=rule, deal=deal, slot=slot):
            return
        owner = self.answers_for(named, at)
        row = Row(rule, deal, slot, owner, case, dict(self.terms[rule]), self.closed, at, at)
        row.behalf = named if named != owner else None
        row.due = due(row.term, at, self.closed)
        if chosen and (wanted := close_of(chosen, self.closed)) > at:
            latest = max(row.due, due(LIMITS[case], at, self.closed))
            reckoned, row.due = row.due, min(wanted, latest) if wanted > row.due else wanted
            row.chosen = row.due != reckoned
        self.rows.append(row)

    def settle_all(self, deals, until, now):
        for deal in deals:
            self.settle(deal, until, now)

    def settle(self, deal, until, now):
        """Takes what was due before `until`, in the order in which it was due; `now` is when that is done."""
        while True:
            found = [(row.next(), row.number, row) for row in self.open(deal=deal) if row.next() and row.next() < until]
            if not found:
                return
            when, _number, row = min(found, key=lambda each: each[:2])
            if row.late:
                self.miss(row, when)
                continue
            row.late, row.counted = True, "late"
            if row.rule == "accept":
                row.finish("missed", when)
                self.void(("respond", "cadence"), deal, when)
            elif row.rule == "respond":
                self.start("talk", deal, self.head[row.owner], now)

    def miss(self, row, when):
        row.finish("missed", when)
        if row.streak == 2:
            self.void(("accept", "respond"), row.deal, when)
            return
        after = Row(
            row.rule, row.deal, row.slot, row.owner, row.case, row.terms, self.closed, row.due, when, row.streak + 1
        )
        after.behalf = row.behalf
        self.rows.append(after)

    def void(self, rules, deal, at):
        for row in self.open(deal=deal):
            if row.rule in rules:
                row.finish("missed" if row.was_due(at) else "void", at)

    def meet(self, rule, deal, at, slot=None):
        for row in self.open(rule=rule, deal=deal):
            if slot in (None, row.slot):
                row.finish("met", min(at, row.stopped or at))

    def move(self, row, to, now):
        if to != row.due:
            row.due, row.late, row.over = to, False, None
            row.counted = "" if to >= now else row.counted

    # What people do; each first settles what was due on the deal

    def assign(self, deal, owner, grade, at):
        self.void(("accept", "respond"), deal, at)
        self.start("accept", deal, owner, at)
        self.start("respond", deal, owner, at, case=grade)

    def contact(self, deal, owner, grade, reached, chosen, at):
        if reached:
            self.meet("respond", deal, at)
        self.meet("cadence", deal, at)
        self.start("cadence", deal, owner, at, case=grade, chosen=chosen)

    def grade(self, deal, grade, at):
        for row in self.open(rule="respond", deal=deal):
            row.case = grade
            self.move(row, due(row.term, row.starts, row.closed), at)
        for row in self.open(rule="cadence", deal=deal):
            row.over = row.ends if row.due < at else None  # an overdue period ends as it was to end
            row.case = grade
            if row.due >= at:
                reckoned = due(row.term, row.starts, row.closed)
                self.move(row, reckoned if reckoned >= at else due(("working_days", 1), at, row.closed), at)
                row.chosen = False

    def ask_back(self, deal, asker, at):
        for row in self.open(rule="answer", deal=deal):
            row.stopped = row.stopped or at
        self.start("supply", deal, asker, at)

    def supply(self, deal, at):
        for row in self.open(rule="answer", deal=deal):
            if row.stopped:
                late = row.due < row.stopped
                row.pauses.append((row.stopped, at))
                row.stopped = None
                if not late:
                    self.move(row, due(row.term, row.starts, row.closed, row.pauses), at)
        self.meet("supply", deal, at)

    def recompute(self, now):
        for row in self.open():
            if row.due >= now and not row.stopped and not row.chosen and not row.streak:
                to = due(row.term, row.starts, self.closed, row.pauses)
                if to > now and to != row.due:
                    row.closed = self.closed
                    self.move(row, to, now)

    def judged(self, row) -> str:
        """How it counts: late in an outage of ours, or within half an hour after, is nobody's fault."""
        ours = any(since <= row.due <= until + timedelta(minutes=30) for since, until in self.outages)
        return "outage" if row.counted == "late" and ours else row.counted
