"""The sweep over 10,000, 100,000 and 1,000,000 open deadlines of which 1,000 are due, beside one SQL statement."""

from datetime import UTC, datetime, timedelta

from django.db import connection

from demo.company import load
from leads.models import Customer, Lead
from salesops.people.models import Team, User
from salesops.sop.engine.context import Context
from salesops.sop.engine.sweeping import sweep
from salesops.sop.engine.watching import beat
from salesops.sop.registry import registry

from .report import median, report, seconds

NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)  # a Wednesday, 18:00 in Shanghai
NO_LAG = timedelta(0)
DUE = 1000


def run() -> None:
    _company()
    known = 0
    first = None
    for size in (10_000, 100_000, 1_000_000):
        _fill(known + 1, size)
        known = size
        took = median(lambda: _sweep_due(DUE), 3)
        statement = median(lambda: _one_statement(DUE), 3)
        report("sweep.due_1000", took, "s", size=size, baseline=statement)
        first = first or took
        report("sweep.growth", took, "s", size=size, baseline=first)
        report("sweep.idle", median(lambda: seconds(lambda: sweep(NOW, lag=NO_LAG)), 25), "s", size=size)
    report("sweep.due_10000", _sweep_due(10_000), "s", size=known)


def _company() -> None:
    load(at=NOW - timedelta(days=30))
    team = Team.objects.get(name="华东组")
    User.objects.bulk_create([User(username=f"rep{n}", name=f"销售{n}", team=team, password="!") for n in range(1000)])
    customers = Customer.objects.bulk_create([Customer(name=f"公司{n}", created_at=NOW) for n in range(10_000)])
    Lead.objects.bulk_create(
        [Lead(customer=customer, source="other", grade="A", arrived_at=NOW) for customer in customers]
    )
    beat(NOW)


def _fill(first: int, last: int) -> None:
    """Open follow-ups number `first` to `last`, due in the far future, spread over the thousand reps."""
    ctx, rule = Context(NOW), registry["lead.follow_up"]
    team = Team.objects.get(name="华东组")
    terms, _ = ctx.terms_now(rule, team.pk, NOW)
    calendar = ctx.freezer.calendar_id(ctx.calendar_now(None, team.pk))
    low = Lead.objects.order_by("pk").values_list("pk", flat=True).first()
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute(
            """
            INSERT INTO sop_deadline (rule, subject, file, slot, period, turn, owner_id, desk, team_id, title, terms_id,
                calendar_id, "case", facts, starts_at, due_at, ends_at, series, chosen, pauses, progress, ending,
                counted, streak, steps, reason, next_at, failures)
            SELECT 'lead.follow_up', 'lead:' || (%s + n - 1), 'lead:' || (%s + n - 1), '', 'bench', 0,
                (SELECT min(id) FROM people_user WHERE username = 'rep0') + n %% 1000, '', %s, '公司' || n, %s, %s, 'A',
                '{}', %s, %s, %s, false, false, '[]', 0, '', '', 0, '[]', '', %s, 0
            FROM generate_series(%s, %s) AS n
            """,
            [low, low, team.pk, terms, calendar, NOW, *[NOW + timedelta(days=900)] * 3, first, last],
        )
        cursor.execute("VACUUM ANALYZE sop_deadline")


def _make_due(count: int) -> None:
    """The first `count` deadlines are due two minutes before now; what an earlier measurement did is undone."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE notices_delivery, notices_notice CASCADE")
        cursor.execute(
            """
            UPDATE sop_deadline SET due_at = %s, ends_at = %s, next_at = %s, steps = '[]', counted = '', ending = '',
                ended_at = NULL WHERE id IN (SELECT id FROM sop_deadline WHERE period = 'bench' ORDER BY id LIMIT %s)
            """,
            [NOW - timedelta(minutes=2), NOW + timedelta(days=1), NOW - timedelta(minutes=2), count],
        )
        cursor.execute("VACUUM ANALYZE sop_deadline")


def _sweep_due(count: int) -> float:
    _make_due(count)
    return seconds(lambda: sweep(NOW, lag=NO_LAG))


def _one_statement(count: int) -> float:
    """The same rows written by one SQL statement: verdict and steps of each deadline, and its notice."""
    _make_due(count)
    return seconds(lambda: _statement())


def _statement() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH due AS (
                UPDATE sop_deadline SET counted = 'late', next_at = ends_at,
                    steps = '[{"name": "due", "n": 0, "due": "2026-03-04", "at": "2026-03-04"},
                              {"name": "late", "n": 0, "due": "2026-03-04", "at": "2026-03-04"}]'
                WHERE ending = '' AND next_at < %s RETURNING id, title, subject, owner_id
            )
            INSERT INTO notices_notice (person_id, key, kind, values, url, file, deadline_id, urgent, escalation,
                for_action, created_at)
            SELECT (SELECT id FROM people_user WHERE username = 'zhaoqiang'), 'd' || id || '.late', 'deadline.late',
                jsonb_build_object('title', title), '', subject, id, false, true, false, %s FROM due
            """,
            [NOW, NOW],
        )
