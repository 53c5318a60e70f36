"""Who owes something every day: the account managers (销售代表), and the teams at home to at least one of them."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from salesops.people.directory import Directory
from salesops.people.models import Post, Role, Team, User
from salesops.sop.populations import Member, population


def reps_at(at: datetime) -> QuerySet:
    """Who held the post of an account manager at `at` and had not left."""
    posts = Post.objects.current(at).filter(role=Role.AM, user=OuterRef("pk"))
    return User.objects.filter(Exists(posts)).filter(Q(is_active=True) | Q(left_at__gt=at))


@population("meetings.reps", subject="person")
def reps(at: datetime, after: int, limit: int) -> list[Member]:
    """In order of person, in one query."""
    rows = reps_at(at).filter(pk__gt=after).order_by("pk").values_list("pk", "team", "name")
    return [Member(pk, pk, team, name) for pk, team, name in rows[:limit]]


@population("meetings.teams", subject="team")
def teams(at: datetime, after: int, limit: int) -> list[Member]:
    """The teams with reps, owed for by their heads, in order of team. Four queries at most."""
    rows = Team.objects.filter(people__in=reps_at(at), pk__gt=after).distinct().order_by("pk").values_list("pk", "name")
    directory = Directory(at)
    return [Member(pk, directory.head_of_team(pk), pk, name) for pk, name in rows[:limit]]
