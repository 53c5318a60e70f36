"""Rounds: what time opens. Each rule and period once, filled in slices, however often it is looked at."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from salesops.retrying import do_each, retrying

from .. import populations
from ..calendar import NoWorkingTime
from ..models import Deadline, Round
from ..registry import registry
from ..rule import AfterDue, Every, OnLeave, Rule
from .advancing import ends_at, look_again
from .context import Context
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


def period_of(period: str, now: datetime) -> str:
    """The name of the period that `now` lies in, in the company's zone: the date on which it begins, and its kind."""
    day = now.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
    begins = {
        "day": day,
        "week": day - timedelta(days=day.weekday()),
        "month": day.replace(day=1),
        "quarter": date(day.year, day.month - (day.month - 1) % 3, 1),
    }[period]
    return f"{period} {begins.isoformat()}"


def start_of(period: str) -> datetime:
    """00:00 of the period's first day in the company's zone, in UTC."""
    day = date.fromisoformat(period.split()[1])
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(settings.TIME_ZONE)).astimezone(UTC)


def next_start(period: str) -> datetime:
    """00:00 of the first day after the period, in UTC."""
    kind, begins = period.split()
    longest = {"day": 1, "week": 7, "month": 31, "quarter": 92}[kind]
    after = date.fromisoformat(begins) + timedelta(days=longest)
    local = datetime(after.year, after.month, after.day, 12, tzinfo=ZoneInfo(settings.TIME_ZONE))
    return start_of(period_of(kind, local))


def _ends_at(rule: Rule, row: Round, due: datetime, term, calendar, member) -> datetime | None:
    """As for other deadlines; a round that can be met late ends when the next period's would be due."""
    if rule.after_due == AfterDue.ROUND:
        return term.due(next_start(row.period), calendar, member.values)
    return ends_at(rule, due, term, calendar)


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
    term = terms.due(case)
    try:
        due = term.due(row.opens_at, calendar, member.values)
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
        facts={name: member.values[name] for name in rule.values if name in member.values},
        starts_at=starts,
        due_at=due,
        ends_at=_ends_at(rule, row, due, term, calendar, member),
        series=True,
    )
    look_again(deadline, ctx)
    ctx.new.append(deadline)
