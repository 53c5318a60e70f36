"""The security log: who saw this number, what did this person see, exports, sign-ins, what was refused."""

import pytest
from django.db import connection

from leads.actions import look, reveal
from leads.models import Export, Look
from salesops.events.models import Event
from tests.company import PASSWORD, company
from tests.leads.test_protection import NEXT_HOUR, NOW, leads
from tests.sop.world import local

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on_a_monday(time_machine):
    time_machine.move_to(NEXT_HOUR, tick=False)


@pytest.fixture
def seen(firm):
    """王伟 opened a lead and looked at its number; 张敏 opened another."""
    first, second = leads(firm, 2)
    first.contact.save()
    second.contact.save()
    look(first.customer_id, lead=first, by=firm.wang, at=NOW)
    reveal(first.contact, lead=first, what="phone", by=firm.wang, at=local("2026-03-02 10:01"))
    look(second.customer_id, lead=second, by=firm.min, at=NOW)
    return first, second


@pytest.fixture
def admin(client, firm):
    client.force_login(firm.he)
    return client


def rows(client, **query):
    return client.get("/leads/security/", query).context["page"].rows


def test_who_saw_this_number(firm, seen, admin):
    found = admin.post("/leads/security/search/", {"words": "+86 139-0000-0000"})
    assert "139" not in found["Location"]
    (row,) = admin.get(found["Location"]).context["page"].rows
    assert (row.person, row.title, row.subject) == ("王伟", "查看电话号码", "蒋宇 · 甲0")
    assert seen[0].contact.phone not in admin.get(found["Location"]).content.decode()


def test_who_took_this_number_out(firm, seen, admin):
    common = {"by": firm.zhao, "asked_at": NOW, "purpose": "季度回顾", "view": "all", "estimated": 1}
    for columns in (["customer"], ["customer", "phone"]):
        export = Export.objects.create(columns=columns, leads=[seen[0].pk], **common)
        Event.objects.create(
            name="export.taken",
            at=NOW,
            recorded_at=NOW,
            by=firm.zhao,
            subject=export.ref,
            refs={"export": export.pk},
            data={"rows": 1, "contacts": "phone" in columns},
        )
    taken = [row for row in rows(admin, contact=seen[0].contact_id) if row.person == "赵强"]
    assert [row.subject for row in taken] == [export.number]
    assert "季度回顾" in taken[0].values
    of_company = [row.subject for row in rows(admin, customer=seen[0].customer_id) if row.person == "赵强"]
    assert len(of_company) == 2


def test_what_did_this_person_see(firm, seen, admin):
    assert [row.title for row in rows(admin, person=firm.wang.pk)] == ["查看电话号码", "打开线索"]
    assert [row.subject for row in rows(admin, person=firm.min.pk)] == ["甲1"]
    assert rows(admin, person=firm.jing.pk) == []


def test_it_is_narrowed_by_customer_kind_and_day(firm, seen, admin):
    assert {row.person for row in rows(admin, customer=seen[1].customer_id)} == {"张敏"}
    assert {row.title for row in rows(admin, kind="opened")} == {"打开线索"}
    assert {row.title for row in rows(admin, kind="numbers")} == {"查看电话号码"}
    assert rows(admin, kind="opened", until="2026-03-01") == rows(admin, kind="opened", since="2026-03-03") == []
    assert len(rows(admin, kind="opened", since="2026-03-02", until="2026-03-02")) == 2


def test_a_foreign_object_that_somebody_tried_is_in_it(client, firm):
    (lead,) = leads(firm, 1, owner=firm.lin)
    client.force_login(firm.wang)
    assert client.get(f"/leads/{lead.pk}/").status_code == 404
    assert client.get("/leads/security/").status_code == 403
    client.force_login(firm.he)
    found = rows(client, kind="refused")
    assert [(row.person, row.subject, row.values) for row in found] == [
        ("王伟", "leads:security", "403"),
        ("王伟", f"leads:detail {lead.pk}", "404"),
    ]


@pytest.mark.parametrize(("name", "whose"), [("wang", "王伟"), ("13900000000", "")])
def test_failed_sign_ins_are_in_it_without_what_was_typed(client, name, whose):
    firm = company(password=PASSWORD)
    client.post("/account/login/", {"login": name, "password": "wrong 密码"})
    client.force_login(firm.he)
    (row,) = rows(client, kind="signin")
    assert (row.person, row.values) == (whose, "127.0.0.1")
    event = Event.objects.get(name="signin.failed")
    assert "wrong" not in str(event.data)
    assert "139" not in str(event.data)


@pytest.mark.parametrize("query", ["person=x", "kind=no", "contact=999999", "since=soon", "page=a~b~c", "page=%00"])
def test_a_filter_that_makes_no_sense_is_no_error(admin, query):
    assert admin.get(f"/leads/security/?{query}").status_code == 200


@pytest.mark.parametrize("words", ["", "13811112222", "没有这家", "'; drop table", "x" * 500])
def test_a_search_that_finds_nothing_says_so(admin, words):
    page = admin.post("/leads/security/search/", {"words": words}, follow=True)
    assert "没有联系人" in page.content.decode()


def test_page_after_page_shows_every_row_once_in_order(firm, admin):
    (lead,) = leads(firm, 1)
    Look.objects.bulk_create(
        Look(person=firm.wang, customer_id=lead.customer_id, lead=lead, at=NOW) for _n in range(70)
    )
    facts = {"name": "access.refused", "data": {"status": 404, "page": "", "object": ""}}
    Event.objects.bulk_create(Event(at=NOW, recorded_at=NOW, by=firm.wang, **facts) for _n in range(70))
    shown, after = [], ""
    for _page in range(4):
        page = admin.get("/leads/security/", {"person": firm.wang.pk, "page": after}).context["page"]
        shown += page.rows
        after = page.after or ""
        if not after:
            break
    assert len(shown) == 140
    assert [row.title for row in shown] == sorted((row.title for row in shown), key=lambda title: title == "打开线索")


def test_it_costs_the_same_however_long_it_is(firm, seen, admin, django_assert_max_num_queries):
    Look.objects.bulk_create(
        Look(person=firm.wang, customer_id=seen[0].customer_id, lead=seen[0], at=NOW) for _n in range(300)
    )
    queries = ({"person": firm.wang.pk}, {"customer": seen[0].customer_id}, {"contact": seen[0].contact_id}, {})
    for query in queries:
        with django_assert_max_num_queries(20):
            admin.get("/leads/security/", query)


def test_each_list_has_an_index(firm):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        for query in (
            Look.objects.filter(person=1).order_by("-at", "-id"),
            Look.objects.filter(customer=1).order_by("-at", "-id"),
            Event.objects.filter(name="access.refused").order_by("-at", "-id"),
        ):
            plan = query[:51].explain()
            assert "Index Scan" in plan
