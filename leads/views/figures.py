"""Figures of people and teams over a period, and the rows that each one counts."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Exists, F, OuterRef
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date

from leads import figures as all_figures
from leads.figures import Figure, Period, Ratio, reckon
from leads.figures.periods import KINDS
from leads.models import Lead
from leads.policy import SALES
from salesops.people import scope
from salesops.people.models import Role, Team, User
from salesops.people.scope import require_role
from salesops.web import keyset

from .acting import number

TEAMS_BEYOND = 40  # people: then one row a team, which opens to its people
# The columns of several people; the page of one person has all.
COLUMNS = ("follow_ups", "calls", "visits", "new_intents", "leads_got", "deals", "signed", "received", "on_time")
EARLIEST = date(2000, 1, 1)


@dataclass(frozen=True)
class Row:
    """A person or a team, and the ids of the people whose figures it sums up."""

    name: str
    where: str  # the part of the address that says whose
    people: tuple[int, ...]


@dataclass(frozen=True)
class Cell:
    """A figure of a row in the period, and in the one before."""

    figure: Figure | Ratio
    value: Decimal | None
    before: Decimal | None

    @property
    def trend(self) -> int:
        """Up (1), down (-1), or level, as is what cannot be compared."""
        if self.value is None or self.before is None:
            return 0
        return (self.value > self.before) - (self.value < self.before)


@require_role(*SALES)
def figures(request):
    """One's own figures and those of one's people: now, and in the period before."""
    period, whose = period_of(request), _whose(request)
    rows = _rows(request, whose)
    alone = len(rows) == 1
    shown = all_figures.figures.shown() if alone else [all_figures.figures[key] for key in COLUMNS]
    people = [pk for row in rows for pk in row.people]
    table = reckon(shown, people, [period, period.before])
    lines = [(row, [_cell(table, each, row.people, period) for each in shown]) for row in rows]
    total = [_cell(table, each, people, period) for each in shown]
    context = period_context(request, period) | {"rows": lines, "alone": alone, "total": total, "shown": shown}
    return render(request, "leads/figures.html", context | {"whose": whose})


@require_role(*SALES)
def figure(request, key):
    """What a figure counts, row by row; of a ratio the two that it divides."""
    found = all_figures.figures.get(key)
    if found is None:
        raise Http404
    period, whose = period_of(request), _whose(request)
    people = [pk for row in _rows(request, whose) for pk in row.people]
    context = period_context(request, period) | {"figure": found, "whose": whose}
    if isinstance(found, Ratio):
        parts = [all_figures.figures[found.over], all_figures.figures[found.under]]
        table = reckon(parts, people, [period])
        context["parts"] = [(part, table.value(part.key, people, period)) for part in parts]
    else:
        context |= _counted(request, found, period, people)
    return render(request, "leads/figure.html", context)


def _cell(table, figure: Figure | Ratio, people, period: Period) -> Cell:
    return Cell(figure, table.value(figure.key, people, period), table.value(figure.key, people, period.before))


def period_of(request, kinds=KINDS, *, usual: str = "week", ahead: timedelta = timedelta()) -> Period:
    """The period that the address names, at most so far `ahead`; without one the present one of the usual kind."""
    today = timezone.localtime(request.now).date()
    kind = request.GET.get("period", usual)
    try:
        day = parse_date(request.GET.get("on", "")) or today
    except ValueError:  # looks like a day and is none
        day = today
    return Period.around(kind if kind in kinds else usual, min(max(day, EARLIEST), today + ahead))


def period_context(request, period: Period, kinds=KINDS, *, ahead: timedelta = timedelta()) -> dict:
    """What templates/leads/_period.html asks for."""
    kept = request.GET.copy()
    for name in ("page", "on", "period"):
        kept.pop(name, None)
    later = period.after if period.after.first <= timezone.localtime(request.now).date() + ahead else None
    return {"period": period, "later": later, "kinds": kinds, "kept": kept.urlencode()}


def _whose(request) -> User | Team | None:
    """The person or team that the address names; 404 for one whose work the user does not see."""
    seen = scope.people(request.user)
    if "person" in request.GET:
        found = seen.filter(pk=number(request.GET["person"])).first()
    elif "team" in request.GET:
        found = Team.objects.filter(pk=number(request.GET["team"]), people__in=seen).distinct().first()
    else:
        return None
    if found is None:
        raise Http404
    return found


def _rows(request, whose: User | Team | None) -> list[Row]:
    """The sellers whom the user sees, of a person or team if one is named; teams where there are many."""
    if isinstance(whose, User):
        return [_of_person(whose)]
    sellers = scope.people(request.user).filter(posts__role=Role.AM, posts__until=None, is_active=True)
    if whose is not None:
        sellers = sellers.filter(team=whose)
    people = sellers.distinct().order_by("team__path", "pinyin").select_related("team")
    people = [*people.only("name", "pinyin", "team__name", "team__path")] or [request.user]
    if len(people) <= TEAMS_BEYOND or whose is not None:
        return [_of_person(person) for person in people]
    teams: dict[Team, list[int]] = {}
    for person in people:
        if person.team:
            teams.setdefault(person.team, []).append(person.pk)
    return [Row(team.name, f"team={team.pk}", tuple(members)) for team, members in teams.items()]


def _of_person(person: User) -> Row:
    return Row(person.name, f"person={person.pk}", (person.pk,))


def _counted(request, figure: Figure, period: Period, people: list[int]) -> dict:
    source = figure.source
    mine = figure.rows(period).filter(**{f"{source.owner}__in": people})
    added = {"counted_day": F(source.day), "counted_owner": F(source.owner)}
    if source.lead:
        added["counted_lead"] = F(source.lead)
    if figure.total is not None:
        added["counted_value"] = F(figure.total) if isinstance(figure.total, str) else figure.total
    page = keyset.page(mine.annotate(**added), (f"-{source.day}", "-id"), request.GET.get("page"))
    names = dict(User.objects.filter(pk__in={row.counted_owner for row in page.rows}).values_list("pk", "name"))
    seen = Exists(Lead.objects.visible_to(request.user).filter(pk=OuterRef("pk")))
    ids = {row.counted_lead for row in page.rows} if source.lead else ()
    leads = {lead.pk: lead for lead in Lead.objects.filter(pk__in=ids).select_related("customer").annotate(seen=seen)}
    for row in page.rows:
        row.counted_name, row.counted_text = names.get(row.counted_owner, ""), source.text(row)
        row.of_lead = leads.get(row.counted_lead) if source.lead else None
    return {"page": page, "dated": isinstance(page.rows[0].counted_day, date) if page.rows else False}
