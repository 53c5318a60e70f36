"""The step function: what the passing of time does to one deadline. The sweep and every write use the same one."""

from datetime import datetime

from .. import consequences
from ..calendar import Calendar
from ..frozen import FrozenTerms
from ..models import Counted, Deadline, Ending
from ..registry import registry
from ..rule import AfterDue, Every, Rule, Step, Streak
from .context import Context
from .facts import typed_facts
from .ladder import DUE, DUE_NAME, MOVED, STEP, Moment, moments, next_at
from .periods import next_start
from .telling import tell


def advance(row: Deadline, until: datetime, ctx: Context) -> list[Deadline]:
    """Takes every moment of the deadline before `until`; returns it and the successors that opened.

    Only for deadlines without a consequence before `until`; the others go through `settling`.
    """
    rows, queue = [], [row]
    while queue:
        current = queue.pop()
        rows.append(current)
        while (moment := _first(current, until, ctx)) is not None:
            successor, _step = take(current, moment, until, ctx)
            if successor is not None:
                queue.append(successor)
        look_again(current, ctx)
    return rows


def has_consequence(row: Deadline, until: datetime, ctx: Context) -> bool:
    """Whether a consequence may be due before `until`."""
    terms = ctx.terms(row)
    doing = [step for step in terms.ladder if _has_followers(row.rule, step)]
    if not doing:
        return False
    if row.ends_at and row.ends_at < until:
        return True  # its end may be one, or its successor's
    names = {step.name for step in doing}
    return any(moment.name in names and moment.at < until for moment in moments(row, terms, ctx.calendar(row)))


def _first(row: Deadline, until: datetime, ctx: Context) -> Moment | None:
    found = moments(row, ctx.terms(row), ctx.calendar(row))
    return found[0] if found and found[0].at < until else None


def take(
    row: Deadline, moment: Moment, until: datetime, ctx: Context
) -> tuple[Deadline | None, tuple[Step, datetime] | None]:
    """Takes one moment. Returns the successor it opens, and the step whose consequence has to follow."""
    rule = registry[row.rule]
    if moment.kind == STEP:
        return None, _take_step(row, moment, until, ctx)
    if moment.kind == DUE:
        ctx.count(row, rule, Counted.LATE)
        _log(row, DUE_NAME, 0, moment.at, ctx)
        return None, None
    return _end(row, moment.at, rule, until, ctx)


def _take_step(row: Deadline, moment: Moment, until: datetime, ctx: Context) -> tuple[Step, datetime] | None:
    step = moment.step
    superseded = _overtaken(row, moment, until, ctx) if step.remind else _repeated(row, moment, until, ctx)
    if not superseded and (step.remind or step.tell):
        tell(row, step, moment.number, ctx)
    _log(row, step.name, moment.number, moment.at, ctx, dropped=superseded)
    if step.do and consequences.find(step.do) is None:
        ctx.unanswered.append((row, step, moment.at))
    return (step, moment.at) if _has_followers(row.rule, step) else None


def _has_followers(rule: str, step: Step) -> bool:
    """Whether taking the step makes something else happen: a consequence, or another rule that waits for it."""
    return consequences.find(step.do) is not None or bool(registry.opened_by_step(rule, step.name))


def _overtaken(row: Deadline, moment: Moment, until: datetime, ctx: Context) -> bool:
    """Whether a reminder comes too late to help: it is due already, or a later reminder is to go out now."""
    later = [other for other in moments(row, ctx.terms(row), ctx.calendar(row)) if moment < other and other.at < until]
    return row.due_at < until or any(other.step and other.step.remind for other in later)


def _repeated(row: Deadline, moment: Moment, until: datetime, ctx: Context) -> bool:
    """Whether the same people are to be told again before now: after a silence they hear it once."""
    step = moment.step
    if step.every is None or moment.number < len(step.tell) - 1 or row.acknowledged_at:
        return False
    return step.every.due(moment.at, ctx.calendar(row)) < until


def _end(
    row: Deadline, at: datetime, rule: Rule, until: datetime, ctx: Context
) -> tuple[Deadline | None, tuple[Step, datetime] | None]:
    """The round is over, or somebody else gets it: the deadline ends missed."""
    ctx.finish(row, Ending.MISSED, at, rule)
    streak = next((step for step in ctx.terms(row).ladder if isinstance(step.when, Streak)), None)
    if streak and row.streak + 1 >= streak.when.n:
        tell(row, streak, 0, ctx)
        _log(row, streak.name, 0, at, ctx)
        return None, (streak, at)
    return (_successor(row, at, ctx) if rule.rolls else None), None


def _successor(row: Deadline, at: datetime, ctx: Context) -> Deadline:
    """The next period of a cadence, already due when it opens: the one before could be met until then."""
    calendar = ctx.calendar_now(row.owner_id, row.team_id)
    successor = Deadline(
        **{
            name: getattr(row, name)
            for name in ("rule", "subject", "file", "slot", "opened_by_id", "owner_id", "desk", "on_behalf_of_id")
        },
        **{name: getattr(row, name) for name in ("team_id", "title", "terms_id", "case", "facts")},
        period=f"{row.period.partition('+')[0]}+{row.streak + 1}",
        previous=row,
        calendar_id=ctx.freezer.calendar_id(calendar),
        starts_at=row.due_at,
        due_at=at,
        streak=row.streak + 1,
    )
    successor.ends_at = ends_at(successor, registry[row.rule], ctx.terms(row), calendar)
    ctx.new.append(successor)
    return successor


def _log(row: Deadline, name: str, number: int, at: datetime, ctx: Context, *, dropped: bool = False) -> None:
    entry = {"name": name, "n": number, "due": at.isoformat(), "at": ctx.at.isoformat()}
    row.steps = [*row.steps, entry | ({"dropped": True} if dropped else {})]
    ctx.touch(row)


def log_move(row: Deadline, before: datetime, at: datetime) -> None:
    """Notes that the due time moved; what was done for the old one does not stand for the new one."""
    row.steps = [*row.steps, {"name": MOVED, "n": 0, "due": before.isoformat(), "at": at.isoformat()}]


def look_again(row: Deadline, ctx: Context) -> None:
    """Sets when the clock has to look at an open deadline again."""
    if row.is_open:
        row.next_at = next_at(row, ctx.terms(row), ctx.calendar(row))
        ctx.touch(row)


def ends_at(row: Deadline, rule: Rule, terms: FrozenTerms, calendar: Calendar) -> datetime | None:
    """When an unmet deadline ends by itself: at its due time, when the next round would be due, or never."""
    if rule.after_due == AfterDue.TAKEN:
        return row.due_at
    if rule.after_due == AfterDue.ROUND:
        after = next_start(row.period) if isinstance(rule.opens, Every) else row.due_at
        return terms.due(row.case).due(after, calendar, typed_facts(row.facts))
    return None
