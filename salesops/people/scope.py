"""Who sees whom (sop.md section 3): querysets that any room's QuerySet.visible_to(user) takes as a subquery.

    def visible_to(self, user):
        return self.filter(Q(owner__in=scope.people(user)) | Q(shared_with=user))

Nothing here reads ids into Python: a scope costs one query for the user's posts, once per user object.
"""

from collections.abc import Callable, Iterable
from functools import wraps

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet

from salesops import clock

from .models import HEADS, Leave, Post, Role, Team, User

EVERYTHING = (Role.SO, Role.ADMIN)


def people(user: User, *, everything: Iterable[str] = EVERYTHING, team: Iterable[str] = HEADS) -> QuerySet:
    """The people whose work the user may see: their own, that of those they stand in for, and by role.

    `everything` are the roles that see everybody in this matter (reports: nobody), `team` those that see the team of
    their post and everything below it (contracts and meetings: also the assistant). The head of a functional line
    also sees everybody who holds a post in it, and a department's head the department's people.
    """
    if not user.is_active:
        return User.objects.none()
    if user.has_role(*everything):
        return User.objects.all()
    seen = Q(pk=user.pk) | Q(pk__in=acted_for(user))
    for post in user.current_posts:
        if post.role in team and post.team:
            seen |= Q(team__path__startswith=post.team.path)
            if post.role in HEADS and post.team.kind == Team.Kind.FUNCTION:
                holders = Post.objects.current(clock.now()).filter(team__path__startswith=post.team.path)
                seen |= Q(pk__in=holders.values("user"))
        if post.role == Role.DEPARTMENT_HEAD:
            seen |= Q(department=post.department_id)
    return User.objects.filter(seen)


def acted_for(user: User) -> QuerySet:
    """The people for whom the user stands in while their leave runs, or whose successor the user is."""
    away = Leave.objects.running(clock.now()).filter(stand_in=user)
    return User.objects.filter(Q(pk__in=away.values("user")) | Q(successor=user, is_active=False))


def teams(user: User, *, everything: Iterable[str] = EVERYTHING, team: Iterable[str] = (*HEADS, Role.ASSISTANT)):
    """The teams whose common papers (meetings, plans, figures) the user may see: the home team and those of posts.

    A post of one of the roles `team` opens the team and everything below it, any other only the team itself.
    """
    if not user.is_active:
        return Team.objects.none()
    if user.has_role(*everything):
        return Team.objects.all()
    seen = Q(pk=user.team_id) | Q(pk__in=[post.team_id for post in user.current_posts if post.team_id])
    for post in user.current_posts:
        if post.role in team and post.team:
            seen |= Q(path__startswith=post.team.path)
    return Team.objects.filter(seen)


def leaves(user: User) -> QuerySet:
    """The leave that the user may see: their own, that in which they stand in, and that of the people they head."""
    return Leave.objects.filter(Q(user__in=people(user)) | Q(stand_in=user))


def require_role(*roles: str) -> Callable:
    """A view decorator: whoever holds none of the roles is refused (403, which the shell logs)."""

    def decorate(view):
        @wraps(view)
        def guarded(request, *args, **kwargs):
            if not request.user.has_role(*roles):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorate
