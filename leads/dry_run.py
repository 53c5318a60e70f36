"""Where leads would go, without moving any: the same choice as in earnest (leads/routing.py), one after the other."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from leads.models import Grade, Lead
from leads.routing import Router
from salesops.people.models import User


@dataclass(frozen=True)
class Destination:
    """Where one lead would go: to `person`, else to a pool; `reasons` as an assignment keeps them."""

    lead: Lead
    kind: str  # "owner" of the customer, "territory", "nobody", "pool", "nurture"
    person: User | None = None
    territory: str = ""
    reasons: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Share:
    """What one account manager would get, on top of what they hold."""

    person: User
    load: int
    more: int
    capacity: int

    @property
    def then(self) -> int:
        return self.load + self.more


def dry_run(leads: Iterable[Lead], *, as_grade: str = "", at: datetime) -> list[Destination]:
    """Where each would go, in this order; one without a grade, or all with `as_grade`, as if graded so.

    The leads come with customer and its owner. Four queries for each territory that matches one, however many leads.
    """
    router = Router(at, lock=False)
    return [_destination(lead, as_grade or lead.grade or Grade.A, router) for lead in leads]


def _destination(lead: Lead, grade: str, router: Router) -> Destination:
    """As leads.actions.routing.route decides, of which this is the picture."""
    owner = lead.customer.owner
    if owner is not None and owner.is_active:
        return Destination(lead, "owner", owner)
    if grade != Grade.A:
        return Destination(lead, "nurture" if grade == Grade.C else "pool")
    choice = router.choose(lead)
    if choice.member is None:
        return Destination(lead, "nobody", reasons=choice.reasons)
    router.give(choice.member)
    return Destination(lead, "territory", choice.member.person, choice.member.territory.name, choice.reasons)


def shares(destinations: Iterable[Destination]) -> list[Share]:
    """How the leads of territories would be spread, the largest share first."""
    routed = [each for each in destinations if each.kind == "territory"]
    more = Counter(each.person for each in routed)
    first: dict[User, dict] = {}
    for each in routed:
        mine = next(row for row in each.reasons["candidates"] if row["person"] == each.person.pk)
        first.setdefault(each.person, mine)
    return [Share(person, first[person]["load"], n, first[person]["capacity"]) for person, n in more.most_common()]
