"""How the people of the demo company do each kind of duty: one function a rule.

A later room adds its rules here. A function gets the open deadline, who does it, when, and a source of chance.
"""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from random import Random

from demo import phrases
from leads.actions import accept, attach_minutes, claim, close, log_follow_up, plan_appointment, qualify
from leads.models import Appointment, FollowUp, Lead, Size, TerritoryMember
from leads.models.follow_up import IMPORTANT, Intent, Way
from leads.pool import allowance
from salesops.people.models import User
from salesops.sop.calendars import calendar_for
from salesops.sop.models import Deadline

Duty = Callable[[Deadline, User, datetime, Random], None]
DUTIES: dict[str, Duty] = {}


def duty(*rules: str) -> Callable[[Duty], Duty]:
    def keep(function: Duty) -> Duty:
        DUTIES.update(dict.fromkeys(rules, function))
        return function

    return keep


def _lead(row: Deadline) -> Lead:
    return Lead.objects.select_related("customer", "owner").get(pk=int(row.file.partition(":")[2]))


@duty("lead.qualify")
def clean(row: Deadline, by: User, at: datetime, chance: Random) -> None:
    lead = _lead(row)
    size = chance.choice([Size.SMALL, Size.MEDIUM, Size.LARGE])
    grade = chance.choices("ABC", (45, 40, 15))[0]
    qualify(lead, grade=grade, industry=lead.customer.industry, size=size, by=by, at=at)


@duty("lead.claim")
def grab(row: Deadline, by: User, at: datetime, chance: Random) -> None:
    """The desk owes it; in the demo an account manager of the region is always faster."""
    lead = _lead(row)
    nearby = TerritoryMember.objects.filter(territory__regions__contains=[lead.customer.region]).order_by("pk")
    people = [member.person for member in nearby.select_related("person")]
    allowed = [person for person in people if not allowance(person, at, [lead.pk]).refusal_of(lead)]
    if allowed:
        claim(lead, by=chance.choice(allowed), at=at)


@duty("lead.accept")
def take_on(row: Deadline, by: User, at: datetime, chance: Random) -> None:
    accept(_lead(row), by=by, at=at)


@duty("lead.first_response")
def respond(row: Deadline, by: User, at: datetime, chance: Random) -> None:
    if chance.random() < 0.2:
        log_follow_up(_lead(row), by=by, at=at - timedelta(minutes=9), way=Way.CALL, reached=False)
    log_follow_up(
        _lead(row),
        by=by,
        at=at,
        way=Way.CALL,
        reached=True,
        progress=True,
        note=chance.choice(phrases.PROGRESS),
        need=chance.choice(phrases.NEEDS),
        intent=chance.choices([Intent.HIGH, Intent.MEDIUM, Intent.LOW], (35, 50, 15))[0],
        next_step=chance.choice(phrases.NEXT_STEPS),
    )


@duty("lead.follow_up")
def follow_up(row: Deadline, by: User, at: datetime, chance: Random) -> None:
    lead, dice = _lead(row), chance.random()
    if dice < 0.02:
        close(lead, reason=chance.choice(phrases.CLOSED), by=by, at=at)
    elif dice < 0.2:
        log_follow_up(lead, by=by, at=at, way=Way.CALL, reached=False)
    elif dice < 0.35:
        log_follow_up(
            lead, by=by, at=at, way=Way.CALL, reached=True, progress=False, note=chance.choice(phrases.NO_PROGRESS)
        )
    else:
        way, notes = (Way.MESSAGE, phrases.MESSAGES) if dice < 0.55 else (Way.CALL, phrases.PROGRESS)
        step = chance.choice(phrases.NEXT_STEPS)
        log_follow_up(
            lead, by=by, at=at, way=way, reached=True, progress=True, note=chance.choice(notes), next_step=step
        )
        if dice > 0.85:
            _arrange(lead, by, at, chance)


def _arrange(lead: Lead, by: User, at: datetime, chance: Random) -> None:
    calendar = calendar_for(by)
    day = calendar.next_working_day(calendar.local(at).date())
    starts_at = datetime.combine(day, time(chance.choice((10, 14, 15))), calendar.tz)
    plan_appointment(
        lead,
        way=chance.choice((Way.VISIT, Way.DEMO)),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
        purpose=chance.choice(phrases.PURPOSES),
        by=by,
        at=at,
    )


@duty("follow_up.record")
def write_up(row: Deadline, by: User, at: datetime, chance: Random) -> None:
    kind, _, pk = row.subject.partition(":")
    if kind == "appointment":
        appointment = Appointment.objects.get(pk=pk)
        note, step = chance.choice(phrases.PROGRESS), chance.choice(phrases.NEXT_STEPS)
        log_follow_up(
            _lead(row),
            by=by,
            at=at,
            way=appointment.way,
            reached=True,
            progress=True,
            note=note,
            next_step=step,
            important=appointment.way in IMPORTANT,
            talked_at=appointment.ends_at,
            appointment=appointment,
        )


@duty("follow_up.minutes")
def minute(row: Deadline, by: User, at: datetime, chance: Random) -> None:
    talk = FollowUp.objects.get(pk=int(row.subject.partition(":")[2]))
    attach_minutes(talk, minutes=phrases.MINUTES, by=by, at=at)
