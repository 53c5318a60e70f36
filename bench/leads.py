"""The work with leads at 10,000 leads and, in the same run, at 1,000,000 with 5,000,000 follow-ups.

Everybody holds as many leads in both, so that each page shows the same; one in five leads lies in the pool. The
baseline of a page at 1,000,000 is the same page at 10,000. Searches are measured as time in the database.
"""

import time
from datetime import timedelta
from itertools import islice, product

from django.db import connection, transaction
from django.test import Client, override_settings

from demo.company import load
from demo.history import companies
from leads import search
from leads.grams import syllables
from leads.models import Contact, Lead, Status
from salesops import clock
from salesops.people.models import Post, Role, Team, User
from salesops.people.models.user import pinyin_key
from salesops.sop.engine.context import Context
from salesops.sop.engine.watching import beat
from salesops.sop.registry import registry
from salesops.web.forms.once import FIELD, new_token

from .report import median, report

SIZES = (10_000, 1_000_000)
HELD_BY_EACH, TALKS_PER_LEAD = 1000, 5
PHONE = "13912345678"
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉萍红建文斌"
LINES = (
    "科技、机电、软件、信息、电子、材料、医药、生物、食品、服装、家居、建材、化工、能源、环保、物流、传媒、教育、咨询、贸易、"
    "汽车、仪器、光电、通信、包装、印刷、农业、园林、工程、装饰、纺织、机械、自动化、智能、网络、数据、精密、医疗、餐饮、旅游"
)

# Number n has the brand n - 1 and one of the lines; a city has every fifteenth; in the pool lies every fifth.
STATEMENTS = (
    """
    INSERT INTO leads_customer (id, name, name_key, pinyin, industry, region, size, created_at, tags, owner_id)
    SELECT g.n, brand.name || line.name || '有限公司', brand.name || line.name, concat(brand.said, ' ', line.said),
        line.name,
        (ARRAY['上海', '江苏', '浙江', '安徽', '山东', '北京', '天津', '深圳', '广东', '福建', '湖南', '湖北', '江西',
               '四川', '重庆'])[1 + g.n %% 15],
        'medium', %(now)s - g.n * interval '1 minute', '{}', NULL
    FROM generate_series(%(first)s, %(last)s) AS g (n)
    JOIN bench_brand AS brand ON brand.n = (g.n - 1) %% (SELECT count(*) FROM bench_brand)
    JOIN bench_line AS line
        ON line.n = ((g.n - 1) / (SELECT count(*) FROM bench_brand) * 17 + g.n) %% (SELECT count(*) FROM bench_line)
    """,
    """
    INSERT INTO leads_contact (id, customer_id, name, pinyin, title, phone, phone_index, email, email_index, wechat)
    SELECT g.n, g.n, person.name, person.said, '采购经理', '', md5(g.n::text) || md5('x' || g.n), '', '', ''
    FROM generate_series(%(first)s, %(last)s) AS g (n)
    JOIN bench_person AS person ON person.n = g.n %% (SELECT count(*) FROM bench_person)
    """,
    """
    INSERT INTO leads_lead (id, customer_id, contact_id, status, source, product, need, decision_maker, grade, stage,
        arrived_at, qualified_at, assigned_at, responded_at, pooled_at, pooled_why, last_contact_at, unanswered,
        lost_reason, closed_reason, owner_id)
    SELECT n, n, n, CASE WHEN owner IS NULL THEN 'pool' ELSE 'active' END, 'other', '', '替换旧系统', '',
        (ARRAY['A', 'B', 'C'])[1 + n %% 3], 1, at, at, CASE WHEN owner IS NOT NULL THEN at END,
        CASE WHEN owner IS NOT NULL THEN at END, CASE WHEN owner IS NULL THEN at END,
        CASE WHEN owner IS NULL THEN 'new' ELSE '' END, CASE WHEN owner IS NOT NULL THEN %(now)s END, 0, '', '', owner
    FROM generate_series(%(first)s, %(last)s) AS g (n),
        LATERAL (SELECT %(now)s - interval '5 days' - n * interval '10 seconds' AS at,
            CASE WHEN n %% 5 > 0 THEN (%(reps)s::bigint[])[1 + n %% cardinality(%(reps)s::bigint[])] END AS owner) AS l
    """,
    """
    INSERT INTO leads_followup (lead_id, by_id, logged_at, talked_at, way, reached, note, need, intent, objection,
        next_step, later_reason, important, minutes, feedback, objection_answer)
    SELECT l.id, coalesce(owner_id, (%(reps)s::bigint[])[1]), at, at, 'call', true, '谈了试点范围', '', '', '', '', '',
        false, '', '', ''
    FROM leads_lead AS l,
        generate_series(%(now)s - (%(talks)s - 1) * interval '1 day', %(now)s, interval '1 day') AS at
    WHERE l.id BETWEEN %(first)s AND %(last)s
    """,
    """
    INSERT INTO sop_deadline (rule, subject, file, slot, period, turn, owner_id, desk, team_id, title, terms_id,
        calendar_id, "case", facts, starts_at, due_at, ends_at, series, chosen, pauses, progress, ending, counted,
        streak, steps, reason, next_at, failures)
    SELECT 'lead.follow_up', 'lead:' || l.id, 'lead:' || l.id, '', 'bench', 0, owner_id, '', %(team)s, '公司',
        %(terms)s, %(calendar)s, grade, '{}', due - interval '1 day', due, due + interval '1 day', false, false, '[]',
        0, '', '', 0, '[]', '', due, 0
    FROM leads_lead AS l, LATERAL (SELECT %(now)s + l.id %% 336 * interval '1 hour' AS due) AS d
    WHERE l.id BETWEEN %(first)s AND %(last)s AND owner_id IS NOT NULL
    """,
)


