"""Targets of teams and people: what is to be reached, what has been, and whether that is in step with the days."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from leads.figures import Figure, Period, figures, reckon
from leads.policy import SALES
from leads.views.figures import period_context, period_of
from meetings.actions import set_targets
from meetings.forms.targets import cell_name, targets_form
from meetings.goals import Goals
from meetings.models import Target
from meetings.policy import headed_teams
from salesops.events.models import Event
from salesops.people import scope
from salesops.people.models import Role, Team, User
from salesops.people.scope import require_role
from salesops.sop.calendars import calendar_for
from salesops.web.forms import conflict, one_time

KINDS = dict(Target.Kind.choices)
AHEAD = timedelta(days=400)  # targets are set before their time
USUAL = ("calls", "visits", "new_intents", "signed", "received")


@dataclass(frozen=True)
class Row:
    """A team with all its sellers, or one of them."""

    name: str
    whose: str
    people: tuple[int, ...]
    team: Team | None = None
    shown: bool = True


@dataclass(frozen=True)
class Cell:
    """What is to be reached and what has been; `set` if the number was set for this very period."""

    figure: Figure
    target: Decimal | None
    actual: Decimal
    set: bool
    behind: bool

    @property
    def percent(self) -> Decimal | None:
        return self.actual / self.target * 100 if self.target else None


@require_role(*SALES)
def targets(request):
    """Of the teams below oneself and their people; of a rep's own team the sums, and their own."""
    period = period_of(request, KINDS, usual="month", ahead=AHEAD)
    rows, today = _rows(request.user), timezone.localtime(request.now).date()
    goals = Goals.read(period, _members(rows), calendar_for())
    columns = _columns(goals)
    table = reckon(columns, [pk for row in rows for pk in row.people], [period])
    lines = [(row, [_cell(row, each, goals, table, period, today) for each in columns]) for row in rows if row.shown]
    context = period_context(request, period, KINDS, ahead=AHEAD) | {"lines": lines, "columns": columns}
    context["editable"] = {team.pk for team in headed_teams(request.user)}
    return render(request, "meetings/targets.html", context)


@require_role(*SALES)
@one_time
def team_targets(request, pk):
    """Setting the numbers of a team and its people for a period; what stays empty is divided by working days."""
    team = Team.objects.filter(pk=pk, people__in=scope.people(request.user)).distinct().first()
    if team is None:
        raise Http404
    if team not in headed_teams(request.user):
        raise PermissionDenied
    period = period_of(request, KINDS, usual="month", ahead=AHEAD)
    rows = [row for row in _rows(request.user) if row.team == team]
    goals = Goals.read(period, _members(rows), calendar_for())
    columns = _columns(goals)
    on_file = {
        cell_name(row.whose, each): goals.numbers.get((row.whose, each.key, period.kind, period.first))
        for row in rows
        for each in columns
    }
    form = targets_form(request.POST or None, rows=rows, figures=columns, on_file=on_file)
    here = f"{reverse('meetings:targets')}?period={period.kind}&on={period.first}"
    if form.is_valid():
        set_targets(_wanted(form, rows, columns), period=period, by=request.user, at=request.now)
        messages.success(request, _("The targets are saved."))
        return redirect(here)
    if form.conflicts:
        return conflict(request, form, back=here, saves=Event.objects.filter(name="target.set"))
    derived = [[goals.of(row.whose, each.key, period) for each in columns] for row in rows]
    lines = [
        (row, [(form[cell_name(row.whose, each)], each, number) for each, number in zip(columns, numbers, strict=True)])
        for row, numbers in zip(rows, derived, strict=True)
    ]
    context = period_context(request, period, KINDS, ahead=AHEAD) | {
        "team": team,
        "form": form,
        "lines": lines,
        "columns": columns,
    }
    context |= {"here": request.get_full_path(), "back": here}
    return render(request, "meetings/team_targets.html", context, status=422 if form.errors else 200)


def _wanted(form, rows: list[Row], columns: list[Figure]) -> dict:
    people = User.objects.in_bulk([pk for row in rows for pk in row.people])
    found = {}
    for row in rows:
        owner = row.team if row.whose.startswith("team") else people[row.people[0]]
        found |= {(owner, each.key): form.said[cell_name(row.whose, each)] for each in columns}
    return found


def _rows(user: User) -> list[Row]:
    """Each team with a seller whom the user sees, then its sellers; of colleagues whom they do not see no row."""
    seen = set(scope.people(user).values_list("pk", flat=True))
    teams = Team.objects.filter(people__in=seen).distinct()
    sellers = User.objects.filter(team__in=teams, posts__role=Role.AM, posts__until=None, is_active=True)
    rows: list[Row] = []
    of_team: dict[Team, list[User]] = {}
    for person in sellers.distinct().select_related("team").order_by("team__path", "pinyin"):
        of_team.setdefault(person.team, []).append(person)
    for team, people in of_team.items():
        rows.append(Row(team.name, f"team={team.pk}", tuple(person.pk for person in people), team))
        for person in people:
            rows.append(Row(person.name, f"person={person.pk}", (person.pk,), team, shown=person.pk in seen))
    return rows


def _members(rows: list[Row]) -> dict[str, list[str]]:
    members: dict[str, list[str]] = {}
    for row in rows:
        of_team = members.setdefault(f"team={row.team.pk}", [])
        if row.whose.startswith("person"):
            of_team.append(row.whose)
    return members


def _columns(goals: Goals) -> list[Figure]:
    """The usual figures, and those for which anybody has a target."""
    keys = {*USUAL, *(figure for _whose, figure, _kind, _first in goals.numbers)}
    return [each for each in figures.shown() if each.key in keys]


def _cell(row: Row, figure: Figure, goals: Goals, table, period: Period, today) -> Cell:
    target = goals.of(row.whose, figure.key, period)
    actual = table.value(figure.key, row.people, period)
    behind = target is not None and actual < goals.pace(target, period, today)
    return Cell(figure, target, actual, goals.is_set(row.whose, figure.key, period), behind)
