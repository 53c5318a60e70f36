"""Choosing who gets a lead: territories, then on-time rate, load and rotation, with the reasons to show."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction

from django.db.models import Count, Sum

from leads.models import Lead, Size, Status, Territory, TerritoryMember
from salesops.people.directory import Directory
from salesops.sop.models import Tally

RATE_OVER = timedelta(days=30)
# Rates count in steps of ten percent, so that a hair's breadth makes nobody better.
RATE_STEP = 10
_MOMENT = timedelta(microseconds=1)


@dataclass
class Choice:
    """Who gets the lead, and the figures of everybody who was considered (codes and numbers, to show and to keep)."""

    member: TerritoryMember | None = None
    reasons: dict = field(default_factory=dict)
    considered: list[int] = field(default_factory=list)


class Router:
    """Chooses account managers for leads at one moment, each choice knowing the ones before it.

    In earnest (`lock`) the members of a territory are locked, the caller is in a transaction and asks for one lead: of
    500 leads at once each sees the rotation as the one before left it. Without, nothing is locked or written: a dry
    run over any number of leads costs four queries for each territory that matches one.
    """

    def __init__(self, at: datetime, *, lock: bool):
        self.at, self._lock = at, lock
        self._territories: list[Territory] | None = None
        self._members: dict[int, list[TerritoryMember]] = {}
        self._loads: dict[int, int] = {}

    def choose(self, lead: Lead, *, without: Collection[int] = ()) -> Choice:
        """The account manager for a lead.

        The most specific territory that matches is asked first. Eligible is who is active, on duty today, below
        capacity and has not let this lead go. Of them wins who holds the least for their capacity and on-time rate
        (who is on time twice as often gets twice as many: 500 leads at once never all go to the best), then the best
        rate, then who has waited longest.
        """
        choice = Choice(reasons={"code": "no_territory"})
        for territory in self._matching(lead):
            figures = [self._figures(member, without) for member in self._members_of(territory)]
            choice.considered += [figure["member"].person_id for figure in figures]
            eligible = [figure for figure in figures if not figure["why_not"]]
            choice.reasons = {"code": "territory", "territory": territory.pk, "candidates": _shown(figures)}
            if eligible:
                best = min(eligible, key=_rank)
                choice.member = best["member"]
                choice.reasons["chosen"] = best["member"].person_id
                return choice
        return choice

    def give(self, member: TerritoryMember) -> None:
        """Counts a choice as made, for those that follow; the caller saves `last_at` in earnest.

        Of those who get leads at one moment, as in an import, `last_at` keeps the order: else each would end in a tie.
        """
        rows = self._members[member.territory_id]
        newest = max((row.last_at for row in rows if row.last_at), default=None)
        member.last_at = max(self.at, newest + _MOMENT) if newest else self.at
        self._loads[member.person_id] += 1

    def _matching(self, lead: Lead) -> list[Territory]:
        if self._territories is None:
            self._territories = list(Territory.objects.filter(active=True))
        return matching(lead, self._territories)

    def _members_of(self, territory: Territory) -> list[TerritoryMember]:
        if territory.pk not in self._members:
            rows = TerritoryMember.objects.filter(territory=territory).select_related("person", "territory")
            rows = rows.select_for_update(of=("self",)) if self._lock else rows
            self._members[territory.pk] = self._with_figures(list(rows.order_by("pk")))
        return self._members[territory.pk]

    def _with_figures(self, members: list[TerritoryMember]) -> list[TerritoryMember]:
        ids = [member.person_id for member in members]
        held = Lead.objects.filter(owner__in=ids, status__in=[Status.ASSIGNED, Status.ACTIVE])
        loads = dict(held.order_by().values_list("owner").annotate(Count("pk")))
        since = (self.at - RATE_OVER).date()
        rates = {
            owner: (in_time, in_time + late)
            for owner, in_time, late in Tally.objects.filter(owner__in=ids, day__gte=since)
            .order_by()
            .values_list("owner")
            .annotate(Sum("in_time"), Sum("late"))
        }
        directory = Directory(self.at)
        for member in members:
            self._loads.setdefault(member.person_id, loads.get(member.person_id, 0))
            in_time, judged = rates.get(member.person_id, (0, 0))
            member.rate = round(100 * in_time / judged) if judged else 100
            member.away = directory.on_leave(member.person_id)
        return members

    def _figures(self, member: TerritoryMember, without: Collection[int]) -> dict:
        why_not, load = "", self._loads[member.person_id]
        if not member.person.is_active:
            why_not = "left"
        elif member.person_id in without:
            why_not = "let_go"
        elif member.away:
            why_not = "on_leave"
        elif load >= member.capacity:
            why_not = "full"
        return {"member": member, "why_not": why_not, "rate": member.rate, "load": load}


def matching(lead: Lead, territories: Iterable[Territory]) -> list[Territory]:
    """Those of the territories that the lead fits, the one that says most first. An unknown size fits every size."""
    wanted = {"industries": lead.customer.industry, "regions": lead.customer.region, "products": lead.product}
    size = lead.customer.size
    fitting = [
        territory
        for territory in territories
        if all(not getattr(territory, name) or value in getattr(territory, name) for name, value in wanted.items())
        and (not territory.sizes or size in (*territory.sizes, "", Size.UNKNOWN))
    ]
    return sorted(fitting, key=lambda each: (-sum(bool(getattr(each, name)) for name in (*wanted, "sizes")), each.name))


def _rank(figure: dict):
    member, weight = figure["member"], max(round(figure["rate"] / RATE_STEP), 1)
    # Two times in one order, never as floats: a float loses the microsecond that tells them apart.
    return (
        Fraction(figure["load"], member.capacity * weight),
        -weight,
        bool(member.last_at),
        member.last_at,
        member.pk,
    )


def _shown(figures: list[dict]) -> list[dict]:
    return [
        {
            "person": figure["member"].person_id,
            "rate": figure["rate"],
            "load": figure["load"],
            "capacity": figure["member"].capacity,
            "why_not": figure["why_not"],
        }
        for figure in figures
    ]
