"""Choosing who gets a lead: territories, then on-time rate, load and rotation, with the reasons to show."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Count, Sum

from leads.models import Lead, Size, Status, Territory, TerritoryMember
from salesops.people.directory import Directory
from salesops.sop.models import Tally

RATE_OVER = timedelta(days=30)
# Rates are compared in steps of ten percent, so that a hair's breadth does not starve anybody of leads.
RATE_STEP = 10


@dataclass
class Choice:
    """Who gets the lead, and the figures of everybody who was considered (codes and numbers, to show and to keep)."""

    member: TerritoryMember | None = None
    reasons: dict = field(default_factory=dict)
    considered: list[int] = field(default_factory=list)


def choose(lead: Lead, *, without: Collection[int] = (), at: datetime) -> Choice:
    """The account manager for a lead, evaluated at this moment; the caller is in a transaction.

    The most specific territory that matches is asked first. Eligible is who is active, on duty today, below capacity
    and has not let this lead go; then the best on-time rate, the lightest load, and who has waited longest wins. The
    members are locked, so that of 500 leads at once each sees the rotation as the one before left it.
    """
    choice = Choice(reasons={"code": "no_territory"})
    for territory in matching(lead):
        members = list(
            TerritoryMember.objects.select_for_update(of=("self",))
            .filter(territory=territory)
            .select_related("person", "territory")
            .order_by("pk")
        )
        figures = [_figures(member, without, at) for member in _with_load(members, at)]
        choice.considered += [member.person_id for member in members]
        eligible = [figure for figure in figures if not figure["why_not"]]
        choice.reasons = {"code": "territory", "territory": territory.pk, "candidates": _shown(figures)}
        if eligible:
            best = min(eligible, key=_rank)
            choice.member = best["member"]
            choice.reasons["chosen"] = best["member"].person_id
            return choice
    return choice


def matching(lead: Lead) -> list[Territory]:
    """Active territories that the lead fits, the one that says most first. An unknown size fits every size."""
    wanted = {"industries": lead.customer.industry, "regions": lead.customer.region, "products": lead.product}
    size = lead.customer.size
    fitting = [
        territory
        for territory in Territory.objects.filter(active=True)
        if all(not getattr(territory, name) or value in getattr(territory, name) for name, value in wanted.items())
        and (not territory.sizes or size in (*territory.sizes, "", Size.UNKNOWN))
    ]
    return sorted(fitting, key=lambda each: (-sum(bool(getattr(each, name)) for name in (*wanted, "sizes")), each.name))


def _with_load(members: list[TerritoryMember], at: datetime) -> list[TerritoryMember]:
    ids = [member.person_id for member in members]
    held = Lead.objects.filter(owner__in=ids, status__in=[Status.ASSIGNED, Status.ACTIVE])
    loads = dict(held.order_by().values_list("owner").annotate(Count("pk")))
    since = (at - RATE_OVER).date()
    rates = {
        owner: (in_time, in_time + late)
        for owner, in_time, late in Tally.objects.filter(owner__in=ids, day__gte=since)
        .order_by()
        .values_list("owner")
        .annotate(Sum("in_time"), Sum("late"))
    }
    directory = Directory(at)
    for member in members:
        member.load = loads.get(member.person_id, 0)
        in_time, judged = rates.get(member.person_id, (0, 0))
        member.rate = round(100 * in_time / judged) if judged else 100
        member.away = directory.on_leave(member.person_id)
    return members


def _figures(member: TerritoryMember, without: Collection[int], at: datetime) -> dict:
    why_not = ""
    if not member.person.is_active:
        why_not = "left"
    elif member.person_id in without:
        why_not = "let_go"
    elif member.away:
        why_not = "on_leave"
    elif member.load >= member.capacity:
        why_not = "full"
    return {"member": member, "why_not": why_not, "rate": member.rate, "load": member.load}


def _rank(figure: dict):
    member = figure["member"]
    waited = member.last_at.timestamp() if member.last_at else 0
    return (-(figure["rate"] // RATE_STEP), figure["load"] / max(member.capacity, 1), waited, member.pk)


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
