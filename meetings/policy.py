"""What a person may do with a task or a help item that they see, and to whom they may give one."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from meetings.models import HelpItem, Task
from salesops.people import scope
from salesops.people.models import HEADS, Role, Team, User
from salesops.sop.models import Deadline


@dataclass(frozen=True)
class May:
    """`do`: who does it, or answers for them; `give`: who has given it, or answers for them."""

    do: bool
    give: bool


def may(user: User, task: Task, duties: Iterable[Deadline] | None = None) -> May:
    """Two queries at most; one where the open `duties` on the task are at hand."""
    mine, owed = _mine(user, (task.assignee_id, task.assigner_id)), _owed(user, task.ref, duties)
    return May(
        do=task.assignee_id in mine or "task.done" in owed, give=task.assigner_id in mine or "task.confirm" in owed
    )


def may_help(user: User, item: HelpItem, duties: Iterable[Deadline] | None = None) -> May:
    """As `may`."""
    mine, owed = _mine(user, (item.helper_id, item.asker_id)), _owed(user, item.ref, duties)
    return May(do=item.helper_id in mine or bool(owed), give=item.asker_id in mine)


def duties_on(reference: str) -> list[Deadline]:
    """What is owed on the record now, the first due first."""
    return list(Deadline.objects.open().filter(subject=reference).select_related("owner").order_by("due_at"))


def _mine(user: User, people: tuple[int, ...]) -> set[int]:
    """Those of the people who are the user, or for whom the user answers."""
    if set(people) == {user.pk}:
        return {user.pk}
    return {user.pk, *scope.acted_for(user).filter(pk__in=people).values_list("pk", flat=True)}


def _owed(user: User, reference: str, duties: Iterable[Deadline] | None) -> set[str]:
    """What the user owes on the record: a duty may have come to them from somebody who is away or has left."""
    rows = Deadline.objects.open().filter(subject=reference, owner=user) if duties is None else duties
    return {row.rule for row in rows if row.owner_id == user.pk}


def assignable(user: User) -> QuerySet:
    """To whom the user may give tasks: themselves, and the people whose work they see. Others are asked for help."""
    return scope.people(user, everything=(Role.ADMIN,)).filter(is_active=True).order_by("pinyin", "id")


def helpers(user: User) -> QuerySet:
    """Whom the user may ask for help: everybody."""
    return User.objects.filter(Q(is_active=True) & ~Q(pk=user.pk)).order_by("pinyin", "id")


def headed_teams(user: User) -> list[Team]:
    """The teams whose targets the user sets: those that they lead, and all below; an administrator all. One query."""
    if user.has_role(Role.ADMIN):
        return list(Team.objects.all())
    below = Q(pk=None)
    for post in user.current_posts:
        if post.role in HEADS and post.team:
            below |= Q(path__startswith=post.team.path)
    return list(Team.objects.filter(below))


def may_check(user: User, team: Team) -> bool:
    """Whether the user heads the team, at any level, or owes its check for somebody."""
    heads = [post for post in user.current_posts if post.role in scope.HEADS and post.team_id]
    if any(team.path.startswith(post.team.path) for post in heads):
        return True
    owed = Deadline.objects.open().filter(subject=f"team:{team.pk}", rule="plan.check", owner=user)
    return owed.exists()


def planning_teams(user: User) -> QuerySet:
    """The teams with account managers whose plans the user sees: all those below a head, else the own ones."""
    return Team.objects.filter(
        people__posts__role=Role.AM, pk__in=scope.teams(user, everything=(Role.ADMIN,))
    ).distinct()