def run() -> None:
    now = clock.now()
    _company(now)
    before, known = {}, 0
    for size in SIZES:
        _fill(known, size, now)
        known = size
        with override_settings(ALLOWED_HOSTS=["*"]):
            for name, took in _measure().items():
                report(f"leads.{name}", took, "s", size=size, baseline=before.get(name))
                before.setdefault(name, took)


def _measure() -> dict[str, float]:
    rep, leader, so = (User.objects.get(username=name) for name in ("rep1", "lina", "zhouyang"))
    own = Lead.objects.filter(owner=rep).order_by("-pk").first()
    pages = {
        "list": (rep, "/leads/"),
        "list_by_due": (rep, "/leads/?due"),
        "list_filtered": (rep, "/leads/?q=机电&grade=A"),
        "list_of_team": (leader, "/leads/?view=team"),
        "list_of_all": (so, "/leads/?view=all"),
        "list_of_all_filtered": (so, "/leads/?view=all&q=机电&grade=A"),
        "list_of_all_one_name": (so, "/leads/?view=all&q=kelaijidian"),
        "detail": (rep, f"/leads/{own.pk}/"),
        "follow_up": (rep, f"/leads/{own.pk}/follow-up/"),
        "pool": (rep, "/leads/pool/"),
        "my_day": (rep, "/today/"),
    }
    found = {}
    for name, (person, url) in pages.items():
        found[name] = _timed(_signed_in(person), "get", url, 200)
    pooled = Lead.objects.filter(status=Status.POOL).order_by("-pooled_at", "-id").first()
    entry = {"company": "从未听说的公司", "reach": "13800001111", "source": "referral", "keep": "no"}
    found["claim"] = _timed(_signed_in(rep), "post", f"/leads/{pooled.pk}/claim/", 302)
    found["quick_entry"] = _timed(_signed_in(rep), "post", "/leads/new/", 302, entry)
    words = {
        "two_characters": "克来",
        "two_common_characters": "机电",
        "pinyin": "kelai",
        "initials": "kljd",
        "two_initials": "kl",
        "phone": PHONE,
    }
    for name, word in words.items():
        found[f"search.{name}"] = _in_database(so, word)
    found["search.two_common_characters_of_a_rep"] = _in_database(rep, "机电")
    return found


