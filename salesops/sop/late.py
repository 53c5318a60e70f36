"""Late now: who is late at this moment, on what, and since when, for the heads of those people."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from salesops.people import scope
from salesops.people.models import Role, User

from .models import Deadline
from .models.deadline import desks_of
from .my_day import Item, items

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
    theirs = Q(owner__in=scope.people(user, everything=(Role.ADMIN,)).exclude(pk=user.pk))
    if user.has_role(Role.DEPARTMENT_HEAD):
        theirs |= Q(owner=None, desk__in=desks_of(user))
    rows = Deadline.objects.overdue(now).filter(theirs).select_related("owner").order_by("due_at", "id")[:MOST]
    people: dict[int | str, Person] = {}
    for item in items(rows, now):
        owner = item.deadline.owner
        person = Person(owner.name if owner else item.desk, [])
        people.setdefault(owner.pk if owner else item.desk, person).items.append(item)
    return sorted(people.values(), key=lambda person: -person.count)
