"""A rule of the SOP, as data. `<app>/rules.py` lists rules; nothing else decides who owes what by when."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from salesops.events.models import Event

from .terms import Term

Condition = Callable[[Event], bool]


class AfterDue(StrEnum):
    """What becomes of a deadline that is not met when it is due."""

    STAY = "stay"  # stays open until it is met
    TAKEN = "taken"  # ends at its due time: somebody else gets it
    ROUND = "round"  # can be met late until the next round would be due


class OnLeave(StrEnum):
    VOID = "void"  # daily duties: not owed while on leave
    STAND_IN = "stand_in"  # deadlines on customers: the stand-in answers


class Verdict(StrEnum):
    RATE = "rate"  # counts in the on-time rate
    HINT = "hint"  # shown, never judged


# Who owes


@dataclass(frozen=True)
class Ref:
    """The person whom the event's reference `name` names."""

    name: str


@dataclass(frozen=True)
class Head:
    """The head of the event's `of` (a person or a team), `up` levels above."""

    of: str = "owner"
    up: int = 1


@dataclass(frozen=True)
class Desk:
    """A department: its head owes until a member takes it."""

    slug: str


# The desks of sop.md section 1, as rules name them; departments have the same keys.
DESKS = {
    "so": _("Sales operations"),
    "cs": _("After-sales"),
    "legal": _("Legal"),
    "finance": _("Finance"),
    "delivery": _("Delivery"),
    "marketing": _("Marketing"),
    "product": _("Product"),
    "technology": _("Technology"),
    "it": _("IT"),
    "admin": _("Administration department"),
}


def desk_name(slug: str) -> str:
    """The desk's name in the reader's language."""
    return str(DESKS.get(slug, slug))


@dataclass(frozen=True)
class Each:
    """Each of the people listed in the event's value `name`, with a deadline of their own."""

    name: str


@dataclass(frozen=True)
class System:
    """The product itself."""


SYSTEM = System()


# Who is told


class Told(StrEnum):
    OWNER = "owner"
    HEAD = "head"  # the head of the one who owes
    HEADS_HEAD = "heads_head"
    MANAGER = "manager"  # the nearest manager above the one who owes
    MANAGERS_MANAGER = "managers_manager"
    ADMINS = "admins"
    OPENER = "opener"  # the `assigner` whom the opening event names, else whoever did what opened the deadline
    SO = "so"  # sales operations, as a desk


# What opens, meets, stops, voids


@dataclass(frozen=True)
class On:
    """One of these events, if the condition holds.

    `enough` adds up the event's value of that name until the amount is there; `slot` names the value that says
    whose deadline it is where each has their own; `period` names the value that says which round it belongs to. An
    opening that is also `met` is judged at once: the record that comes first.
    """

    events: tuple[str, ...] = ()
    if_: Condition | None = None
    enough: tuple[str, float] | None = None
    slot: str = "by"
    period: str = ""
    met: Condition | None = None

    def __init__(self, *events, if_=None, enough=None, slot="by", period="", met=None):
        values = {"events": events, "if_": if_, "enough": enough, "slot": slot, "period": period, "met": met}
        for name, value in values.items():
            object.__setattr__(self, name, value)

    def matches(self, event: Event) -> bool:
        return event.name in self.events and (self.if_ is None or bool(self.if_(event)))


NEVER = On()


@dataclass(frozen=True)
class Every:
    """Opens a round each `period` ("day", "week", "month", "quarter") for everyone in the population `of`.

    A day that is not a working day of the owner has no round.
    """

    period: str
    of: str


@dataclass(frozen=True)
class StepOf:
    """Opens when the named step of another rule is taken."""

    rule: str
    step: str


# The ladder


@dataclass(frozen=True)
class Ahead:
    """An amount before the due time; where that lies before the start, half way (`or_half`) or not at all."""

    amount: Term
    or_half: bool = False


@dataclass(frozen=True)
class After:
    amount: Term


@dataclass(frozen=True)
class AtShare:
    """When this share of the time has passed, 0.75 for three quarters."""

    share: float


@dataclass(frozen=True)
class Streak:
    """When the n-th period in a row ends missed. Ends the series."""

    n: int


AT_DUE = "at_due"
MORNING = "morning"  # when the office opens on the day of the due time, or last before it


@dataclass(frozen=True, kw_only=True)
class Step:
    """Something that happens on the clock: a reminder, word to somebody, a consequence.

    A step that repeats `every` amount does so until the deadline ends or an `until` event acknowledges it, each time
    telling the next of `tell`, the last ones again and again.
    """

    name: str
    when: Ahead | After | AtShare | Streak | str
    remind: bool = False
    tell: tuple[Told, ...] = ()
    do: str = ""
    every: Term | None = None
    until: On = NEVER
    urgent: bool = False

    @property
    def early(self) -> bool:
        """Whether it is taken before the deadline is due."""
        return isinstance(self.when, Ahead | AtShare) or self.when == MORNING


@dataclass(frozen=True, kw_only=True)
class Choice:
    """The owner may choose another due time: an earlier one freely, a later one with a reason, up to `at_most`."""

    field: str = "next_at"
    at_most: Mapping[str, Term] | Term | None = None
    agreed: str = "agreed"  # the event's value that says a head agreed to go beyond
    only_earlier: tuple[str, ...] = ()  # events by which a later time is only shown


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One row of the SOP. Keys are stable names; `clause` names the handbook that demands it."""

    key: str
    title: str
    sentence: str
    clause: str
    group: str
    subject: str | tuple[str, ...]
    owes: Ref | Head | Desk | Each | System
    opens: On | Every | StepOf
    due: Term | Mapping[str, Term]
    meets: On
    page: str = ""
    starts: str | Term = "at"
    case: str = ""
    joint: str = "one"
    stops: On = NEVER
    resumes: On = NEVER
    charges: str = ""
    voids: On = NEVER
    moves: On = NEVER
    moved_past: Term | None = None
    after_due: AfterDue = AfterDue.STAY
    rolls: bool = False
    choose: Choice | None = None
    on_leave: OnLeave = OnLeave.STAND_IN
    ladder: tuple[Step, ...] = ()
    verdict: Verdict = Verdict.RATE
    values: tuple[str, ...] = field(default=())  # event values that terms read besides the case

    @property
    def subjects(self) -> tuple[str, ...]:
        return (self.subject,) if isinstance(self.subject, str) else self.subject

    def subject_of(self, refs: Mapping[str, int]) -> str:
        """The text reference of what the deadline hangs on, "" if the event does not name it."""
        return next((f"{kind}:{refs[kind]}" for kind in self.subjects if refs.get(kind)), "")

    def dues(self) -> dict[str, Term]:
        """The due terms by case; "" is the only case of a rule without cases."""
        return {"": self.due} if isinstance(self.due, Term) else dict(self.due)

    def step(self, name: str) -> Step | None:
        return next((step for step in self.ladder if step.name == name), None)


def instant(event: Event, name: str) -> datetime | None:
    """The event's value `name` as an aware instant, None if it has none."""
    value = event.data.get(name)
    return datetime.fromisoformat(value) if value else None
