"""Late now: who is late at this moment, on what, and since when, for the heads of those people."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from salesops.notices.models import Notice
from salesops.people import scope
from salesops.people.models import Role, User

from . import my_day
from .actions.deadlines import ASKED
from .models import Deadline
from .models.deadline import desks_of
from .my_day import Item, Note, items

HEADS = (Role.LEADER, Role.MANAGER, Role.DEPARTMENT_HEAD, Role.ADMIN)
MOST = 200
AT_ONCE = 5


@dataclass
class Person:
    """One who is late, with the duties that are late, longest first."""

    name: str
    items: list[Item]

    @property
    def count(self) -> int:
        return len(self.items)

    @property
    def first(self) -> list[Item]:
        return self.items[:AT_ONCE]

    @property
    def rest(self) -> list[Item]:
        return self.items[AT_ONCE:]


def late_now(user: User, now: datetime) -> list[Person]:
    """The overdue duties of the people below the user and of the desks that the user heads, longest first.

    At most MOST rows are read; who owes most of them comes first.
    """
    rows = _theirs(user, now).select_related("owner").order_by("due_at", "id")[:MOST]
    people: dict[int | str, Person] = {}
    for item in items(rows, now):
        owner = item.deadline.owner
        person = Person(owner.name if owner else item.desk, [])
        people.setdefault(owner.pk if owner else item.desk, person).items.append(item)
    return sorted(people.values(), key=lambda person: -person.count)


def _theirs(user: User, now: datetime):
    theirs = Q(owner__in=scope.people(user, everything=(Role.ADMIN,)).exclude(pk=user.pk))
    if user.has_role(Role.DEPARTMENT_HEAD):
        theirs |= Q(owner=None, desk__in=desks_of(user))
    return Deadline.objects.overdue(now).filter(theirs)


def reminded_today(people: list[Person], now: datetime) -> dict[int, datetime]:
    """When whoever owes one of the listed duties was reminded of it today, by the duty's id. One query."""
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    listed = [item.deadline.pk for person in people for item in person.first]
    told = Notice.objects.filter(kind="deadline.nudged", deadline_id__in=listed, settled_at=None)
    return dict(told.filter(created_at__gte=midnight).values_list("deadline_id", "created_at"))


def counts(user: User, now: datetime) -> list[Note]:
    """For My Day of a head: what they were asked to decide, kind by kind, and the late duties of others, up to MOST.

    One query.
    """
    if not user.has_role(*HEADS):
        return []
    late = _theirs(user, now).order_by().values_list(Value("late"))[:MOST]
    asked = Notice.objects.visible_to(user).filter(kind__in=my_day.asks(), for_action=True, settled_at=None)
    found = Counter(kind for (kind,) in asked.order_by().values_list("kind").union(late, all=True))
    notes = [Note(str(label), found[kind], reverse(page)) for kind, (label, page) in my_day.asks().items()]
    return [*notes, Note(_("Late now"), found["late"], reverse("sop:late"))]


my_day.register(notes=counts, asks={ASKED: (gettext_lazy("Waivers to decide"), "sop:waivers")})
