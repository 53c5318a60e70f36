"""My Day: everything one owes, in one query, in the order of risk."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Count, Min, Q
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import Promise

from salesops.clock import due_day
from salesops.people.models import Leave, User
from salesops.standing import StandingQuery

from . import subjects
from .frozen import due_term, time_given
from .models import Deadline, Tally
from .models.deadline import desks_of
from .registry import registry
from .rule import Rule, desk_name

MOST = 100
SHOWN = 36  # cards of today on the page
COMING = 20  # cards of the days after
FEW = 3  # untaken duties of one rule that are listed one by one; more of them are a queue
SOON = timedelta(hours=2)
AHEAD = timedelta(days=14)  # what is due later still is not listed
NEAR = timedelta(days=7)  # nor, beside what is due now, what is due later than that
TODAY = ("late", "soon", "today")
SHOWN_OF_A_DUTY = ("rule", "subject", "file", "owner", "desk", "title", "due_at", "stopped_at", "reason", "chosen")


@dataclass
class Item:
    """One duty as a row shows it."""

    deadline: Deadline
    rule: Rule | None
    late: bool
    soon: bool
    desk: str = ""
    text: str = ""
    given: str = ""  # the time that the rule gives, in words

    @property
    def url(self) -> str:
        """The page where it is done, where that is another than the page of its file."""
        return subjects.page(self.rule.page, self.deadline.subject) if self.rule else ""

    @property
    def takeable(self) -> bool:
        return bool(self.deadline.desk) and self.deadline.owner_id is None


@dataclass
class File:
    """The duties on one customer: one visit to the page does them all."""

    reference: str
    title: str
    url: str
    items: list[Item] = field(default_factory=list)
    brief: subjects.Brief = field(default_factory=subjects.Brief)

    @property
    def key(self) -> str:
        return self.reference.replace(":", "-")


@dataclass
class Section:
    """`now` says whether its duties are for today; `count` are all its cards, `files` those that the page shows."""

    key: str
    files: list[File]
    count: int = 0

    @property
    def now(self) -> bool:
        return self.key in TODAY

    @property
    def more(self) -> int:
        return self.count - len(self.files)


@dataclass(frozen=True)
class Queue:
    """Duties of one rule that a desk owes and nobody has taken: a list to work through, not rows of My Day."""

    rule: Rule
    count: int
    due_at: datetime
    late: bool
    url: str


@dataclass(frozen=True)
class Note:
    """A number that a room above wants looked at, with the list that it counts."""

    text: str
    count: int
    url: str


@dataclass(frozen=True)
class Done:
    """Something that the person has done today; `undo_url` while it can be taken back at once."""

    at: datetime
    title: str
    text: str
    url: str
    undo_url: str = ""


_notes: list[Callable[[User, datetime], list[Note]]] = []
_done: list[Callable[[User, datetime], list[Done]]] = []


_asks: dict[str, tuple[str | Promise, str]] = {}


def register(
    *,
    notes: Callable | None = None,
    done: Callable | None = None,
    asks: Mapping[str, tuple[str | Promise, str]] | None = None,
) -> None:
    """For the rooms above: functions (user, now) that add notes to My Day, or what was done since midnight.

    `asks` are kinds of notices by which heads are asked to decide: what is counted, and the URL name of the list.
    """
    _asks.update(asks or {})
    if notes and notes not in _notes:
        _notes.append(notes)
    if done and done not in _done:
        _done.append(done)


def asks() -> dict[str, tuple[str | Promise, str]]:
    """By kind of notice, the words and the list of what waits for a decision."""
    return dict(_asks)


def notes(user: User, now: datetime) -> list[Note]:
    return [note for found in _notes for note in found(user, now) if note.count]


def done_today(user: User, now: datetime) -> list[Done]:
    """What was done since midnight, the latest first."""
    return sorted((done for found in _done for done in found(user, now)), key=lambda done: done.at, reverse=True)


def queues(user: User, now: datetime) -> list[Queue]:
    """What waits for the user's desks in more than a FEW cases, where there is a page that lists it. One query."""
    waiting = Deadline.objects.open().filter(owner=None, desk__in=desks_of(user)).order_by("rule").values("rule")
    found = []
    for row in waiting.annotate(count=Count("pk"), due_at=Min("due_at")):
        rule = registry.get(row["rule"])
        url = _list_url(rule) if rule and row["count"] > FEW else ""
        if url:
            found.append(Queue(rule, row["count"], row["due_at"], row["due_at"] < now, url))
    return found


def _list_url(rule: Rule) -> str:
    try:
        return reverse(rule.page) if rule.page else ""
    except NoReverseMatch:  # the page of a single record
        return ""