def _signed_in(person: User) -> Client:
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(person)
    return client


def _timed(client: Client, method: str, url: str, status: int, data: dict | None = None) -> float:
    """The median time of requests, each of which is taken back."""

    def once() -> float:
        with transaction.atomic():
            sent = {FIELD: new_token()} | (data or {}) if method == "post" else None
            began = time.perf_counter()
            answer = getattr(client, method)(url, sent)
            took = time.perf_counter() - began
            assert answer.status_code == status, (url, answer.status_code)
            transaction.set_rollback(True)
        return took

    once()
    return median(once, 9)


def _in_database(person: User, words: str) -> float:
    """The median time that the database takes for a search over leads, customers and contacts."""
    spent = 0.0

    def wrapper(execute, *arguments):
        nonlocal spent
        began = time.perf_counter()
        try:
            return execute(*arguments)
        finally:
            spent += time.perf_counter() - began

    def once() -> float:
        nonlocal spent
        spent = 0.0
        with connection.execute_wrapper(wrapper):
            groups = [find(person, words) for find in (search.leads, search.customers, search.contacts)]
            assert any(groups), words
        return spent

    once()
    return median(once, 9)


def _company(now) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0; SET session_replication_role = replica")  # no triggers: history
    load(at=now - timedelta(days=400))
    letters = sorted({letter for one in islice(companies(), 130) for letter in one["name"] if letter >= "一"})
    brands = ["克来", *("".join(pair) for pair in product(letters[:300], repeat=2))]
    people = ["".join(name) for name in product(SURNAMES, GIVEN, GIVEN)]
    tables = {
        "brand": [(n, name, syllables(name)) for n, name in enumerate(brands)],
        "line": [(n, name, syllables(name)) for n, name in enumerate(LINES.split("、"))],
        "person": [(n, name, syllables(name)) for n, name in enumerate(people)],
    }
    with connection.cursor() as cursor:
        for name, rows in tables.items():
            cursor.execute(f"CREATE TABLE bench_{name} (n int PRIMARY KEY, name text, said text)")
            for first in range(0, len(rows), 10_000):
                batch = rows[first : first + 10_000]
                places = ",".join(["(%s, %s, %s)"] * len(batch))
                cursor.execute(f"INSERT INTO bench_{name} VALUES {places}", [value for row in batch for value in row])


def _fill(first: int, last: int, now) -> None:
    """Leads number `first` to `last`, each with a company, a contact, follow-ups and, if held, an open duty."""
    reps = _reps(first * 4 // 5 // HELD_BY_EACH, last * 4 // 5 // HELD_BY_EACH, now)
    ctx, team = Context(now), Team.objects.get(name="华东组")
    terms, _ = ctx.terms_now(registry["lead.follow_up"], team.pk, now)
    calendar = ctx.freezer.calendar_id(ctx.calendar_now(None, team.pk))
    values = {"first": first + 1, "last": last, "now": now, "reps": reps, "team": team.pk}
    values |= {"terms": terms, "calendar": calendar, "talks": TALKS_PER_LEAD}
    with connection.cursor() as cursor:
        for statement in STATEMENTS:
            cursor.execute(statement, values)
        for table in ("leads_customer", "leads_contact", "leads_lead"):
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), %s)", [last + 1000])
    if not first:
        target = Contact.objects.order_by("pk").first()
        target.phone = PHONE
        target.save()
    beat(now)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _reps(first: int, last: int, now) -> list[int]:
    """The keys of the account managers number `first` to `last`."""
    team = Team.objects.get(name="华东组")
    made = User.objects.bulk_create(
        User(username=f"rep{n}", name=f"销售{n}", pinyin=pinyin_key(f"销售{n}"), team=team, password="!")
        for n in range(first, last)
    )
    since = now - timedelta(days=365)
    Post.objects.bulk_create([Post(user=person, role=Role.AM, team=team, since=since) for person in made])
    return [person.pk for person in made]
