"""Opening deadlines: who owes, from when, until when, under which frozen terms."""

from collections.abc import Collection, Mapping
from datetime import date, datetime

from salesops.events.models import Event

from ..models import Deadline
from ..rule import Desk, Each, Head, OnLeave, Ref, Rule, System, instant
from ..terms import Term
from .advancing import ends_at, look_again
from .context import Context
from .facts import facts_of, moment, typed_facts


def open_on(rule: Rule, event: Event, title: str, ctx: Context, *, without: Collection[str] = ()) -> list[Deadline]:
    """Opens the rule's deadlines for an event, one for each who owes; none where the rule is off or on leave.

    `without` names the slots that have an open deadline already: what is owed is not owed twice.
    """
    rows = []
    for slot, named, desk in owing(rule, event, ctx):
        row = _open(rule, event, title, slot, named, desk, ctx) if slot not in without else None
        if row is not None:
            rows.append(row)
    return rows


def owing(rule: Rule, event: Event, ctx: Context) -> list[tuple[str, int | None, str]]:
    """(slot, person as named, desk) of each who owes."""
    match rule.owes:
        case System():
            return [("", None, "")]
        case Desk(slug):
            return [("", None, slug)]
        case Each(name):
            return [(str(person), person, "") for person in dict.fromkeys(event.data.get(name) or [])]
        case Head(of, up):
            return [("", _head(event, of, up, ctx), "")]
        case Ref(name):
            return [("", event.refs.get(name) or event.data.get(name), "")]
    raise TypeError(f"{rule.key} is owed by {rule.owes!r}.")


def _head(event: Event, of: str, up: int, ctx: Context) -> int | None:
    if of == "team":
        head = ctx.directory.head_of_team(event.refs.get("team"))
        chain = [head, *ctx.directory.heads_above(head)] if head else []
    else:
        chain = ctx.directory.heads_above(event.refs.get(of) or event.data.get(of) or 0)
    return chain[up - 1] if len(chain) >= up else next(iter(ctx.directory.admins()), None)


def _present(rule: Rule, person: int | None, ctx: Context) -> int | None:
    """The person, or who answers for them: nothing is owed by nobody, and nothing by somebody who is away."""
    directory = ctx.directory
    if person is None:
        return next(iter(directory.admins()), None)
    if not directory.is_active(person) or (rule.on_leave == OnLeave.STAND_IN and directory.on_leave(person)):
        return directory.answers_for(person)
    return person


def _open(
    rule: Rule, event: Event, title: str, slot: str, named: int | None, desk: str, ctx: Context
) -> Deadline | None:
    by_person = not desk and not isinstance(rule.owes, System)
    owner = _present(rule, named, ctx) if by_person else None
    if rule.on_leave == OnLeave.VOID and owner and ctx.directory.on_leave(owner):
        return None
    team = ctx.directory.team_of(owner or ctx.directory.desk_head(desk)) if owner or desk else None
    frozen = ctx.terms_now(rule, team, event.started_at)
    if frozen is None:
        return None
    terms_id, terms = frozen
    calendar = ctx.calendar_now(owner, team)
    case = str(event.data.get(rule.case, "")) if rule.case else ""
    term = terms.due(case)
    facts = facts_of(rule, event, ctx)
    starts = _start(rule, event, calendar, facts)
    due, chosen = _due(rule, terms, term, case, starts, calendar, typed_facts(facts), event)
    row = Deadline(
        rule=rule.key,
        subject=rule.subject_of(event.refs),
        file=event.file,
        slot=slot,
        period=str(event.data.get(rule.opens.period)) if getattr(rule.opens, "period", "") else str(event.pk),
        opened_by=event,
        owner_id=owner,
        desk=desk,
        on_behalf_of_id=named if named != owner else None,
        team_id=team,
        title=title[:200],
        terms_id=terms_id,
        calendar_id=ctx.freezer.calendar_id(calendar),
        case=case,
        facts=facts,
        starts_at=starts,
        due_at=due,
        chosen=chosen,
    )
    row.ends_at = ends_at(row, rule, terms, calendar)
    look_again(row, ctx)
    ctx.new.append(row)
    return row


def _start(rule: Rule, event: Event, calendar, facts: Mapping) -> datetime:
    if rule.starts == "at":
        return event.started_at
    if isinstance(rule.starts, Term):
        return rule.starts.due(event.started_at, calendar, typed_facts(facts))
    value = moment(facts.get(rule.starts))
    if value is None:
        return event.started_at
    return value if isinstance(value, datetime) else calendar.closes(calendar.on_or_after(value))


def _due(rule, terms, term, case, starts, calendar, facts, event) -> tuple[datetime, bool]:
    """The due time, or the one that the owner chose: earlier freely, later within the limit or as a head agreed."""
    due = term.due(starts, calendar, facts)
    if rule.choose is None:
        return due, False
    value = event.data.get(rule.choose.field)
    chosen = instant(event, rule.choose.field) if value and len(value) > 10 else value and chosen_close(value, calendar)
    if not chosen or chosen <= starts or (chosen > due and event.name in rule.choose.only_earlier):
        return due, False
    limit = terms.limit(case)
    if limit is not None and chosen > due and not event.data.get(rule.choose.agreed):
        chosen = min(chosen, max(due, limit.due(starts, calendar, facts)))
    return chosen, chosen != due


def chosen_close(day: str | date, calendar) -> datetime:
    """Office close of a chosen day, of the next working day if it is none (顺延)."""
    day = date.fromisoformat(day) if isinstance(day, str) else day
    return calendar.closes(calendar.on_or_after(day))
