"""The organisation at one instant, for code that asks many questions about who answers to whom."""

import datetime
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from django.conf import settings

from .models import HEADS, Leave, Post, Role, Team, User
from .models.org import ids_in

# Some desks are a role: whoever holds it is a member, also without having been put into the department.
DESK_ROLES = {"so": Role.SO, "cs": Role.CS}
# Leave is loaded this far before and after the instant.
LEAVE_WINDOW = datetime.timedelta(days=31)


class Person(NamedTuple):
    name: str
    team: int | None
    department: str | None
    language: str
    active: bool
    superuser: bool
    successor: int | None


class Held(NamedTuple):
    user: int
    role: str
    team: int | None
    department: str | None


class Span(NamedTuple):
    since: datetime.datetime
    until: datetime.datetime
    stand_in: int | None


class Directory:
    """A snapshot of people, posts, teams and approved leave at the instant `at` (UTC), by ids.

    At most four queries for any number of questions; each is made when its table is first asked about. Posts, leave
    and leaving are taken as of `at`; home teams as they are now. The rules are those of sop.md section 1.
    """

    def __init__(self, at: datetime.datetime):
        self.at = at

    # People

    def name(self, user_id: int) -> str:
        return self._people[user_id].name

    def language(self, user_id: int) -> str:
        return self._people[user_id].language

    def team_of(self, user_id: int) -> int | None:
        return self._people[user_id].team

    def department_of(self, user_id: int) -> str | None:
        """The slug of the person's department."""
        return self._people[user_id].department

    def is_active(self, user_id: int) -> bool:
        """Whether the person is known and had not left at the instant."""
        return user_id in self._people and self._people[user_id].active

    def roles_of(self, user_id: int) -> set[str]:
        return {held.role for held in self._held_by.get(user_id, ())}

    def with_role(self, role: str, team: int | None = None) -> list[int]:
        """Active holders of the role, longest-serving first; with `team`, those at home in its subtree."""
        holders = dict.fromkeys(held.user for held in self._posts if held.role == role)
        return [user for user in holders if self.is_active(user) and self._within(user, team)]

    def people_in(self, team_id: int) -> list[int]:
        """Active people at home in the team or below it."""
        return [user for user, person in self._people.items() if person.active and self._within(user, team_id)]

    def admins(self) -> list[int]:
        """Active administrators, longest-serving first; superusers are among them also without the post."""
        superusers = [user for user, person in self._people.items() if person.superuser and person.active]
        return list(dict.fromkeys([*self.with_role(Role.ADMIN), *superusers]))

    # Teams and heads

    def team_ancestors(self, team_id: int | None) -> list[int]:
        """The team itself and the teams above it, nearest first."""
        return self._teams.get(team_id, [])

    def zone(self, team_id: int | None) -> str:
        """The name of the team's time zone: its own, else that of the nearest team above, else TIME_ZONE."""
        zones = (self._team_rows[team][1] for team in self.team_ancestors(team_id))
        return next(filter(None, zones), settings.TIME_ZONE)

    def head_of_team(self, team_id: int | None) -> int | None:
        """The nearest head of the team: its leader, its manager, else those of the teams above it."""
        return next((held.user for seats in self._seats(team_id) for held in seats), None)

    def heads_above(self, user_id: int) -> list[int]:
        """The chain of heads above a person, nearest first, one per step; never the person.

        Who heads a team themselves starts above that seat. People without a team answer to their department's head.
        """
        chain: dict[int, None] = {}
        person = self._people.get(user_id)
        asking: int | None = user_id
        while person and asking is not None:
            above = self._team_heads_above(asking)
            if not above and person.department and (head := self._department_head(person.department)):
                above = [head]
            fresh = [head for head in above if head != user_id and head not in chain]
            chain.update(dict.fromkeys(fresh))
            asking = fresh[-1] if fresh else None
            person = self._people.get(asking) if asking else None
        return list(chain)

    def head_of(self, user_id: int) -> int | None:
        """The nearest head above the person; None at the top, where the admins are asked."""
        return next(iter(self.heads_above(user_id)), None)

    def manager_above(self, user_id: int) -> int | None:
        """The nearest person above who has the manager role; None above the topmost, where the admins are asked."""
        return next((head for head in self.heads_above(user_id) if Role.MANAGER in self.roles_of(head)), None)

    # Desks

    def desk_members(self, slug: str) -> list[int]:
        """Active members of a desk, longest-serving first."""
        role = DESK_ROLES.get(slug)
        members = dict.fromkeys(held.user for held in self._posts if held.department == slug or held.role == role)
        members.update(dict.fromkeys(user for user, person in self._people.items() if person.department == slug))
        return [user for user in members if self.is_active(user)]

    def desk_head(self, slug: str) -> int | None:
        """Who answers for a desk: its head, else its longest-serving member, else an admin."""
        return next(
            iter([*filter(None, [self._department_head(slug)]), *self.desk_members(slug), *self.admins()]), None
        )

    # Leave

    def leave_of(self, user_id: int, at: datetime.datetime | None = None) -> Span | None:
        """The approved leave that covers `at` (by default the directory's instant, at most 31 days away from it)."""
        at = at or self.at
        return next((span for span in self._leaves.get(user_id, ()) if span.since <= at < span.until), None)

    def on_leave(self, user_id: int, at: datetime.datetime | None = None) -> bool:
        return self.leave_of(user_id, at) is not None

    def answers_for(self, user_id: int) -> int | None:
        """Who answers to the person's customers: the person, else the stand-in, the heads above, an admin.

        Heads on leave are asked through their own stand-ins. None only in a company without any active admin.
        """
        asked = [user_id, *self.heads_above(user_id), *self.admins()]
        return next((found for person in asked if (found := self._available(person))), next(iter(self.admins()), None))

    # How the answers are found

    def _available(self, user_id: int) -> int | None:
        seen: set[int] = set()
        while user_id and user_id not in seen:
            seen.add(user_id)
            leave = self.leave_of(user_id)
            if self.is_active(user_id) and not leave:
                return user_id
            user_id = leave.stand_in if leave else self._successor(user_id)
        return None

    def _successor(self, user_id: int) -> int | None:
        person = self._people.get(user_id)
        return person.successor if person and not person.active else None

    def _team_heads_above(self, user_id: int) -> list[int]:
        seats = list(self._seats(self.team_of(user_id)))
        own = [step for step, held in enumerate(seats) if any(post.user == user_id for post in held)]
        above = seats[own[-1] + 1 :] if own else seats
        return list(dict.fromkeys(held[0].user for held in above if held))

    def _seats(self, team_id: int | None) -> Iterator[list[Held]]:
        """For each team upwards the leaders, then the managers; people who left hold none."""
        for team in self.team_ancestors(team_id):
            for role in HEADS:
                yield self._heads[team, role]

    def _department_head(self, slug: str) -> int | None:
        heads = (held.user for held in self._posts if held.role == Role.DEPARTMENT_HEAD and held.department == slug)
        return next(filter(self.is_active, heads), None)

    def _within(self, user_id: int, team_id: int | None) -> bool:
        return team_id is None or team_id in self.team_ancestors(self.team_of(user_id))

    @cached_property
    def _people(self) -> dict[int, Person]:
        rows = User.objects.order_by("id").values_list(
            "id",
            "name",
            "team_id",
            "department__slug",
            "language",
            "is_active",
            "left_at",
            "is_superuser",
            "successor_id",
        )
        return {
            pk: Person(name, team, department, language, left_at > self.at if left_at else is_active, *rest)
            for pk, name, team, department, language, is_active, left_at, *rest in rows
        }

    @cached_property
    def _posts(self) -> list[Held]:
        rows = Post.objects.current(self.at).order_by("since", "id")
        return [Held(*row) for row in rows.values_list("user_id", "role", "team_id", "department__slug")]

    @cached_property
    def _held_by(self) -> dict[int, list[Held]]:
        held_by = defaultdict(list)
        for held in self._posts:
            held_by[held.user].append(held)
        return held_by

    @cached_property
    def _heads(self) -> dict[tuple[int | None, str], list[Held]]:
        heads = defaultdict(list)
        for held in self._posts:
            if held.role in HEADS and self.is_active(held.user):
                heads[held.team, held.role].append(held)
        return heads

    @cached_property
    def _teams(self) -> dict[int | None, list[int]]:
        return {pk: ids_in(path) for pk, (path, _zone) in self._team_rows.items()}

    @cached_property
    def _team_rows(self) -> dict[int, tuple[str, str]]:
        rows = Team.objects.order_by("id").values_list("id", "path", "zone")
        return {pk: (path, zone) for pk, path, zone in rows}

    @cached_property
    def _leaves(self) -> dict[int, list[Span]]:
        rows = Leave.objects.filter(
            until__gt=self.at - LEAVE_WINDOW, state=Leave.State.APPROVED, since__lt=self.at + LEAVE_WINDOW
        )
        leaves = defaultdict(list)
        for user, *span in rows.order_by("since", "id").values_list("user_id", "since", "until", "stand_in_id"):
            leaves[user].append(Span(*span))
        return leaves