def sections(user: User, now: datetime, *, without: Iterable[str] = ()) -> list[Section]:
    """The open duties of the user and of their desks, one card for each record, in the section of its first duty.

    One query. `without` are the rules that are shown as queues.
    """
    mine = Q(owner=user) | Q(owner=None, desk__in=desks_of(user)) & ~Q(rule__in=list(without))
    rows = Deadline.objects.open().filter(mine, due_at__lt=now + AHEAD).order_by("due_at", "id")
    files: dict[str, File] = {}
    for item in items(rows.only(*SHOWN_OF_A_DUTY).annotate(term=due_term())[:MOST], now):
        item.given = time_given("" if item.deadline.chosen else item.deadline.term)
        reference = item.deadline.file or item.deadline.subject
        files.setdefault(reference, File(reference, item.deadline.title, subjects.url(reference))).items.append(item)
    by_section: dict[str, list[File]] = {key: [] for key in (*TODAY, "tomorrow", "later")}
    for file in files.values():
        key = min((_section(item.deadline, now) for item in file.items), key=[*by_section].index)
        if key != "later":
            file.items = [item for item in file.items if item.deadline.due_at < now + NEAR]
        by_section[key].append(file)
    return [Section(key, found, len(found)) for key, found in by_section.items() if found]


def cut(owed: list[Section]) -> list[Section]:
    """The same with as many cards as one screen after another is worth: a page that nobody scrolls is only slow."""
    room, shown = {True: SHOWN, False: COMING}, []
    for section in owed:
        files = section.files[: room[section.now]]
        room[section.now] -= len(files)
        shown.append(Section(section.key, files, section.count))
    return shown


def brief(owed: list[Section], user: User, now: datetime) -> None:
    """Lays the briefs of their records over the cards. The queries of the briefs, whatever the number of cards."""
    files = {file.reference: file for section in owed for file in section.files}
    for reference, found in subjects.briefs(files, user, now).items():
        files[reference].brief = found
        for item in files[reference].items:
            item.text = found.texts.get(item.deadline.subject, "")


def next_file(user: User, now: datetime, *, passed: Iterable[str]) -> File | None:
    """The first card of today on which one can act with a form, but for those already `passed`."""
    waiting = [queue.rule.key for queue in queues(user, now)]
    owed = [section for section in sections(user, now, without=waiting) if section.now]
    brief(owed, user, now)
    for section in owed:
        for file in section.files:
            if file.brief.act_url and file.reference not in passed:
                return file
    return None


def _section(row: Deadline, now: datetime) -> str:
    if row.due_at < now and not row.stopped_at:
        return "late"
    if row.due_at <= now + SOON:
        return "soon"
    days = (due_day(row.due_at) - timezone.localtime(now).date()).days
    return "today" if days <= 0 else "tomorrow" if days == 1 else "later"


def items(rows: Iterable[Deadline], now: datetime) -> list[Item]:
    """The rows as a page shows them: with their rule, and whether they are late or due within two hours."""
    found = []
    for row in rows:
        late = row.due_at < now and not row.stopped_at
        soon = not late and row.due_at <= now + SOON
        found.append(Item(row, registry.get(row.rule), late, soon, desk_name(row.desk)))
    return found


_counted = StandingQuery(
    lambda user, since, until: Tally.objects.filter(owner=user, day__gte=since, day__lte=until).values_list(
        "in_time", "late"
    )
)


@dataclass(frozen=True)
class Rate:
    """How many of one's duties that fell due this week were met in time, of how many."""

    in_time: int
    counted: int

    @property
    def percent(self) -> int:
        return round(100 * self.in_time / self.counted)


def rate_this_week(user: User, now: datetime) -> Rate | None:
    """From the tallies, which leave out what was waived, void or due in an outage; None while nothing was due."""
    today = timezone.localtime(now).date()
    rows = _counted(user.pk, today - timedelta(days=today.weekday()), today)
    in_time, late = sum(row[0] for row in rows), sum(row[1] for row in rows)
    return Rate(in_time, in_time + late) if in_time + late else None


class Away(NamedTuple):
    """A leave that runs now; `stand_in` is None where the head of the team stands in."""

    until: datetime
    stand_in: str | None


def away(user: User, now: datetime) -> Away | None:
    """The user's leave that runs now."""
    found = _leave(now, user.pk)
    return Away(*found[0]) if found else None


_leave = StandingQuery(
    lambda now, user: Leave.objects.running(now).filter(user=user).values_list("until", "stand_in__name")[:1]
)


@dataclass(frozen=True)
class Owed:
    """What is late or due by the end of the day, counted up to 99, and the nearest due time still to come."""

    count: int
    late: int
    next_at: datetime | None


def owed_today(user: User, now: datetime) -> Owed:
    """What the user and their desks owe today, for the menu and the header. One query by the index of due times."""
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    rows = _due_before(midnight, user.pk, *desks_of(user))
    running = [due_at for due_at, stopped_at in rows if not stopped_at]
    late = sum(due_at < now for due_at in running)
    return Owed(len(rows), late, next((due_at for due_at in running if due_at >= now), None))


def _owed_before(until: datetime, user: int, *desks: str):
    mine = Q(owner=user) | Q(owner=None, desk__in=desks)
    due = Deadline.objects.open().filter(mine, due_at__lte=until).order_by("due_at")
    return due.values_list("due_at", "stopped_at")[:99]


_due_before = StandingQuery(_owed_before)
