"""The pages people live in, with 1,000 reps, 100,000 leads, 500,000 follow-ups and 1,000,000 deadlines.

Each beside a view that does nothing, through the same middleware, signed in as the same person, in the same run.
"""

from datetime import timedelta

from django.db import connection
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import include, path

from demo.company import load
from leads.models import Customer, Lead
from salesops import clock
from salesops.people.models import Post, Role, Team, User
from salesops.sop.engine.context import Context
from salesops.sop.engine.watching import beat
from salesops.sop.registry import registry

from .report import median, report, seconds

LEADS, REPS, ENDED_PER_LEAD, TALKS_PER_LEAD = 100_000, 1000, 9, 5
SIZE = LEADS * (1 + ENDED_PER_LEAD)

urlpatterns = [path("bench/empty/", lambda request: HttpResponse()), path("", include("salesops.urls"))]


def run() -> None:
    now = clock.now()
    _fill(now)
    rep, leader = User.objects.get(username="rep1"), User.objects.get(username="lina")
    lead = Lead.objects.filter(owner=rep).order_by("-pk").first()
    pages = {
        "my_day": (rep, "/today/"),
        "list": (rep, "/leads/"),
        "list_of_team": (leader, "/leads/?view=team"),
        "detail": (rep, f"/leads/{lead.pk}/"),
        "follow_up": (rep, f"/leads/{lead.pk}/follow-up/"),
        "inbox": (rep, "/notices/"),
        "late": (leader, "/late/"),
    }
    with override_settings(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"]):
        for name, (person, url) in pages.items():
            client = Client()
            client.force_login(person)
            empty, page = _time(client, "/bench/empty/"), _time(client, url)
            report(f"pages.{name}", page, "s", size=SIZE, baseline=empty)


def _time(client: Client, url: str) -> float:
    def get() -> None:
        response = client.get(url, headers={"Accept-Language": "zh-hans"})
        assert response.status_code == 200, (url, response.status_code)

    get()
    return median(lambda: seconds(get), 15)


def _fill(now) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0; SET session_replication_role = replica")  # no triggers: history
    load(at=now - timedelta(days=400))
    team = Team.objects.get(name="华东组")
    people = User.objects.bulk_create(
        [User(username=f"rep{n}", name=f"销售{n}", team=team, password="!") for n in range(REPS)]
    )
    since = now - timedelta(days=365)
    Post.objects.bulk_create([Post(user=person, role=Role.AM, team=team, since=since) for person in people])
    customers = [Customer(name=f"公司{n}", industry="软件服务", region="上海", created_at=now) for n in range(LEADS)]
    customers = Customer.objects.bulk_create(customers, batch_size=5000)
    leads = [
        Lead(
            customer=customer,
            source="other",
            grade="ABC"[n % 3],
            status="active",
            owner=people[n % REPS],
            arrived_at=now - timedelta(minutes=n),
            assigned_at=now - timedelta(minutes=n),
            responded_at=now - timedelta(minutes=n),
        )
        for n, customer in enumerate(customers)
    ]
    Lead.objects.bulk_create(leads, batch_size=5000)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO leads_followup (lead_id, by_id, logged_at, talked_at, way, reached, note, need, intent,
                objection, next_step, later_reason, important, minutes, feedback, objection_answer)
            SELECT id, owner_id, at, at, 'call', true, '谈了试点范围', '', '', '', '', '', false, '', '', ''
            FROM leads_lead, generate_series(%s::timestamptz, %s::timestamptz, interval '1 day') AS at
            """,
            [now - timedelta(days=TALKS_PER_LEAD - 1), now],
        )
    _deadlines(now, team)
    beat(now)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _deadlines(now, team: Team) -> None:
    """For each lead one open follow-up, due within the next two weeks, and some that were met."""
    ctx = Context(now)
    terms, _ = ctx.terms_now(registry["lead.follow_up"], team.pk, now)
    calendar = ctx.freezer.calendar_id(ctx.calendar_now(None, team.pk))
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO sop_deadline (rule, subject, file, slot, period, turn, owner_id, desk, team_id, title, terms_id,
                calendar_id, "case", facts, starts_at, due_at, ends_at, series, chosen, pauses, progress, ending,
                counted, streak, steps, reason, next_at, failures, met_at, ended_at)
            SELECT 'lead.follow_up', 'lead:' || l.id, 'lead:' || l.id, '', 'bench' || n, 0, l.owner_id, '', %(team)s,
                '公司', %(terms)s, %(calendar)s, l.grade, '{}', t.due - interval '1 day', t.due,
                t.due + interval '1 day', false, false, '[]', 0, t.ending, t.counted, 0, '[]', '',
                CASE WHEN n = 0 THEN t.due END, 0, t.ended, t.ended
            FROM leads_lead l, generate_series(0, %(ended)s) AS n, LATERAL (
                SELECT %(now)s + l.id %% 336 * interval '1 hour' - n * interval '2 days'
                    - (n > 0)::int * interval '14 days' AS due) d, LATERAL (
                SELECT d.due, CASE WHEN n > 0 THEN 'met' ELSE '' END AS ending,
                    CASE WHEN n > 0 THEN 'in_time' ELSE '' END AS counted,
                    CASE WHEN n > 0 THEN d.due - interval '1 hour' END AS ended) t
            """,
            {"team": team.pk, "terms": terms, "calendar": calendar, "now": now, "ended": ENDED_PER_LEAD},
        )
