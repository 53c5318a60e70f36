import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from salesops.events.recording import record

from ..models import Department, Post, Role, Team, User


@transaction.atomic
def appoint(
    person: User,
    role: str,
    *,
    team: Team | None = None,
    department: Department | None = None,
    by: User,
    at: datetime.datetime,
) -> Post:
    """Gives the person a role from `at` on; whoever holds it already keeps the post they have.

    The administrator's post opens the admin site.

    Raises PermissionDenied unless `by` is an administrator, ValidationError for somebody who left or a head
    without a team.
    """
    only_admins(by)
    person = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    if not person.is_active:
        raise ValidationError(_("This person has left."))
    held = person.posts.filter(role=role, team=team, department=department, until=None).first()
    if held:
        return held
    post = Post(user=person, role=role, team=team, department=department, since=at)
    post.full_clean()
    post.save()
    if role == Role.ADMIN:
        User.objects.filter(pk=person.pk).update(is_staff=True, is_superuser=True)
    _record("post.given", post, by=by, at=at)
    return post


@transaction.atomic
def dismiss(post: Post, *, by: User, at: datetime.datetime) -> None:
    """Ends the post at `at`. Raises PermissionDenied unless `by` is an administrator, ValidationError for the last."""
    only_admins(by)
    post = Post.objects.select_for_update(no_key=True).select_related("user").get(pk=post.pk)
    if post.until and post.until <= at:
        return
    if post.role == Role.ADMIN:
        somebody_stays_admin(post.user_id, at=at)
    end_post(post, at=at)
    if post.role == Role.ADMIN:
        User.objects.filter(pk=post.user_id).update(is_staff=False, is_superuser=False)
    _record("post.ended", post, by=by, at=at)


def end_post(post: Post, *, at: datetime.datetime) -> None:
    """Ends a post, or removes it if it had not begun."""
    if post.since < at:
        post.until = at
        post.save(update_fields=["until"])
    else:
        post.delete()


def only_admins(by: User) -> None:
    if not by.has_role(Role.ADMIN):
        raise PermissionDenied


def somebody_stays_admin(without: int, *, at: datetime.datetime) -> None:
    """Raises ValidationError if nobody but the person `without` is an active administrator at `at`."""
    # Both rows of a race are locked, so that two administrators cannot dismiss each other at once.
    others = Post.objects.select_for_update(of=("self",)).filter(role=Role.ADMIN, user__is_active=True).current(at)
    superusers = User.objects.filter(is_superuser=True, is_active=True).exclude(pk=without)
    if all(post.user_id == without for post in others) and not superusers.exists():
        raise ValidationError(_("Somebody must remain an administrator."))


def _record(name: str, post: Post, *, by: User, at: datetime.datetime) -> None:
    refs = {"person": post.user_id, "team": post.team_id, "department": post.department_id}
    record(name, at=at, by=by, refs=refs, data={"role": post.role})
