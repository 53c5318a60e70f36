import datetime

from django.db import transaction

from salesops.events.recording import record

from ..models import Team, User
from .post import only_admins


@transaction.atomic
def add_team(*, name: str, kind: str, parent: Team | None, by: User, at: datetime.datetime) -> Team:
    """Raises PermissionDenied unless `by` is an administrator, ValidationError for a team that cannot be."""
    only_admins(by)
    team = Team(name=name, kind=kind, parent=parent)
    team.full_clean()
    team.save()
    record("team.added", at=at, by=by, refs={"team": team.pk, "parent": parent.pk if parent else None})
    return team


@transaction.atomic
def change_team(team: Team, *, name: str, kind: str, parent: Team | None, by: User, at: datetime.datetime) -> Team:
    """Renames a team or moves it with everything below it. Raises as `add_team`, also for a team below itself."""
    only_admins(by)
    # All teams, in one order: two moves at once could else put each team below the other.
    list(Team.objects.select_for_update().order_by("pk"))
    team = Team.objects.get(pk=team.pk)
    before = (team.name, team.kind, team.parent_id)
    team.name, team.kind = name, kind
    team.parent = Team.objects.get(pk=parent.pk) if parent else None
    if before == (team.name, team.kind, team.parent_id):
        return team
    team.full_clean()
    team.save()
    refs = {"team": team.pk, "parent": team.parent_id, "from_parent": before[2]}
    record("team.changed", at=at, by=by, refs=refs, data={"renamed": before[0] != name})
    return team
