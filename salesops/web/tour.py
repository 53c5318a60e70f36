"""The tour of somebody's first day: three or four stops at the pages that their role lives in, each with one sentence.

Each app registers its stops, in `<app>/tour.py`, found like admin.py. A stop is shown above its page, which is opened
with ?tour=n, until the person has gone through or skipped it (User.toured_at); the account page offers it again.
"""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from salesops.people.models import Role, User

MOST = 4


@dataclass(frozen=True)
class Step:
    url: str  # a URL name without arguments
    title: str | Promise
    text: str | Promise
    order: int
    roles: tuple[str, ...] = ()  # none: everybody

    def address(self, number: int) -> str:
        return f"{reverse(self.url)}?tour={number}"


@dataclass(frozen=True)
class Stop:
    """Where somebody is on the tour. `step` is None on a page that is no stop; `following` is "" at the last."""

    first: str
    step: Step | None = None
    number: int = 0
    count: int = 0
    following: str = ""


_steps: dict[str, Step] = {}


def register(*steps: Step) -> None:
    """Adds stops. Registering a URL name twice replaces the first."""
    _steps.update({step.url: step for step in steps})


def steps_for(user: User) -> list[Step]:
    """The stops of the user's roles, in order."""
    mine = (step for step in _steps.values() if not step.roles or user.has_role(*step.roles))
    return sorted(mine, key=lambda step: (step.order, step.url))[:MOST]


def stop(request: HttpRequest) -> Stop:
    """Where the request's user is on the tour."""
    if not request.user.is_authenticated:
        return Stop("")
    steps, asked = steps_for(request.user), request.GET.get("tour", "")
    if not steps:
        return Stop("")
    first, here = steps[0].address(1), request.resolver_match
    number = int(asked) if asked.isdecimal() and len(asked) < 3 else 0
    if not 1 <= number <= len(steps) or not here or here.view_name != steps[number - 1].url:
        return Stop(first)
    following = steps[number].address(number + 1) if number < len(steps) else ""
    return Stop(first, steps[number - 1], number, len(steps), following)


register(
    Step(
        "web:settings",
        _("Settings"),
        _("Rules, calendar, people and channels. A changed rule shows first which running deadlines it would move."),
        order=20,
        roles=(Role.ADMIN,),
    )
)
