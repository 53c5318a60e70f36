"""The list of leads: views, filters and order."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leads import listing
from leads.actions import claim, log_follow_up, qualify
from leads.models import Lead, PoolRules
from salesops.sop.models import Deadline
from tests.sop.world import local, run_sweep

pytestmark = pytest.mark.django_db


@pytest.fixture
def graded(firm, arriving):
    """graded("克来机电"): a cleaned B lead in the pool, that `by` claims at `at`."""
    PoolRules.objects.create(pk=1, daily=200, holding=2000)

    def graded(company, *, by=None, at="2026-03-02 10:00", grade="B", **values):
        lead = qualify(
            arriving("2026-03-02 09:00", company=company, **values),
            grade=grade,
            industry=values.get("industry", "汽车配件"),
            size="unknown",
            by=firm.zhou,
            at=local("2026-03-02 09:10"),
        )
        return claim(lead, by=by, at=local(at)) if by else lead

    return graded


@pytest.fixture
def shown(client, time_machine):
    """shown(person, "?view=mine"): the companies of the list, as they stand on Monday at 11:00."""
    time_machine.move_to(local("2026-03-02 11:00"), tick=False)

    def shown(person, query=""):
        client.force_login(person)
        return [lead.customer.name for lead in client.get(f"/leads/{query}").context["page"].rows]

    return shown


def test_each_view_shows_its_leads(firm, graded, shown):
    answered, waiting = graded("已答", by=firm.wang), graded("待答", by=firm.wang)
    graded("小组的", by=firm.min)
    values = {"way": "call", "reached": True, "note": "想看案例", "need": "替换", "intent": "high"}
    log_follow_up(answered, by=firm.wang, at=local("2026-03-02 10:30"), **values)
    assert shown(firm.wang, "?view=mine") == ["待答", "已答"]
    assert shown(firm.wang, "?view=unanswered") == ["待答"]
    assert shown(firm.wang, "?view=week") == ["待答", "已答"]
    assert shown(firm.wang, "?view=late") == []
    assert set(shown(firm.li, "?view=team")) == {"待答", "已答", "小组的"}
    Deadline.objects.filter(file=waiting.ref).delete()
    assert shown(firm.wang, "?view=no_next") == ["待答"]


def test_a_lead_without_a_next_step_says_so_on_its_row(firm, graded, shown, client):
    lead = graded("克来机电", by=firm.wang)
    Deadline.objects.filter(file=lead.ref).delete()
    client.force_login(firm.wang)
    assert "无下一步" in client.get("/leads/?view=mine").content.decode().split("<tbody>")[1]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("grade=B&region=上海", ["甲公司", "乙公司"]),
        ("industry=软件", ["乙公司"]),
        ("q=jia", ["甲公司"]),
        ("q=乙", ["乙公司"]),
        ("source=website", ["乙公司"]),
        ("stage=2", []),
        ("grade=Z&stage=x&owner=999999", ["甲公司", "乙公司"]),
    ],
)
def test_filters_narrow_the_list_and_nonsense_is_left_out(firm, graded, shown, query, found):
    graded("甲公司", by=firm.wang), graded("乙公司", by=firm.wang, industry="软件", source="website")
    assert set(shown(firm.wang, f"?view=mine&{query}")) == set(found)


def test_the_owner_is_a_filter_for_heads_only(firm, graded, shown):
    graded("甲公司", by=firm.wang), graded("乙公司", by=firm.min)
    assert shown(firm.li, f"?view=team&owner={firm.min.pk}") == ["乙公司"]
    assert shown(firm.wang, f"?view=mine&owner={firm.min.pk}") == ["甲公司"]


def test_an_empty_list_names_the_filter_and_clears_it(firm, graded, shown, client):
    graded("甲公司", by=firm.wang)
    client.force_login(firm.wang)
    text = client.get("/leads/?view=mine&industry=航空").content.decode()
    assert "航空" in text
    assert 'href="?view=mine"' in text


def test_what_is_most_urgent_comes_first_and_every_row_once_over_all_pages(firm, graded, shown, client, monkeypatch):
    monkeypatch.setattr("salesops.web.keyset.SIZE", 2)
    monkeypatch.setattr("salesops.web.keyset.page.__kwdefaults__", {"size": 2})
    names = [f"{minute}分" for minute in (50, 10, 30, 40, 20)]
    for name in names:
        graded(name, by=firm.wang, at=f"2026-03-02 09:{name[:2]}")
    nothing = graded("无事", by=firm.wang)
    Deadline.objects.filter(file=nothing.ref).delete()

    def pages(person, query):
        client.force_login(person)
        seen = []
        while query:
            answer = client.get(f"/leads/{query}")
            seen += [lead.customer.name for lead in answer.context["page"].rows]
            # The link as the page shows it, and another tab opens another view meanwhile.
            following = re.search(r'href="([^"]+)" rel="next"', answer.content.decode())
            query = unescape(following[1]) if following else ""
            client.get("/leads/?view=late")
        return seen

    by_due = ["10分", "20分", "30分", "40分", "50分"]
    assert pages(firm.wang, "?view=mine&due=") == [*by_due, "无事"]
    # Of all leads it is read from the duties themselves, where the idle one has none.
    assert pages(firm.zhou, "?view=all&sort=due") == by_due
    assert "只列出有待办职责的线索" in client.get("/leads/?view=all&sort=due").content.decode()
    assert pages(firm.zhou, "?view=all&sort=due&q=30") == ["30分"]


def test_by_name_and_by_last_contact_every_row_comes_once_over_all_pages(firm, graded, shown, client, monkeypatch):
    monkeypatch.setattr("salesops.web.keyset.page.__kwdefaults__", {"size": 2})
    leads = {name: graded(name, by=firm.wang) for name in ("中信", "重庆长安", "安徽合力", "安徽江淮", "北方")}
    called = {"way": "call", "reached": True, "note": "聊了"}
    for time, name in (("10:30", "中信"), ("10:10", "北方")):
        log_follow_up(leads[name], by=firm.wang, at=local(f"2026-03-02 {time}"), **called)
    client.force_login(firm.wang)

    def pages(query):
        seen = []
        while query:
            answer = client.get(f"/leads/{query}")
            seen += [lead.customer.name for lead in answer.context["page"].rows]
            following = re.search(r'href="([^"]+)" rel="next"', answer.content.decode())
            query = unescape(following[1]) if following else ""
        return seen

    by_name = ["安徽合力", "安徽江淮", "北方", "重庆长安", "中信"]
    assert pages("?view=mine&sort=name") == by_name
    assert pages("?view=all&sort=contact") == ["重庆长安", "安徽合力", "安徽江淮", "北方", "中信"]


@pytest.mark.parametrize("sort", ["name", "contact", "due", ""])
def test_each_order_costs_the_same_for_many_leads(firm, graded, shown, client, sort):
    graded("甲公司", by=firm.wang)
    shown(firm.wang, f"?view=mine&sort={sort}")
    asked = []
    for names in ((), ("乙", "丙", "丁")):
        _made = [graded(name, by=firm.wang) for name in names]
        client.get(f"/leads/?view=mine&sort={sort}")  # which keeps the leads that were shown in the session
        with CaptureQueriesContext(connection) as captured:
            client.get(f"/leads/?view=mine&sort={sort}")
        asked.append(len(captured))
    assert asked[0] == asked[1] <= 12


def test_what_is_due_on_all_leads_is_read_from_an_index(firm, graded):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_sort = off")
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = listing.duties_of(Lead.objects.all()).order_by(*listing.DUE)[:51].explain()
    assert "deadline_due" in plan
    assert "Sort" not in plan


def test_names_and_last_contacts_are_read_from_an_index(firm, graded):
    for order in ("name", "contact"):
        rows = listing.ordered(Lead.objects.all(), order).order_by(*listing.ORDERS[order][1])[:50]
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_sort = off")
            cursor.execute("SET LOCAL enable_seqscan = off")
        assert {"name": "customer_pinyin", "contact": "lead_contacted"}[order] in rows.explain()


def test_the_last_view_is_remembered(firm, graded, shown):
    graded("甲公司", by=firm.wang)
    assert shown(firm.wang) == ["甲公司"]


def test_the_view_that_was_looked_at_last_opens_again(firm, graded, client, shown):
    client.force_login(firm.wang)
    client.get("/leads/?view=late")
    assert client.get("/leads/").context["view"] == "late"


def test_duties_on_other_files_do_not_disturb_the_views_of_what_is_due(firm, graded, shown):
    lead = graded("甲公司", by=firm.wang, at="2026-03-02 09:20")
    other = Deadline.objects.open().filter(file=lead.ref).first()
    other.pk, other.file, other.subject = None, "report:2026-03-02", "report:1"
    other.save(force_insert=True)
    assert shown(firm.zhou, "?view=week") == ["甲公司"]


def test_the_contact_of_a_lead_in_the_pool_is_named_to_nobody_who_may_claim_it(firm, graded, shown, client):
    graded("池中一家", contact="蒋小宇")
    for person, named in ((firm.wang, False), (firm.zhao, False), (firm.zhou, True)):
        assert shown(person, "?view=all") == ["池中一家"]
        assert ("蒋小宇" in client.get("/leads/?view=all").content.decode()) is named


def test_a_row_that_is_late_is_marked(firm, graded, client, time_machine):
    graded("晚了", by=firm.wang, at="2026-03-02 09:20")
    run_sweep("2026-03-02 15:30")
    time_machine.move_to(local("2026-03-02 15:30"), tick=False)
    client.force_login(firm.wang)
    assert "已逾期" in client.get("/leads/?view=late").content.decode().split("<tbody>")[1]
