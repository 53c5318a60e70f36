"""How the people of the demo company visit customers and keep what they promise there: one function a rule."""

from datetime import datetime, timedelta
from random import Random

from demo import phrases
from demo.duties import DUTIES, duty
from leads.actions import confirm_visit, end, make_promise, record_visit
from leads.models import Appointment, Intent, Promise
from salesops.people.models import User
from salesops.sop.calendars import calendar_for
from salesops.sop.models import Deadline

__all__ = ["DUTIES"]  # of every rule: those of demo.duties, and the ones below


def _visit(row: Deadline) -> Appointment:
    return Appointment.objects.select_related("lead__contact").get(pk=int(row.subject.partition(":")[2]))


@duty("visit.confirm")
def confirm(row: Deadline, by: User, at: datetime, chance: Random) -> None:
    confirm_visit(_visit(row), place=phrases.PLACE, route=phrases.ROUTE, by=by, at=at)


@duty("visit.record")
def write_record(row: Deadline, by: User, at: datetime, chance: Random) -> None:
    visit = _visit(row)
    values = {
        "contact": visit.lead.contact,
        "began_at": visit.starts_at,
        "ended_at": visit.ends_at,
        "place": visit.place or phrases.PLACE,
        "purpose": visit.purpose,
        "content": chance.choice(phrases.PROGRESS),
        "needs": chance.choice(phrases.NEEDS),
        "objections": chance.choice(phrases.OBJECTIONS),
        "summary": chance.choice(phrases.SUMMARIES),
        "next_plan": chance.choice(phrases.NEXT_STEPS),
    }
    record_visit(visit, values=values, intent=chance.choice([Intent.HIGH, Intent.MEDIUM]), by=by, at=at)
    if chance.random() < 0.6:
        calendar = calendar_for(by)
        due_on = calendar.next_working_day(calendar.local(at).date() + timedelta(days=chance.randrange(1, 3)))
        make_promise(visit.lead, text=chance.choice(phrases.PROMISES), due_on=due_on, by=by, at=at)


@duty("promise.keep")
def keep(row: Deadline, by: User, at: datetime, chance: Random) -> None:
    end(Promise.objects.get(pk=int(row.subject.partition(":")[2])), answer="已完成并告知客户", by=by, at=at)
