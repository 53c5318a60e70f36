from datetime import datetime

from django.db import transaction
from django.urls import reverse

from salesops.notices.actions import Telling, settle_keys, tell
from salesops.people import actions
from salesops.people.directory import Directory
from salesops.people.models import Leave, User

ASKED = "leave.asked"


@transaction.atomic
def ask_leave(
    person: User, *, since: datetime, until: datetime, stand_in: User | None, by: User, at: datetime
) -> Leave:
    """Asks for leave and tells who decides: the nearest head who is there, at the top the administrators.

    Raises what the action of the same name in people raises.
    """
    leave = actions.ask_leave(person, since=since, until=until, stand_in=stand_in, by=by, at=at)
    directory = Directory(at)
    heads = [head for head in directory.heads_above(person.pk) if not directory.on_leave(head)]
    _tell(heads[:1] or directory.admins(), ASKED, leave, by, at, for_action=True)
    return leave


@transaction.atomic
def decide_leave(leave: Leave, *, approve: bool, by: User, at: datetime) -> Leave:
    """Approves or refuses leave and tells who asked; of approved leave also the stand-in. Raises as in people."""
    decide = actions.approve_leave if approve else actions.refuse_leave
    leave = decide(leave, by=by, at=at)
    settle_keys([_key(leave, ASKED)], at=at)
    _tell([leave.user_id], "leave.approved" if approve else "leave.refused", leave, by, at)
    if approve and leave.stand_in_id:
        _tell([leave.stand_in_id], "leave.stand_in", leave, by, at)
    return leave


@transaction.atomic
def end_leave(leave: Leave, *, by: User, at: datetime) -> Leave:
    """Ends leave early, or takes it back; nobody has to decide on it any more. Raises as in people."""
    leave = actions.end_leave(leave, by=by, at=at)
    settle_keys([_key(leave, ASKED)], at=at)
    return leave


def _key(leave: Leave, kind: str) -> str:
    return f"l{leave.pk}.{kind}"


def _tell(people, kind: str, leave: Leave, by: User, at: datetime, **more) -> None:
    span = {"since": leave.since.isoformat(), "until": leave.until.isoformat()}
    values = {"person": leave.user.name, "by": by.name, **span}
    more |= {"key": _key(leave, kind), "kind": kind, "values": values, "url": reverse("people:leave")}
    tell([Telling(person_id=person, **more) for person in people if person != by.pk], at=at)
