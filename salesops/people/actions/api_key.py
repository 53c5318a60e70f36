import datetime
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from salesops.events.recording import record

from ..models import ApiKey, User
from ..models.api_key import new_token
from .post import only_admins

AT_MOST = datetime.timedelta(days=366)


@transaction.atomic
def make_api_key(
    *,
    name: str,
    person: User,
    scopes: Iterable[str],
    expires_at: datetime.datetime,
    language: str,
    by: User,
    at: datetime.datetime,
) -> tuple[ApiKey, str]:
    """Makes a key with which another program acts on behalf of `person`; returns it and its token, kept nowhere.

    Raises PermissionDenied unless `by` is an administrator, ValidationError for somebody who left, or for an end
    (UTC) that lies in the past or more than AT_MOST ahead.
    """
    only_admins(by)
    person = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    if not person.is_active:
        raise ValidationError(_("This person has left."))
    if not at < expires_at <= at + AT_MOST:
        raise ValidationError(_("A key ends within a year."))
    prefix, digest, token = new_token()
    key = ApiKey(
        name=name,
        person=person,
        prefix=prefix,
        digest=digest,
        scopes=sorted(set(scopes)),
        language=language,
        made_by=by,
        made_at=at,
        expires_at=expires_at,
    )
    key.full_clean()
    key.save()
    data = {"scopes": key.scopes, "expires_at": expires_at}
    record("api_key.made", at=at, by=by, refs={"api_key": key.pk, "person": person.pk}, data=data)
    return key, token


@transaction.atomic
def revoke_api_key(key: ApiKey, *, by: User, at: datetime.datetime) -> None:
    """Ends a key at once and for ever. Raises PermissionDenied unless `by` is an administrator."""
    only_admins(by)
    _revoke(ApiKey.objects.filter(pk=key.pk), by, at)


def revoke_keys_of(person: User, *, by: User, at: datetime.datetime) -> None:
    """Ends a leaver's keys, so that they open nothing again should the person come back."""
    _revoke(ApiKey.objects.filter(person=person), by, at)


def _revoke(keys, by: User, at: datetime.datetime) -> None:
    for key in keys.filter(revoked_at=None).select_for_update(no_key=True):
        ApiKey.objects.filter(pk=key.pk).update(revoked_at=at, revoked_by=by)
        record("api_key.revoked", at=at, by=by, refs={"api_key": key.pk, "person": key.person_id})
