"""What can be approved. Each app registers its own in `<app>/approvals.py`, found like admin.py:

    register(Kind("quote", _("Quote"), url=lambda pk: reverse("leads:quote", args=[pk]), ended=after_the_decision))

    ask("quote", subject=f"quote:{quote.pk}", title=quote.number, steps=in_turn([legal.pk], [finance.pk]), by=…, at=…)

The record itself stays in its app: `ended` is called in the transaction of the last decision and writes there, and
`answered` in that of each decision. Whoever owes a decision by when is a rule of that app, opened and met by the
events that these two record.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise

from salesops.events.registry import describe_data
from salesops.people.models import User

from .models import Approval, Decision


@dataclass(frozen=True)
class Step:
    """People asked at the same time: all must approve, or with `any` the first one's word is enough."""

    people: tuple[int, ...]
    any: bool = False


def all_of(*people: int) -> list[Step]:
    """One step in which everybody must approve (会签)."""
    return [Step(people)]


def any_of(*people: int) -> list[Step]:
    """One step that whoever decides first decides (或签)."""
    return [Step(people, any=True)]


def in_turn(*people: int) -> list[Step]:
    """One after another (依次审批)."""
    return [Step((person,)) for person in people]


Facts = Mapping[int, Sequence[tuple[str, str]]]


@dataclass(frozen=True)
class Kind:
    """`url(pk)` is the page of the subject; `facts` are what a decider has to know, as (label, words) by approval.

    `facts` takes many approvals and asks a fixed number of queries.
    """

    key: str
    title: str | Promise
    url: Callable[[int], str] | None = None
    facts: Callable[[Iterable[Approval]], Facts] | None = None
    answered: Callable[[Approval, Decision, User, datetime], None] | None = None
    ended: Callable[[Approval, User, datetime], None] | None = None

    def page(self, approval: Approval) -> str:
        """The address of what is to be approved, "" without one."""
        return self.url(approval.subject_id) if self.url else ""


_kinds: dict[str, Kind] = {}


def register(*kinds: Kind) -> None:
    for kind in kinds:
        _kinds[kind.key] = kind
        describe_data({}, {"kind": [(kind.key, kind.title)]})


def find(key: str) -> Kind:
    """The kind; for one that no app registers any more, its bare key."""
    return _kinds.get(key) or Kind(key, key)


def facts(approvals: Sequence[Approval]) -> Facts:
    """What to know about each approval, by its id."""
    by_kind: dict[str, list[Approval]] = {}
    for approval in approvals:
        by_kind.setdefault(approval.kind, []).append(approval)
    found: dict[int, Sequence[tuple[str, str]]] = {}
    for key, some in by_kind.items():
        if ask := find(key).facts:
            found |= ask(some)
    return found
