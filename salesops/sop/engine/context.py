"""What the engine knows and has to write while it works on some deadlines, within one transaction."""

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from functools import cached_property

from salesops.notices.actions import Telling
from salesops.people.directory import Directory

from ..calendar import Calendar
from ..calendars import Calendars, current
from ..frozen import Freezer, FrozenTerms, content_of, thaw
from ..models import Counted, Deadline, Ending, Outage, RuleSetting
from ..rule import Rule, Step, Verdict

# Deadlines due this long after an outage are left out of on-time rates as well (reliability.md I7).
OUTAGE_TAIL = timedelta(minutes=30)


class Known:
    """What many events of one instant share within a transaction: people, settings, calendars, frozen content."""

    def __init__(self, at: datetime, trying: RuleSetting | None = None, calendars: Calendars | None = None):
        self.at = at
        self.freezer = Freezer()
        self._trying = trying
        if calendars is not None:
            self.calendars = calendars

    @cached_property
    def directory(self) -> Directory:
        return Directory(self.at)

    @cached_property
    def calendars(self) -> Calendars:
        return current()

    @cached_property
    def settings(self) -> list[RuleSetting]:
        kept = list(RuleSetting.objects.order_by("-holds_from", "-id"))
        tried = [self._trying] if self._trying else []
        return sorted([*tried, *kept], key=lambda row: row.holds_from, reverse=True)

    def forget_frozen(self) -> None:
        """To be called after a rollback to a savepoint: what was stored since then is gone."""
        self.freezer = Freezer()


_shared: ContextVar[Known | None] = ContextVar("known", default=None)


@contextmanager
def sharing(at: datetime) -> Iterator[Known]:
    """For bulk writes in one transaction, such as an import: events of the instant `at` read what they know once.

    Nobody's post, leave or settings may be changed inside.
    """
    known = Known(at)
    token = _shared.set(known)
    try:
        yield known
    finally:
        _shared.reset(token)


