import datetime
from collections.abc import Iterable

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from salesops.events.recording import record

from ..models import Post, Role, Team, User
from .api_key import revoke_keys_of
from .post import appoint, end_post, only_admins, somebody_stays_admin

# Without letters that are mistaken for each other when read aloud or from a slip of paper.
PASSWORD_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


@transaction.atomic
def join(person: User, *, by: User, at: datetime.datetime) -> User:
    """Takes a new person in, or back. Raises PermissionDenied unless `by` is an administrator."""
    only_admins(by)
    person.is_active, person.left_at, person.successor = True, None, None
    person.save()
    record("person.joined", at=at, by=by, refs={"person": person.pk, "team": person.team_id})
    return person


@transaction.atomic
def invite(person: User, roles: Iterable[str], *, by: User, at: datetime.datetime) -> str:
    """Takes a new person in with their roles; returns the first password, which is kept nowhere in plain text.

    Leaders and managers head the home team, departments' roles are held in the department. Raises PermissionDenied
    unless `by` is an administrator, ValidationError for a role that lacks its team or department.
    """
    only_admins(by)
    password = get_random_string(12, PASSWORD_LETTERS)
    person.set_password(password)
    person.temporary_password = True
    join(person, by=by, at=at)
    for role in roles:
        in_department = role in (Role.DEPARTMENT_HEAD, Role.DEPARTMENT_MEMBER) or person.team is None
        place = {"department": person.department} if in_department else {"team": person.team}
        appoint(person, role, by=by, at=at, **place)
    return password


@transaction.atomic
def first_password(person: User, *, by: User, at: datetime.datetime) -> str:
    """Gives a person who cannot sign in another first password, to be changed at once; ends all their sessions.

    Raises PermissionDenied unless `by` is an administrator, ValidationError for oneself or somebody who left.
    """
    only_admins(by)
    if person.pk == by.pk:
        raise ValidationError(_("Change your own password on your own page."))
    person = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    if not person.is_active:
        raise ValidationError(_("This person has left."))
    password = get_random_string(12, PASSWORD_LETTERS)
    person.set_password(password)
    person.temporary_password = True
    person.save(update_fields=["password", "temporary_password"])
    end_sessions(person)
    record("person.password_reset", at=at, by=by, refs={"person": person.pk})
    return password


@transaction.atomic
def change_person(person: User, *, by: User, at: datetime.datetime, **values) -> None:
    """Changes name, email, mobile, language, department or team; the event names the fields, never what they say.

    Raises PermissionDenied unless `by` is an administrator.
    """
    only_admins(by)
    team = values.pop("team", person.team)
    person = User.objects.select_for_update(no_key=True, of=("self",)).get(pk=person.pk)
    changed = sorted(name for name, value in values.items() if getattr(person, name) != value)
    if changed:
        for name in changed:
            setattr(person, name, values[name])
        person.full_clean(exclude=["password"])
        person.save(update_fields=[*changed, "pinyin"])
        record("person.changed", at=at, by=by, refs={"person": person.pk}, data={"fields": changed})
    move_to_team(person, team, by=by, at=at)


@transaction.atomic
def move_to_team(person: User, team: Team | None, *, by: User, at: datetime.datetime) -> None:
    """Gives the person another home team. Raises PermissionDenied unless `by` is an administrator."""
    only_admins(by)
    person = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    before, after = person.team_id, team.pk if team else None
    if before == after:
        return
    User.objects.filter(pk=person.pk).update(team=team)
    record("person.moved", at=at, by=by, refs={"person": person.pk, "team": after, "from_team": before})


@transaction.atomic
def deactivate(person: User, *, by: User, at: datetime.datetime, successor: User | None = None) -> None:
    """Ends the person's access at once: account, posts, API keys and every session. Their work goes to the successor.

    Raises PermissionDenied unless `by` is an administrator; ValidationError for oneself, for the last administrator
    and for a successor who left.
    """
    only_admins(by)
    if person.pk == by.pk:
        raise ValidationError(_("Another administrator must do this for you."))
    if successor and (successor.pk == person.pk or not successor.is_active):
        raise ValidationError(_("Choose a successor who works here."))
    person = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    if not person.is_active:
        return
    somebody_stays_admin(person.pk, at=at)
    User.objects.filter(pk=person.pk).update(
        is_active=False, left_at=at, successor=successor, is_staff=False, is_superuser=False
    )
    for post in Post.objects.current(at).filter(user=person):
        end_post(post, at=at)
    end_sessions(person)
    revoke_keys_of(person, by=by, at=at)
    refs = {"person": person.pk, "team": person.team_id, "successor": successor.pk if successor else None}
    record("person.left", at=at, by=by, refs=refs)


def end_sessions(person: User) -> None:
    """Signs the person out everywhere. Sessions that are not listed die with the account's is_active."""
    sessions = UserSession.objects.filter(user=person)
    Session.objects.filter(session_key__in=sessions.values("session_key")).delete()
    sessions.delete()


@transaction.atomic
def remove_second_factor(person: User, *, by: User, at: datetime.datetime) -> None:
    """For a lost phone: the person sets a second factor up anew at the next sign-in. Ends all their sessions.

    Raises PermissionDenied unless `by` is an administrator other than the person.
    """
    only_admins(by)
    if by.pk == person.pk:
        raise ValidationError(_("Another administrator must do this for you."))
    Authenticator.objects.filter(user=person).delete()
    end_sessions(person)
    record("person.second_factor_removed", at=at, by=by, refs={"person": person.pk})


@transaction.atomic
def end_tour(person: User, *, at: datetime.datetime) -> None:
    """The person has seen the tour of the product, or has skipped it."""
    User.objects.filter(pk=person.pk).update(toured_at=at)


@transaction.atomic
def set_language(person: User, language: str) -> None:
    """Sets the language of pages and messages. Raises ValidationError for one that the product does not speak."""
    if language not in dict(settings.LANGUAGES):
        raise ValidationError(_("This language is not offered."))
    User.objects.filter(pk=person.pk).update(language=language)
