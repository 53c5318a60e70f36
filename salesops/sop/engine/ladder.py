"""When the clock has to look at a deadline: its reminders, its due time, what comes after, and its end."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from ..calendar import Calendar
from ..frozen import FrozenTerms
from ..models import Deadline
from ..rule import AT_DUE, MORNING, After, Ahead, AtShare, Step

FAR = datetime(9999, 1, 1, tzinfo=UTC)  # an open deadline that waits for an event, not for the clock

STEP, DUE, END = 1, 0, 2  # at one instant: first the due time, then the steps, then the end
DUE_NAME = "due"
MOVED = "moved"


@dataclass(frozen=True)
class Moment:
    """An instant at which something is to be done about a deadline."""

    at: datetime
    kind: int
    name: str = ""
    number: int = 0
    step: Step | None = None

    def __lt__(self, other):
        return (self.at, self.kind, self.name, self.number) < (other.at, other.kind, other.name, other.number)


def moments(row: Deadline, terms: FrozenTerms, calendar: Calendar) -> list[Moment]:
    """What has not been done yet, in order; of a repeated step only its next time. Empty while the clock stands."""
    if row.stopped_at or row.ending:
        return []
    taken = steps_taken(row)
    found = []
    if DUE_NAME not in taken:
        found.append(Moment(row.due_at, DUE))
    if row.ends_at:
        found.append(Moment(row.ends_at, END))
    for step in terms.ladder:
        if (at := _next_time(row, step, taken.get(step.name), calendar)) is not None:
            number = taken[step.name]["n"] + 1 if step.name in taken else 0
            found.append(Moment(at, STEP, step.name, number, step))
    return sorted(found)


def steps_taken(row: Deadline) -> dict[str, dict]:
    """The last entry of each step taken for the present due time; a move starts the ladder anew."""
    taken: dict[str, dict] = {}
    for entry in row.steps:
        if entry["name"] == MOVED:
            taken = {}
        else:
            taken[entry["name"]] = entry
    return taken


def overdue(row: Deadline, at: datetime) -> bool:
    """Whether the due time had passed unmet at `at`; while the clock stands, when it was stopped."""
    return row.due_at < min(at, row.stopped_at or at)  # leave that is looked at late begins before a later stop


def was_due(row: Deadline, at: datetime) -> bool:
    """As `overdue`, or its consequences are being taken as of that very instant."""
    return overdue(row, at) or DUE_NAME in steps_taken(row)


def next_at(row: Deadline, terms: FrozenTerms, calendar: Calendar) -> datetime:
    """When the clock has to look again, FAR if only an event can change anything."""
    return next((moment.at for moment in moments(row, terms, calendar)), FAR)


def _next_time(row: Deadline, step: Step, last: dict | None, calendar: Calendar) -> datetime | None:
    if last is None:
        return first_time(row, step, calendar)
    if step.every is None or row.acknowledged_at:
        return None
    return step.every.due(datetime.fromisoformat(last["due"]), calendar)


def first_time(row: Deadline, step: Step, calendar: Calendar) -> datetime | None:
    """When a step is due for the first time; None if it never is by the clock."""
    match step.when:
        case str() if step.when == AT_DUE:
            return row.due_at
        case str() if step.when == MORNING:
            return calendar.morning(calendar.day_due(row.due_at))
        case Ahead(amount, or_half):
            at = amount.before(row.due_at, calendar)
            if at > row.starts_at:
                return at
            return row.starts_at + (row.due_at - row.starts_at) / 2 if or_half and row.due_at > row.starts_at else None
        case After(amount):
            return amount.due(row.due_at, calendar)
        case AtShare(share):
            return row.starts_at + (row.due_at - row.starts_at) * share
    return None


def all_times(row: Deadline, terms: FrozenTerms, calendar: Calendar) -> Iterator[tuple[Step, datetime]]:
    """Every step with the first time it is due, for explaining what will happen."""
    for step in terms.ladder:
        if (at := first_time(row, step, calendar)) is not None:
            yield step, at