class Context:
    """Reads people, settings and calendars at most once, and gathers writes so that they go out in bulk.

    `at` is the instant of the work: the sweep's now, or when a request was received. For looking at what a change would
    do, `trying` is a setting and `calendars` are calendars that are taken as if they had been saved.
    """

    def __init__(
        self,
        at: datetime,
        *,
        catch_up_until: datetime | None = None,
        trying: RuleSetting | None = None,
        calendars: Calendars | None = None,
    ):
        self.at = at
        self.catch_up_until = catch_up_until  # after an outage: heads are told no sooner than this
        shared = _shared.get()
        fits = shared is not None and shared.at == at and trying is None and calendars is None
        self._known = shared if fits else Known(at, trying, calendars)
        self.freezer = self._known.freezer
        self.changed: dict[int, Deadline] = {}
        self.new: list[Deadline] = []
        self.tellings: list[tuple[Deadline, Telling]] = []  # keyed without the deadline's id
        self.unanswered: list[tuple[Deadline, Step, datetime]] = []  # consequences that no room has registered yet
        self.settled: set[int] = set()
        self.tallies: Counter = Counter()
        self._outages: list[tuple[datetime, datetime]] = []
        self._outages_from: datetime | None = None

    # What it knows

    @property
    def directory(self) -> Directory:
        return self._known.directory

    def in_outage(self, instant: datetime) -> bool:
        """Whether what was due at `instant` was due in an outage of ours, or too soon after it."""
        if self._outages_from is None or instant < self._outages_from:
            self._outages_from = instant - timedelta(days=7)  # rows come in no order of time: read a little further
            outages = Outage.objects.filter(until__gte=self._outages_from - OUTAGE_TAIL)
            self._outages = list(outages.values_list("since", "until"))
        return any(since <= instant <= until + OUTAGE_TAIL for since, until in self._outages)

    def values(self, rule: Rule, team_id: int | None, at: datetime) -> dict:
        """The admin's numbers for a rule that hold at `at`: the nearest team's, else the company's, else none."""
        holding = [row for row in self._known.settings if row.rule == rule.key and row.holds_from <= at]
        for team in [*self.directory.team_ancestors(team_id), None]:
            if found := next((row for row in holding if row.team_id == team), None):
                return found.values
        return {}

    def terms_now(
        self, rule: Rule, team_id: int | None, at: datetime, *, store: bool = True
    ) -> tuple[int, FrozenTerms] | None:
        """Id and reading of the terms for a deadline that opens at `at`; None where the rule is switched off.

        With `store` off nothing is written, and the id is 0.
        """
        values = self.values(rule, team_id, at)
        if values.get("off"):
            return None
        content = content_of(rule, values)
        return self.freezer.terms_id(content) if store else 0, thaw(content)

    def calendar_now(self, owner_id: int | None, team_id: int | None) -> Calendar:
        return self._known.calendars.nearest(owner_id, self.directory.team_ancestors(team_id))

    def load(self, rows: Iterable[Deadline]) -> list[Deadline]:
        """Reads the frozen content that the rows point at; returns the rows as a list."""
        rows = list(rows)
        self.freezer.load({row.terms_id for row in rows}, {row.calendar_id for row in rows})
        return rows

    def terms(self, row: Deadline) -> FrozenTerms:
        return self.freezer.terms(row.terms_id)

    def calendar(self, row: Deadline) -> Calendar:
        return self.freezer.calendar(row.calendar_id)

    def owing(self, row: Deadline) -> int | None:
        """Who owes it now: its owner, or the head of the desk while no member has taken it."""
        return row.owner_id or (self.directory.desk_head(row.desk) if row.desk else None)

    def forget_frozen(self) -> None:
        """After a rollback to a savepoint: what was stored since then is gone."""
        self._known.forget_frozen()
        self.freezer = self._known.freezer

    # What it writes

    def touch(self, row: Deadline) -> None:
        if row.pk:
            self.changed[row.pk] = row

    def finish(self, row: Deadline, ending: Ending, at: datetime, rule: Rule, *, by_event: int | None = None) -> None:
        """Ends a deadline, counts it, and drops what has not been told of it yet."""
        row.ending, row.ended_at, row.next_at, row.ended_by_id = ending, at, None, by_event
        if ending == Ending.MET:
            row.met_at = at
        self.count(row, rule, _counts_as(row, ending))
        if row.pk:
            self.settled.add(row.pk)
        self.touch(row)

    def count(self, row: Deadline, rule: Rule, counted: Counted) -> None:
        """Counts a deadline once in its day's tally; counting it differently takes the old count back.

        It counts for who owed it when it was first counted: who takes an overdue duty from a desk helps.
        """
        if rule.verdict == Verdict.HINT:
            return
        if counted == Counted.LATE and self.in_outage(row.due_at):
            counted = Counted.OUTAGE
        if row.counted == counted:
            return
        owing = row.counted_for_id if row.counted else self.owing(row)
        self.uncount(row)
        row.counted, row.counted_for_id = counted, owing
        self.tallies[_tally_key(row)] += 1
        self.touch(row)

    def uncount(self, row: Deadline) -> None:
        """Takes a count back. To be called before the due time, or whatever else the tally goes by, changes."""
        if row.counted:
            self.tallies[_tally_key(row)] -= 1
            row.counted, row.counted_for_id = "", None


def _tally_key(row: Deadline) -> tuple:
    return row.rule, row.team_id, row.counted_for_id, row.due_at, row.counted


def _counts_as(row: Deadline, ending: Ending) -> Counted:
    if ending == Ending.WAIVED:
        return Counted.WAIVED
    if ending == Ending.VOID:
        return Counted.VOID
    return Counted.IN_TIME if ending == Ending.MET and row.met_at <= row.due_at else Counted.LATE
