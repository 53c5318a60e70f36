"""What an event does to deadlines: it meets, voids, moves, stops and opens them, in the transaction of the write."""

from datetime import datetime

from salesops.events.models import Event

from ..models import Counted, Deadline, Ending
from ..registry import Concerned, registry
from ..rule import Every, On, Rule
from .advancing import ends_at, log_move, look_again
from .context import Context
from .facts import dues_of_referred, typed_facts
from .handing import on_people_event
from .ladder import was_due
from .opening import chosen_close, open_on
from .periods import period_of
from .rounds import open_one
from .settling import settle, settle_subjects
from .writing import flush


def before(event: Event) -> None:
    """Locks the subjects of every rule that the event concerns, and takes what was due before it.

    Only so is a verdict independent of when the sweep ran.
    """
    concerned = registry.concerned_by(event.name)
    if concerned is None:
        return
    known = _references(concerned, event) - event.made.keys()
    event.titles = {**event.made, **settle_subjects(known, until=event.at, at=event.recorded_at)}
    for rule in concerned.meets:
        if not isinstance(rule.opens, Every) or not rule.meets.matches(event):
            continue
        subject, period = rule.subject_of(event.refs), _round_met(rule, event)
        if subject and period:
            open_one(rule, subject, period, event.at)
            settle({subject}, until=event.at, at=event.recorded_at)


def _round_met(rule: Rule, event: Event) -> str | None:
    """The round that the event is for: the one that it names, else the one in which it happens."""
    return event.data.get(rule.meets.period) if rule.meets.period else period_of(rule.opens.period, event.at)


def _references(concerned: Concerned, event: Event) -> set[str]:
    return {rule.subject_of(event.refs) for rule in concerned.rules().values()} - {""}


def after(event: Event) -> None:
    """Applies the event to the rules that listen to it, then to the deadlines of people who leave or return."""
    concerned = registry.concerned_by(event.name)
    ctx = Context(event.recorded_at)
    if concerned is not None:
        rows = _open_rows(concerned, event, ctx)
        apply(concerned, event, rows, ctx)
    on_people_event(event, ctx)
    flush(ctx)


def _open_rows(concerned: Concerned, event: Event, ctx: Context) -> dict[str, list[Deadline]]:
    rules = concerned.rules()
    references = _references(concerned, event) - event.made.keys()
    if not references:
        return {}
    found = (
        Deadline.objects.open()
        .filter(subject__in=references, rule__in=rules)
        .select_for_update(no_key=True)
        .order_by("id")
    )
    by_rule: dict[str, list[Deadline]] = {}
    for row in ctx.load(found):
        if registry[row.rule].subject_of(event.refs) == row.subject:
            by_rule.setdefault(row.rule, []).append(row)
    return by_rule


def apply(concerned: Concerned, event: Event, rows: dict[str, list[Deadline]], ctx: Context) -> None:
    for rule in concerned.stops:
        _each(rule.stops, rule, event, rows, lambda row, _rule: _stop(row, event, ctx))
    for rule in concerned.resumes:
        _each(rule.resumes, rule, event, rows, lambda row, rule: _resume(row, rule, event, ctx))
    for rule in concerned.until:
        for step in rule.ladder:
            _each(step.until, rule, event, rows, lambda row, _rule: _acknowledge(row, event, ctx))
    for rule in concerned.meets:
        _meet(rule, event, rows.get(rule.key, []), ctx)
    for rule in concerned.voids:
        _each(rule.voids, rule, event, rows, lambda row, rule: void(row, rule, event, ctx))
    for rule in concerned.moves:
        _each(rule.moves, rule, event, rows, lambda row, rule: move(row, rule, event, ctx))
    for rule in concerned.opens:
        if rule.opens.matches(event) and rule.subject_of(event.refs):
            _open(rule, event, rows.get(rule.key, []), ctx)


def _each(on: On, rule: Rule, event: Event, rows, act) -> None:
    if on.matches(event):
        for row in rows.get(rule.key, []):
            if row.is_open:
                act(row, rule)


def _open(rule: Rule, event: Event, existing: list[Deadline], ctx: Context) -> None:
    title, series = event.titles.get(rule.subject_of(event.refs), ""), rule_keeps_series(rule)
    taken = {row.slot for row in existing if row.is_open and not row.series and not series}
    for row in open_on(rule, event, title, ctx, without=taken):
        row.series = series
        if rule.opens.met is not None and rule.opens.met(event):
            ctx.finish(row, Ending.MET, event.at, rule)


def rule_keeps_series(rule: Rule) -> bool:
    """Whether several deadlines of it may be open on one subject at once: rounds that stay open until they are met."""
    return bool(getattr(rule.opens, "period", ""))


# Meeting


