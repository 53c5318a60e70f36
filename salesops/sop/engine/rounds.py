"""Rounds: what time opens. Each rule and period once, filled in slices, however often it is looked at."""

from datetime import datetime

from django.db import IntegrityError, transaction

from salesops.retrying import do_each, retrying

from .. import populations
from ..calendar import NoWorkingTime
from ..models import Deadline, Ending, Round
from ..registry import registry
from ..rule import Every, OnLeave, Rule
from .advancing import ends_at, look_again
from .context import Context
from .facts import plain, referred, typed_facts
from .periods import period_of, start_of
from .writing import flush

SLICE = 5000


def open_rounds(now: datetime) -> None:
    """Makes the rounds of the present periods and fills those that are not full."""
    wanted = {(rule.key, period_of(rule.opens.period, now)) for rule in registry if isinstance(rule.opens, Every)}
    if not wanted:
        return
    known = set(Round.objects.filter(period__in={period for _, period in wanted}).values_list("rule", "period"))
    Round.objects.bulk_create(
        [Round(rule=rule, period=period, opens_at=start_of(period)) for rule, period in sorted(wanted - known)],
        ignore_conflicts=True,
    )
    to_fill = Round.objects.filter(done_at=None, opens_at__lte=now).order_by("pk").values_list("pk", flat=True)
    do_each(to_fill, lambda pk: _fill_up(pk, now))


def _fill_up(pk: int, now: datetime) -> None:
    while retrying(lambda: fill(pk, now)):
        pass


@transaction.atomic
def fill(pk: int, now: datetime) -> bool:
    """Opens the next slice of a round; False when it is full or another process has it."""
    row = Round.objects.filter(pk=pk, done_at=None).select_for_update(skip_locked=True).first()
    rule = registry.get(row.rule) if row else None
    if rule is None:
        return False
    kind, slice_of = populations.find(rule.opens.of)
    members = list(slice_of(row.opens_at, row.cursor, SLICE))
    ctx = Context(now)
    open_for(rule, row, kind, members, ctx)
    flush(ctx)
    full = len(members) < SLICE
    Round.objects.filter(pk=pk).update(
        cursor=members[-1].subject_id if members else row.cursor, done_at=now if full else None
    )
    return not full


def open_one(rule: Rule, reference: str, period: str, at: datetime) -> None:
    """Opens the deadline of one member of a round that no sweep has filled yet.

    Called before an event that meets it, with its subject locked: what is handed in must not depend on the sweep. The
    event may name a round that is still to begin, such as tomorrow's plan: who has handed it in owes it no more.
    """
    kind, slice_of = populations.find(rule.opens.of)
    pk = int(reference.partition(":")[2])
    known = Deadline.objects.filter(rule=rule.key, period=period, subject=reference).exists()
    if known:
        return
    row, _created = Round.objects.get_or_create(rule=rule.key, period=period, defaults={"opens_at": start_of(period)})
    members = [member for member in slice_of(row.opens_at, pk - 1, 1) if member.subject_id == pk]
    try:
        with transaction.atomic():
            ctx = Context(at)
            open_for(rule, row, kind, members, ctx)
            flush(ctx)
    except IntegrityError:
        pass  # a sweep that fills the round in this moment was first


def open_from(person: int, at: datetime, ctx: Context) -> None:
    """Opens, for who joins or returns at `at`, the running rounds that fall due after that (sop.md section 1)."""
    for rule in registry:
        if not isinstance(rule.opens, Every) or populations.find(rule.opens.of)[0] != "person":
            continue
        period = period_of(rule.opens.period, at)
        last = Deadline.objects.filter(rule=rule.key, period=period, subject=f"person:{person}").order_by("turn").last()
        if last is not None and last.ending != Ending.VOID:
            continue
        row, _made = Round.objects.get_or_create(rule=rule.key, period=period, defaults={"opens_at": start_of(period)})
        before = len(ctx.new)
        for member in populations.find(rule.opens.of)[1](at, person - 1, 1):
            if member.subject_id == person:
                open_member(rule, row, "person", member, ctx, since=at)
        for opened in ctx.new[before:]:
            opened.turn = last.turn + 1 if last else 0


def open_for(rule: Rule, row: Round, kind: str, members, ctx: Context) -> None:
    """Opens one deadline for each member who is there and for whom it is due after they are."""
    subjects = [f"{kind}:{member.subject_id}" for member in members]
    there = set(
        Deadline.objects.filter(rule=rule.key, period=row.period, subject__in=subjects).values_list(
            "subject", flat=True
        )
    )
    for member in members:
        if f"{kind}:{member.subject_id}" not in there:
            open_member(rule, row, kind, member, ctx)


def open_member(rule: Rule, row: Round, kind: str, member, ctx: Context, *, since: datetime | None = None) -> None:
    directory = ctx.directory
    owner = member.owner_id
    if owner is None or not directory.is_active(owner):
        return
    if directory.on_leave(owner):
        if rule.on_leave == OnLeave.VOID:
            return
        owner = directory.answers_for(owner)
    team = member.team_id or directory.team_of(owner)
    frozen = ctx.terms_now(rule, team, row.opens_at)
    if frozen is None:
        return
    terms_id, terms = frozen
    calendar = ctx.calendar_now(owner, team)
    starts = max(row.opens_at, since) if since else row.opens_at
    day = calendar.local(row.opens_at).date()
    if rule.opens.period == "day" and not calendar.is_working(day):
        return
    case = str(member.values.get(rule.case, "")) if rule.case else ""
    facts = {name: plain(member.values[name]) for name in rule.values if name in member.values}
    try:
        facts |= _referred_dues(rule, row, team, calendar, ctx)
        due = terms.due(case).due(row.opens_at, calendar, typed_facts(facts))
    except NoWorkingTime:
        return
    if due <= starts and since:
        return  # who joins or returns within a day owes only what falls due after they start
    deadline = Deadline(
        rule=rule.key,
        subject=f"{kind}:{member.subject_id}",
        file=member.file,
        period=row.period,
        owner_id=owner,
        on_behalf_of_id=member.owner_id if owner != member.owner_id else None,
        team_id=team,
        title=member.title[:200],
        terms_id=terms_id,
        calendar_id=ctx.freezer.calendar_id(calendar),
        case=case,
        facts=facts,
        starts_at=starts,
        due_at=due,
        series=True,
    )
    deadline.ends_at = ends_at(deadline, rule, terms, calendar)
    look_again(deadline, ctx)
    ctx.new.append(deadline)


def _referred_dues(rule: Rule, row: Round, team: int | None, calendar, ctx: Context) -> dict[str, str]:
    """When the rules to which the terms refer are due in the same round, whether or not theirs is open yet."""
    dues = {}
    for key in referred(rule):
        frozen = ctx.terms_now(registry[key], team, row.opens_at, store=False)
        if frozen is not None:
            dues[key] = frozen[1].due("").due(row.opens_at, calendar).isoformat()
    return dues
