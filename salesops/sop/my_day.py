"""My Day: everything one owes, in one query, in the order of risk."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from salesops.people.models import User

from . import subjects
from .models import Deadline
from .models.deadline import desks_of
from .registry import registry
from .rule import Rule, desk_name

MOST = 100
FEW = 3  # untaken duties of one rule that are listed one by one; more of them are a queue
SOON = timedelta(hours=2)
TODAY = ("late", "soon", "today")


@dataclass
class Item:
    """One duty as a row shows it."""

    deadline: Deadline
    rule: Rule | None
    late: bool
    soon: bool
    desk: str = ""

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
    """`now` says whether its duties are for today."""

    key: str
    files: list[File]

    @property
    def now(self) -> bool:
        return self.key in TODAY

    @property
    def count(self) -> int:
        return len(self.files)


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
    """Something that the person has done today."""

    at: datetime
    title: str
    text: str
    url: str


_notes: list[Callable[[User, datetime], list[Note]]] = []
_done: list[Callable[[User, datetime], list[Done]]] = []


def register(*, notes: Callable | None = None, done: Callable | None = None) -> None:
    """For the rooms above: functions (user, now) that add notes to My Day, or what was done since midnight."""
    if notes and notes not in _notes:
        _notes.append(notes)
    if done and done not in _done:
        _done.append(done)


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

    One query, and those of the briefs. `without` are the rules that are shown as queues.
    """
    mine = Q(owner=user) | Q(owner=None, desk__in=desks_of(user)) & ~Q(rule__in=list(without))
    rows = Deadline.objects.open().filter(mine, starts_at__lte=now + timedelta(days=14)).order_by("due_at", "id")[:MOST]
    files: dict[str, File] = {}
    for item in items(rows, now):
        reference = item.deadline.file or item.deadline.subject
        files.setdefault(reference, File(reference, item.deadline.title, subjects.url(reference))).items.append(item)
    briefs = subjects.briefs(files, user, now)
    by_section: dict[str, list[File]] = {key: [] for key in (*TODAY, "tomorrow", "later")}
    for file in files.values():
        file.brief = briefs.get(file.reference, file.brief)
        by_section[min((_section(item.deadline, now) for item in file.items), key=[*by_section].index)].append(file)
    return [Section(key, found) for key, found in by_section.items() if found]


def next_file(user: User, now: datetime, *, passed: Iterable[str]) -> File | None:
    """The first card of today on which one can act with a form, but for those already `passed`."""
    waiting = [queue.rule.key for queue in queues(user, now)]
    for section in sections(user, now, without=waiting):
        for file in section.files if section.now else ():
            if file.brief.act_url and file.reference not in passed:
                return file
    return None


def _section(row: Deadline, now: datetime) -> str:
    if row.due_at < now and not row.stopped_at:
        return "late"
    if row.due_at <= now + SOON:
        return "soon"
    days = (timezone.localtime(row.due_at).date() - timezone.localtime(now).date()).days
    return "today" if days <= 0 else "tomorrow" if days == 1 else "later"


def items(rows: Iterable[Deadline], now: datetime) -> list[Item]:
    """The rows as a page shows them: with their rule, and whether they are late or due within two hours."""
    found = []
    for row in rows:
        late = row.due_at < now and not row.stopped_at
        soon = not late and row.due_at <= now + SOON
        found.append(Item(row, registry.get(row.rule), late, soon, desk_name(row.desk)))
    return found


def owed_today(user: User, now: datetime) -> int:
    """How many duties are late or due by the end of the day, for the menu; counted up to 99."""
    mine = Q(owner=user) | Q(owner=None, desk__in=desks_of(user))
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return Deadline.objects.open().filter(mine, due_at__lt=midnight).order_by()[:99].count()