def _meet(rule: Rule, event: Event, rows: list[Deadline], ctx: Context) -> None:
    on = rule.meets
    if not on.matches(event):
        return
    for row in rows:
        if row.is_open and _is_meant(rule, on, row, event) and _is_enough(on, row, event, ctx):
            finish_met(row, rule, event, ctx)


def _is_meant(rule: Rule, on: On, row: Deadline, event: Event) -> bool:
    if on.period and row.period != str(event.data.get(on.period)):
        return False
    if rule.joint == "each" and row.slot:
        if on.slot == "by":  # whoever stands in for the one who was named decides for them
            return event.by_id is not None and (row.slot == str(event.by_id) or row.owner_id == event.by_id)
        return row.slot == str(event.data.get(on.slot))
    return True


def _is_enough(on: On, row: Deadline, event: Event, ctx: Context) -> bool:
    if on.enough is None:
        return True
    name, wanted = on.enough
    row.progress += float(event.data.get(name, 0))
    ctx.touch(row)
    return row.progress >= wanted


def finish_met(row: Deadline, rule: Rule, event: Event, ctx: Context) -> None:
    """Met; while the clock stands, as of the moment at which it was stopped."""
    ctx.finish(row, Ending.MET, min(event.at, row.stopped_at or event.at), rule, by_event=event.pk)


# Voiding, moving, stopping


def void(row: Deadline, rule: Rule, event: Event, ctx: Context) -> None:
    """No longer owed; if it was overdue before that, it ends missed: nobody can make lateness go away."""
    ctx.finish(row, Ending.MISSED if was_due(row, event.at) else Ending.VOID, event.at, rule, by_event=event.pk)


def move(row: Deadline, rule: Rule, event: Event, ctx: Context) -> None:
    """Recomputes from the original start under the same terms, with the case that the event gives.

    A period of a cadence that is overdue stays so: a new grade counts from the next period on.
    """
    if rule.case and event.data.get(rule.case) is not None:
        row.case = str(event.data[rule.case])
    if rule.rolls and row.due_at < event.at:
        ctx.touch(row)
        return
    if rule.choose is not None and event.data.get(rule.choose.agreed):
        _choose(row, rule, event, ctx)
        return
    names = [name for name in (*rule.values, rule.starts) if isinstance(name, str) and event.data.get(name)]
    row.facts = row.facts | {name: event.data[name] for name in names}
    reckon(row, rule, event.at, ctx)


def _choose(row: Deadline, rule: Rule, event: Event, ctx: Context) -> None:
    """A head agreed to another due time for this period."""
    postpone(row, rule, chosen_close(event.data[rule.choose.field], ctx.calendar(row)), event.at, ctx)
    row.chosen = True


def reckon(row: Deadline, rule: Rule, at: datetime, ctx: Context) -> None:
    """Sets the due time from the frozen terms, the facts and the pauses; with `moved_past`, never in the past."""
    calendar = ctx.calendar(row)
    row.facts = row.facts | dues_of_referred(rule, row.subject, ctx)
    facts = typed_facts(row.facts)
    if isinstance(rule.starts, str) and isinstance(facts.get(rule.starts), datetime):
        row.starts_at = facts[rule.starts]
    due_at = ctx.terms(row).due(row.case).due(row.starts_at, calendar, facts, pauses_of(row))
    if rule.moved_past is not None and due_at < at:
        due_at = rule.moved_past.due(at, calendar)
    postpone(row, rule, due_at, at, ctx)
    row.chosen = False


def postpone(row: Deadline, rule: Rule, due_at: datetime, at: datetime, ctx: Context) -> None:
    """Gives an open deadline another due time; its count moves along, or is taken back if it is not late any more."""
    late = row.counted and due_at < at
    if due_at != row.due_at:
        ctx.uncount(row)
        log_move(row, row.due_at, at)
        row.due_at = due_at
        if late:
            ctx.count(row, rule, Counted.LATE)
    row.ends_at = ends_at(row, rule, ctx.terms(row), ctx.calendar(row))
    look_again(row, ctx)


def pauses_of(row: Deadline) -> list[tuple[datetime, datetime]]:
    return [(datetime.fromisoformat(since), datetime.fromisoformat(until)) for since, until in row.pauses]


def _stop(row: Deadline, event: Event, ctx: Context) -> None:
    if row.stopped_at is None:
        row.stopped_at = event.at
        look_again(row, ctx)


def _resume(row: Deadline, rule: Rule, event: Event, ctx: Context) -> None:
    if row.stopped_at is None:
        return
    late = row.due_at < row.stopped_at
    row.pauses = [*row.pauses, [row.stopped_at.isoformat(), event.at.isoformat()]]
    row.stopped_at = None
    if late:
        look_again(row, ctx)
    else:
        reckon(row, rule, event.at, ctx)


def _acknowledge(row: Deadline, event: Event, ctx: Context) -> None:
    if row.acknowledged_at is None:
        row.acknowledged_at = event.at
        look_again(row, ctx)
