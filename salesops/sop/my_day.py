"""My Day: everything one owes, in one query, in the order of risk."""

from collections.abc import Iterable
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

    title: str
    url: str
    items: list[Item] = field(default_factory=list)


@dataclass
class Section:
    key: str
    files: list[File]

    @property
    def count(self) -> int:
        return sum(len(file.items) for file in self.files)


@dataclass(frozen=True)
class Queue:
    """Duties of one rule that a desk owes and nobody has taken: a list to work through, not rows of My Day."""

    rule: Rule
    count: int
    due_at: datetime
    late: bool
    url: str


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
    """The user's open duties and those of their desks: overdue, within two hours, today, later. One query.

    `without` are the rules that are shown as queues.
    """
    mine = Q(owner=user) | Q(owner=None, desk__in=desks_of(user)) & ~Q(rule__in=list(without))
    rows = Deadline.objects.open().filter(mine, starts_at__lte=now + timedelta(days=14)).order_by("due_at", "id")[:MOST]
    by_section: dict[str, list[Deadline]] = {"late": [], "soon": [], "today": [], "later": []}
    for row in rows:
        by_section[_section(row, now)].append(row)
    return [Section(key, list(_files(found, now))) for key, found in by_section.items() if found]


def _section(row: Deadline, now: datetime) -> str:
    if row.due_at < now and not row.stopped_at:
        return "late"
    if row.due_at <= now + SOON:
        return "soon"
    same_day = timezone.localtime(row.due_at).date() == timezone.localtime(now).date()
    return "today" if same_day else "later"


def _files(rows: Iterable[Deadline], now: datetime) -> Iterable[File]:
    files: dict[str, File] = {}
    for item in items(rows, now):
        reference = item.deadline.file or item.deadline.subject
        file = files.setdefault(reference, File(item.deadline.title, subjects.url(reference)))
        file.items.append(item)
    return files.values()


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
