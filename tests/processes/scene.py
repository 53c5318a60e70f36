"""Leads in all their first states on Monday 2026-03-02, and the end state that a sweep leads to, for comparison."""

import re
from collections import Counter

from django.db import transaction

from leads.actions import accept, log_follow_up, qualify
from leads.models import Assignment, Lead
from salesops.events.models import Event
from salesops.notices.models import Delivery, Notice
from salesops.people.models import User
from salesops.sop.engine.sweeping import sweep
from salesops.sop.models import Deadline, Tally
from tests.sop.world import NO_LAG, local

# What a person types into the form for a first response.
FOLLOW_UP = {"result": "progress", "note": "客户想换掉旧系统", "need": "替换旧系统", "intent": "high"}
TUESDAY = local("2026-03-03 19:00")


def some_leads(firm, arriving, each: int = 2) -> list[Lead]:
    """So many of each: in cleaning; not accepted; accepted, without an answer; answered and followed up once."""
    leads = [arriving(f"2026-03-02 09:{n:02}", company=f"公司{n}") for n in range(4 * each)]
    for lead in leads[each:]:
        qualify(lead, grade="A", industry="汽车配件", size="unknown", by=firm.zhou, at=local("2026-03-02 10:00"))
    for lead in leads[2 * each :]:
        lead.refresh_from_db()
        accept(lead, by=lead.owner, at=local("2026-03-02 10:10"))
    for lead in leads[3 * each :]:
        respond(lead, lead.owner, local("2026-03-02 10:20"))
    beating(local("2026-03-02 10:30"))
    return leads


def respond(lead, by, at, **values):
    values = {"way": "call", "reached": True, "note": "谈了需求", "need": "替换旧系统", "intent": "high"} | values
    return log_follow_up(lead, by=by, at=at, **values)


def beating(at) -> None:
    """The sweeps until `at` ran as they should."""
    from salesops.sop.models import Heartbeat

    Heartbeat.objects.update_or_create(name="sweep", defaults={"at": at})


def undisturbed(at) -> dict:
    """The end state of one sweep at `at` that nothing disturbs; nothing of it stays."""
    with transaction.atomic():
        sweep(at, lag=NO_LAG)
        found = state()
        transaction.set_rollback(True)
    return found


def state() -> dict:
    """Everything that enforcement has written, without the ids that differ from run to run."""
    names = dict(User.objects.values_list("pk", "username"))
    deadlines = {
        row.pk: (row.rule, row.subject, row.slot, row.turn, row.streak, row.starts_at) for row in Deadline.objects.all()
    }
    return {
        "deadlines": Counter(
            (
                *(deadlines[row.pk], names.get(row.owner_id), row.due_at, row.ending, row.ended_at, row.met_at),
                *(row.counted, row.next_at, row.failures),
                tuple((step["name"], step["n"], step["due"]) for step in row.steps),
            )
            for row in Deadline.objects.all()
        ),
        "notices": Counter(
            (names.get(row.person_id), row.kind, _key(row.key, deadlines)) for row in Notice.objects.all()
        ),
        "deliveries": Counter(
            (names.get(row.notice.person_id), _key(row.notice.key, deadlines), row.state)
            for row in Delivery.objects.select_related("notice")
        ),
        "events": Counter((row.name, row.at, row.subject.partition(":")[0], row.file) for row in Event.objects.all()),
        "tallies": Counter(
            (row.rule, row.team_id, names.get(row.owner_id), row.day, row.in_time, row.late, row.void, row.outage)
            for row in Tally.objects.all()
        ),
        "leads": sorted(Lead.objects.values_list("pk", "status", "owner__username")),
        "assignments": Counter(Assignment.objects.values_list("lead", "owner__username", "how", "ended", "ended_at")),
    }


def _key(key: str, deadlines: dict) -> str:
    """A notice's key with the deadline's own names in place of its id; the ids of assignments go."""
    key = re.sub(r"\bd(\d+)\b", lambda found: str(deadlines.get(int(found[1]))), key)
    return re.sub(r"^a\d+$", "assignment", re.sub(r"(taken_back)\.(\d+)", r"\1", key))


def difference(one: dict, other: dict) -> dict:
    """What stands in one of the two states and not in the other, for a test to say that it is empty."""
    found = {}
    for name in one:
        here, there = Counter(one[name]), Counter(other[name])
        if here != there:
            found[name] = {"only here": dict(here - there), "only there": dict(there - here)}
    return found
