"""The list of customers: views, filters, what a row says, and an order that an index has."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leads import customer_listing
from leads.actions import log_follow_up, mark_key
from leads.models import Collaboration, Customer, Lead, Status
from tests.company import outsider
from tests.sop.world import local

pytestmark = pytest.mark.django_db
AT = local("2026-03-02 11:00")
TALK = {"way": "call", "reached": True, "note": "想看案例", "need": "替换", "intent": "high"}


@pytest.fixture
def shown(client, time_machine):
    """shown(person, "?view=mine"): the companies of the list, as they stand on Monday at 11:00."""
    time_machine.move_to(AT, tick=False)

    def shown(person, query=""):
        client.force_login(person)
        return [customer.name for customer in client.get(f"/leads/customers/{query}").context["page"].rows]

    return shown


@pytest.fixture
def held(firm):
    """held("克来机电", by=firm.wang): a customer with its owner and a lead; `by=None` puts it into the pool."""

    def held(company, *, by=firm.wang, **values):
        customer = Customer.objects.create(name=company, owner=by, created_at=AT, **values)
        status = Status.ACTIVE if by else Status.POOL
        return Lead.objects.create(
            customer=customer, owner=by, status=status, grade="B", source="partner", arrived_at=AT, responded_at=AT
        )

    return held


def test_each_view_shows_its_customers(firm, held, shown):
    held("克来机电"), held("安徽合力", by=firm.min), held("北方电机", by=firm.lin)
    held("池中一家", by=None)
    mark_key(Customer.objects.get(name="安徽合力"), reason="年采购大", by=firm.zhao, at=AT)
    assert shown(firm.wang) == shown(firm.wang, "?view=all") == ["克来机电"]
    assert shown(firm.wang, "?view=key") == []
    assert shown(firm.li) == ["安徽合力", "克来机电"]
    assert shown(firm.li, "?view=key") == ["安徽合力"]
    assert shown(firm.zhao, "?view=all") == ["安徽合力", "北方电机", "克来机电"]
    assert shown(firm.zhou) == ["安徽合力", "北方电机", "池中一家", "克来机电"]
    assert shown(firm.zhou, "?view=unowned") == ["池中一家"]
    assert shown(firm.wang, "?view=unowned") == ["克来机电"]  # none of theirs: their first view instead


def test_a_row_says_group_key_mark_open_leads_and_last_contact(firm, held, shown, client):
    lead = held("克来机电")
    log_follow_up(lead, by=firm.wang, at=local("2026-03-02 10:30"), **TALK)
    parent = Customer.objects.create(name="克来集团", created_at=AT)
    Customer.objects.filter(pk=lead.customer_id).update(parent=parent, tags=["汽车"])
    mark_key(lead.customer, reason="年采购大", by=firm.zhao, at=AT)
    shown(firm.wang)
    row = client.get("/leads/customers/").content.decode().split("<tbody>")[1]
    for words in ("克来机电", "克来集团", "重点客户", "汽车", "10:30", ">1<"):
        assert words in row
    assert "139" not in row  # no number


def test_it_is_narrowed_by_name_pinyin_region_tag_and_owner(firm, held, shown):
    held("克来机电"), held("安徽合力", by=firm.min, region="安徽"), held("重庆长安", by=firm.min, region="重庆")
    Customer.objects.filter(name="重庆长安").update(tags=["整车"])
    for query, found in {
        "q=机电": ["克来机电"],
        "q=kljd": ["克来机电"],
        "q=heli": ["安徽合力"],
        "region=安徽": ["安徽合力"],
        "tag=整车": ["重庆长安"],
        f"owner={firm.min.pk}": ["安徽合力", "重庆长安"],
        f"owner={firm.min.pk}&region=重庆": ["重庆长安"],
        f"owner={firm.zhou.pk}": ["安徽合力", "重庆长安", "克来机电"],  # nobody to choose: left out
        "q=没有": [],
    }.items():
        assert shown(firm.li, f"?view=all&{query}") == found, query
    assert shown(firm.wang, f"?view=all&owner={firm.min.pk}") == ["克来机电"]


def test_a_merged_duplicate_is_not_listed_and_who_works_along_sees_the_customer(firm, held, shown):
    lead = held("克来机电")
    Customer.objects.create(name="克来", created_at=AT, merged_into=lead.customer, owner=firm.wang)
    assert shown(firm.wang) == ["克来机电"]
    assert shown(firm.min, "?view=all") == []
    Collaboration.objects.create(lead=lead, person=firm.min, reason="一起做", asked_at=AT, state="agreed")
    assert shown(firm.min, "?view=all") == ["克来机电"]
    Lead.objects.filter(pk=lead.pk).update(presales=firm.xu)
    assert shown(firm.xu) == ["克来机电"]
    assert shown(outsider(firm), "?view=all") == []


def test_nothing_is_listed_that_its_reader_may_not_open(firm, held, client, shown):
    held("克来机电"), held("安徽合力", by=firm.min), held("北方电机", by=firm.lin)
    held("池中一家", by=None)
    for person in (firm.wang, firm.li, firm.zhao, firm.xu, firm.wu, firm.sun, firm.zhou):
        seen = set(Customer.objects.visible_to(person).values_list("pk", flat=True))
        for view in customer_listing.VIEWS:
            listed = customer_listing.customers_of(view, person).values_list("pk", flat=True)
            assert view == "unowned" or seen.issuperset(listed), (person, view)


def test_every_customer_comes_once_over_all_pages_and_back(firm, held, shown, client, monkeypatch):
    monkeypatch.setattr("salesops.web.keyset.page.__kwdefaults__", {"size": 2})
    for name in ("中信", "重庆长安", "安徽合力", "安徽江淮", "北方"):
        held(name)
    shown(firm.wang)

    def pages(query, rel):
        seen = []
        while query:
            answer = client.get(f"/leads/customers/{query}")
            seen.append([customer.name for customer in answer.context["page"].rows])
            following = re.search(rf'href="([^"]+)" rel="{rel}"', answer.content.decode())
            query, last = (unescape(following[1]) if following else ""), query
        return seen, last

    seen, last = pages("?view=mine", "next")
    assert seen == [["安徽合力", "安徽江淮"], ["北方", "重庆长安"], ["中信"]]
    assert pages(last, "prev")[0] == seen[::-1]


def test_it_costs_the_same_for_many_and_at_most_twelve_queries(firm, held, shown, client):
    held("甲公司")
    for person in (firm.wang, firm.li, firm.zhou):
        shown(person, "?view=all")
        asked = []
        for count in (0, 3):
            for n in range(count):
                Customer.objects.create(name=f"{person.name}{n}公司", owner=firm.wang, created_at=AT)
            with CaptureQueriesContext(connection) as captured:
                client.get("/leads/customers/?view=all&q=公司")
            asked.append(len(captured))
        assert asked[0] == asked[1] <= 12


def test_the_order_is_that_of_an_index(firm):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_sort = off")
        cursor.execute("SET LOCAL enable_seqscan = off")
    for view, person in (("mine", firm.wang), ("all", firm.zhou)):
        rows = customer_listing.shown(customer_listing.customers_of(view, person), person)
        plan = rows.order_by(*customer_listing.BY_NAME)[:51].explain()
        assert re.search("customer_(of_owner|pinyin)", plan)
        assert "Sort" not in plan


@pytest.mark.parametrize("page", ["/leads/", "/leads/customers/", "/leads/pool/"])
@pytest.mark.parametrize("words", ["13900000001", "139 0000-0001", "０２１５８８８６６６", "jiang@kelai.example"])
def test_no_list_takes_a_number_or_a_mail_address_into_its_links(firm, held, client, page, words):
    held("克来机电")
    client.force_login(firm.wang)
    answer = client.get(page, {"view": "all", "q": words, "region": words})
    assert answer.context["chips"] == []
    assert [link for link in re.findall(r'href="([^"]*)"', answer.content.decode()) if words[:4] in link] == []
    assert "pattern=" in answer.content.decode()
