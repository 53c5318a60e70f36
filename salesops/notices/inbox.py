"""The inbox's rows: notices in words, each with what one does about it, grouped by the file they are about."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Case, Exists, IntegerField, QuerySet, Value, When
from django.utils import timezone
from django.utils.translation import gettext

from salesops.people.models import User

from .models import Delivery, Notice
from .wording import Words, words

_TROUBLE = [Delivery.State.FAILED, Delivery.State.UNKNOWN, Delivery.State.SUPERSEDED]


@dataclass(frozen=True)
class Act:
    """What is done about a notice: a page, or with `post` a button that does it at once. Both take `back`."""

    label: str
    url: str
    post: bool = False


_acts: list[Callable[[User, list[Notice], datetime], dict[int, Act]]] = []


def register(function: Callable[[User, list[Notice], datetime], dict[int, Act]]):
    """For the rooms above: a function that says, by their ids, what the user can do about some of the notices."""
    if function not in _acts:
        _acts.append(function)
    return function


_late: list[Callable[[datetime], Exists]] = []


def register_late(function: Callable[[datetime], Exists]):
    """For the rooms above: a function that gives the condition under which what a notice is about is late at `now`."""
    if function not in _late:
        _late.append(function)
    return function


def with_late(notices: QuerySet, now: datetime) -> QuerySet:
    """The notices with `late`: 1 for those about something that is late at `now`, else 0."""
    conditions = [When(condition(now), then=Value(1)) for condition in _late]
    return notices.annotate(late=Case(*conditions, default=Value(0), output_field=IntegerField()))


@dataclass
class Row:
    notice: Notice
    words: Words
    trouble: list[Delivery]
    act: Act | None

    @property
    def url(self) -> str:
        url = self.notice.url
        return url if url.startswith("/") and not url.startswith("//") else ""


@dataclass
class Group:
    name: str
    rows: list[Row] = field(default_factory=list)

    @property
    def unread(self) -> list[int]:
        return [row.notice.pk for row in self.rows if row.notice.read_at is None]


def groups(notices: list[Notice], user: User, language: str, now: datetime) -> list[Group]:
    """The rows of one page, those about the same file together, in the order of the first of each.

    One query, and those of the acts.
    """
    trouble: dict[int, list[Delivery]] = {}
    undelivered = Delivery.objects.filter(notice__in=[notice.pk for notice in notices], state__in=_TROUBLE)
    for delivery in undelivered.select_related("account").defer("account__url", "account__secret").order_by("pk"):
        trouble.setdefault(delivery.notice_id, []).append(delivery)
    acts = {pk: act for found in _acts for pk, act in found(user, notices, now).items()}
    zone, found = timezone.get_current_timezone(), {}
    for notice in notices:
        said = words(notice.kind, notice.values, language=language, zone=zone)
        name = _name(notice)
        group = found.setdefault(notice.file or name, Group(name))
        group.rows.append(Row(notice, said, trouble.get(notice.pk, []), acts.get(notice.pk)))
    return list(found.values())


def _name(notice) -> str:
    return str(notice.values.get("company") or notice.values.get("title") or gettext("Without a customer"))
