"""Who may decide: the person who was asked, or who stands in for them; never who asked."""

from datetime import datetime

from django.db.models import Q, QuerySet

from salesops.people.directory import Directory
from salesops.people.models import User

from .models import Approval, Decision


def deciders(person: int, asker: int, directory: Directory) -> list[int]:
    """Who may decide in the place of `person`, those who are here first.

    The person, also from leave, and whoever answers for them while they are away or since they left. Where that is
    the asker, the heads above the person, and above the topmost the administrators.
    """
    found = [directory.answers_for(person), person if directory.is_active(person) else None]
    found = [one for one in dict.fromkeys(found) if one not in (None, asker)]
    if not any(_is_here(one, directory) for one in found):
        others = [*directory.heads_above(person), *directory.admins()]
        found += [one for one in others if one != asker and _is_here(one, directory)][:1]
    return sorted(dict.fromkeys(found), key=lambda one: not _is_here(one, directory))


def waiting_for(user: User, at: datetime) -> QuerySet[Decision]:
    """The decisions that the user can take at `at`. At most five queries, however many wait."""
    waiting = Decision.objects.filter(state=Decision.State.ASKED, approval__state=Approval.State.WAITING)
    asked = waiting.exclude(approval__asked_by=user).order_by().values_list("person", "approval__asked_by").distinct()
    directory, mine = Directory(at), Q(pk=None)
    for person, asker in asked:
        if user.pk in deciders(person, asker, directory):
            mine |= Q(person=person, approval__asked_by=asker)
    return waiting.filter(mine)


def _is_here(person: int, directory: Directory) -> bool:
    return directory.is_active(person) and not directory.on_leave(person)
