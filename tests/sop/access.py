from salesops.sop.actions import ask_waiver
from salesops.sop.models import Deadline
from tests.access import OWN, SEEN, row

from .world import happen, local, only


def rule(co, owner):
    return {"key": "sample.respond"}


def deadline(co, owner):
    happen("deal.assigned", "2026-03-02 10:00", deal=co.departments["it"], owner=owner, grade="A")
    return {"pk": only("sample.respond", owner=owner).pk}


def asked_waiver(co, owner):
    found = Deadline.objects.get(pk=deadline(co, owner)["pk"])
    return {"pk": ask_waiver(found, reason="客户出差", by=owner, at=local("2026-03-02 11:00")).pk}


def day(co, owner):
    return {"day": "2026-10-01"}


ROWS = [
    row("sop:my_day"),
    row("sop:next", everybody=302),
    row("sop:rules"),
    row("sop:rule", rule),
    row("sop:rule_change", rule, everybody=403, admin=200),
    row("sop:deadline", deadline, **SEEN),
    row("sop:reason", deadline, post={"reason": "客户出差"}, **OWN),
    row("sop:waiver", deadline, post={"reason": "客户出差"}, **OWN),
    row(  # who may see a desk's duty and is not of the desk is told so on the page
        "sop:taking",
        deadline,
        post={},
        everybody="302 404 404",
        leader="302 302 404",
        manager="302 302 404",
        so="302 302 302",
        admin="302 302 302",
    ),
    row("sop:late", everybody=403, leader=200, manager=200, department_head=200, admin=200),
    row(
        "sop:nudge",
        deadline,
        post={},
        everybody="403 404 404",
        leader="403 302 404",
        manager="403 302 404",
        so="403 403 403",
        admin="403 302 302",
    ),
    row("sop:calendar"),
    row("sop:audit", everybody=403, admin=200),
    row("sop:parked", everybody=403, admin=200),
    row("sop:parked", post={}, everybody=403, admin=302),
    row("sop:calendar_day", day, everybody="403", admin="200"),
    row("sop:recomputing", everybody=403, admin=200),
    row("sop:recomputing", post={}, everybody=403, admin=302),
    row("sop:waivers", everybody=403, leader=200, manager=200, department_head=200, admin=200),
    row(
        "sop:waiver_decision",
        asked_waiver,
        everybody="403 403 403",
        leader="404 200 404",
        manager="404 200 404",
        department_head="404 404 404",
        admin="404 200 200",
    ),
]
