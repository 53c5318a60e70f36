import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from salesops.events.recording import record

from ..directory import Directory
from ..models import Leave, Role, User


@transaction.atomic
def ask_leave(
    person: User,
    *,
    since: datetime.datetime,
    until: datetime.datetime,
    stand_in: User | None = None,
    by: User,
    at: datetime.datetime,
) -> Leave:
    """Asks for leave from `since` to before `until` (UTC); it counts once somebody else has approved it.

    Raises PermissionDenied unless `by` is the person, a head above or an administrator; ValidationError for a span
    that overlaps leave the person has, or a stand-in who left.
    """
    if by.pk != person.pk:
        _may_decide(person.pk, by=by, at=at)
    if stand_in and not stand_in.is_active:
        raise ValidationError(_("The stand-in has left."))
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    standing = Leave.objects.filter(user=person, state__in=[Leave.State.ASKED, Leave.State.APPROVED])
    if standing.filter(since__lt=until, until__gt=since).exists():
        raise ValidationError(_("There is leave in this time already."))
    leave = Leave(user=person, stand_in=stand_in, since=since, until=until)
    leave.full_clean()
    leave.save()
    _record("leave.asked", leave, by=by, at=at)
    return leave


def approve_leave(leave: Leave, *, by: User, at: datetime.datetime) -> Leave:
    """Who named no stand-in gets one by name: the nearest head who is there then, at the top an administrator.

    Raises PermissionDenied unless `by` is a head above or an administrator, and never for oneself.
    """
    return _decide(leave, Leave.State.APPROVED, "leave.approved", by=by, at=at)


def refuse_leave(leave: Leave, *, by: User, at: datetime.datetime) -> Leave:
    """Raises PermissionDenied unless `by` is a head above or an administrator, and never for oneself."""
    return _decide(leave, Leave.State.REFUSED, "leave.refused", by=by, at=at)


@transaction.atomic
def end_leave(leave: Leave, *, by: User, at: datetime.datetime) -> Leave:
    """Ends leave early: before it began it is cancelled, while it runs it ends now; over, it stays as it is.

    Raises PermissionDenied unless `by` is the person, a head above or an administrator.
    """
    leave = _locked(leave)
    if by.pk != leave.user_id:
        _may_decide(leave.user_id, by=by, at=at)
    if leave.state not in (Leave.State.ASKED, Leave.State.APPROVED) or leave.until <= at:
        return leave
    if leave.state == Leave.State.ASKED or leave.since >= at:
        leave.state = Leave.State.CANCELLED
        leave.save(update_fields=["state"])
        _record("leave.cancelled", leave, by=by, at=at)
    else:
        leave.until = at
        leave.save(update_fields=["until"])
        _record("leave.ended", leave, by=by, at=at)
    return leave


@transaction.atomic
def _decide(leave: Leave, state: str, event: str, *, by: User, at: datetime.datetime) -> Leave:
    leave = _locked(leave)
    _may_decide(leave.user_id, by=by, at=at)
    if leave.state == state:
        return leave
    if leave.state != Leave.State.ASKED:
        raise ValidationError(_("This leave has been decided already."))
    leave.state, leave.decided_by = state, by
    if state == Leave.State.APPROVED and leave.stand_in_id is None:
        leave.stand_in_id = _head_who_is_there(leave, at)
    leave.save(update_fields=["state", "decided_by", "stand_in"])
    _record(event, leave, by=by, at=at)
    return leave


def _head_who_is_there(leave: Leave, at: datetime.datetime) -> int | None:
    directory, first = Directory(at), max(leave.since, at)
    asked = [
        person for person in (*directory.heads_above(leave.user_id), *directory.admins()) if person != leave.user_id
    ]
    return next((person for person in asked if not directory.on_leave(person, first)), next(iter(asked), None))


def _locked(leave: Leave) -> Leave:
    return Leave.objects.select_for_update(no_key=True, of=("self",)).select_related("user").get(pk=leave.pk)


def _may_decide(person_id: int, *, by: User, at: datetime.datetime) -> None:
    if by.pk == person_id or not (by.has_role(Role.ADMIN) or by.pk in Directory(at).heads_above(person_id)):
        raise PermissionDenied


def _record(event: str, leave: Leave, *, by: User, at: datetime.datetime) -> None:
    refs = {
        "person": leave.user_id,
        "team": leave.user.team_id,
        "leave": leave.pk,
        "stand_in": leave.stand_in_id,
    }
    record(event, at=at, by=by, refs=refs, data={"since": leave.since, "until": leave.until})
