"""The header's search: parts of names, whole numbers, and nothing that one may not see."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leads.models import Contact, Customer, Lead, Status
from leads.search import contacts, customers, leads
from salesops.people.models import User
from salesops.web.search import MOST
from tests.browser import axe_violations, shoot
from tests.sop.world import local

pytestmark = pytest.mark.django_db
URL = "/search/"


@pytest.fixture
def held(firm, arriving):
    """held(firm.wang, "上海克来机电"): a lead of that company, held by the person; pooled for nobody."""

    def held(owner, company, **values):
        lead = arriving("2026-03-02 10:00", company=company, **values)
        status = Status.ACTIVE if owner else Status.POOL
        Lead.objects.filter(pk=lead.pk).update(owner=owner, status=status, grade="A")
        return lead

    return held


def titles(hits):
    return [hit.title for hit in hits]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("克来", True),  # two characters, which trigrams would not find
        ("来机电", True),
        ("上海克来机电股份有限公司", True),
        ("克来机电（上海）", False),
        ("来克", False),
        ("机来", False),
        ("ＫＬ机", False),
        ("克", False),
        ("%", False),
        ("克%电", False),
    ],
)
def test_a_company_is_found_by_a_part_of_its_name(firm, held, words, found):
    held(firm.wang, "上海克来机电有限公司")
    assert bool(leads(firm.wang, words)) is found


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("kelai", True),
        ("Ke Lai", True),
        ("laijid", True),  # still typing
        ("kljd", True),
        ("jd", True),
        ("shanghaikelaijidian", True),
        ("elai", False),  # not from the start of a syllable
        ("kelia", False),
        ("kjd", False),
        ("k", False),
        ("ke:* | a", False),
    ],
)
def test_a_company_is_found_by_its_pinyin_and_initials(firm, held, words, found):
    held(firm.wang, "上海克来机电有限公司")
    assert bool(leads(firm.wang, words)) is found


def test_a_contact_is_found_by_pinyin_and_initials(firm, held):
    held(firm.wang, "上海克来机电有限公司", contact="克来明", phone="13911332122")
    for words in ("kelaiming", "laim", "klm", "lm"):
        assert titles(contacts(firm.wang, words)) == ["克来明"], words
    assert contacts(firm.wang, "elaiming") == []


def test_latin_names_are_found_in_any_case(firm, held):
    held(firm.wang, "SAP中国")
    assert titles(leads(firm.wang, "sap")) == ["SAP中国"]


@pytest.mark.parametrize("words", ["13911332122", "139 1133 2122", "+86 139-1133-2122", "１３９１１３３２１２２"])
def test_a_number_is_found_whole_in_any_form(firm, held, words):
    held(firm.wang, "克来机电", phone="13911332122", contact="蒋宇")
    (hit,) = contacts(firm.wang, words)
    assert hit.title == "蒋宇"
    assert "13911332122" not in hit.text
    assert leads(firm.wang, words) == []


def test_a_part_of_a_number_finds_nothing(firm, held):
    held(firm.wang, "克来机电", phone="13911332122")
    assert contacts(firm.wang, "1391133") == []


def test_contacts_are_found_by_name_and_mail_address(firm, held):
    held(firm.wang, "克来机电", contact="欧阳明", email="Ouyang@Klein.cn")
    assert titles(contacts(firm.wang, "阳明")) == ["欧阳明"]
    assert titles(contacts(firm.wang, "ouyang@klein.CN")) == ["欧阳明"]
    assert contacts(firm.wang, "@") == []


def test_nobody_finds_what_they_may_not_see(firm, held):
    held(firm.min, "克来机电", contact="欧阳明", phone="13911332122")
    for words in ("克来", "欧阳", "13911332122"):
        assert leads(firm.wang, words) + contacts(firm.wang, words) == []
        assert leads(firm.lin, words) + contacts(firm.lin, words) == []
        assert leads(firm.li, words) + contacts(firm.li, words)
        assert leads(firm.zhou, words) + contacts(firm.zhou, words)


def test_the_contacts_of_the_pool_stay_hidden(firm, held):
    held(None, "克来机电", contact="欧阳明", phone="13911332122")
    assert titles(leads(firm.wang, "克来")) == ["克来机电"]
    assert contacts(firm.wang, "欧阳") + contacts(firm.wang, "13911332122") == []


def test_somebody_without_any_sales_role_finds_nothing(firm, held):
    held(firm.min, "克来机电", contact="欧阳明")
    nobody = User.objects.create(username="new", name="新人")
    assert leads(nobody, "克来") + contacts(nobody, "欧阳") == []


def test_no_number_stands_in_an_address_or_readable_in_the_session(client, firm, held):
    held(firm.wang, "克来机电", phone="13911332122", contact="蒋宇")
    client.force_login(firm.wang)
    answer = client.post(URL, {"words": "139 1133 2122"})
    assert answer.url == URL
    session = str(dict(client.session.items()))
    assert "13911332122" not in session.replace(" ", "")
    page = client.get(URL)
    assert "蒋宇" in page.content.decode()
    assert page.headers["Cache-Control"].count("no-store")
    client.post(URL, {"words": ""})
    assert "蒋宇" not in client.get(URL).content.decode()


def test_customers_are_found_by_name_with_their_tags_and_nobody_else_s(firm, held, client):
    lead = held(firm.wang, "上海克来机电有限公司", industry="汽车配件")
    far = held(firm.lin, "广州克来机电有限公司")
    Customer.objects.filter(pk=lead.customer_id).update(owner=firm.wang, tags=["重点"])
    (hit,) = customers(firm.wang, "克来")
    assert (hit.title, hit.url) == ("上海克来机电有限公司", f"/leads/customers/{lead.customer_id}/")
    assert hit.tags == ("重点",)
    assert "汽车配件" in hit.text
    assert titles(customers(firm.zhou, "克来")) == ["广州克来机电有限公司", "上海克来机电有限公司"]
    assert titles(customers(firm.lin, "克来")) == [far.customer.name]
    assert customers(firm.wang, "139 1133 2122") == customers(firm.wang, "克") == []
    client.force_login(firm.wang)
    assert client.get(hit.url).status_code == 200


def test_no_more_than_twenty_are_shown_and_the_page_says_so(client, firm, held):
    for number in range(MOST + 3):
        held(firm.wang, f"克来机电{number}")
    client.force_login(firm.wang)
    client.post(URL, {"words": "克来"})
    page = client.get(URL)
    assert [(len(group.hits), group.more) for group in page.context["groups"]] == [(MOST, True)] * 2
    assert "仅显示前 20 条" in page.content.decode()


def test_a_search_asks_few_queries(client, firm, held, django_assert_max_num_queries):
    for number in range(5):
        held(firm.wang, f"克来机电{number}", contact="克来来")
    client.force_login(firm.wang)
    client.post(URL, {"words": "克来"})
    client.get(URL)
    with django_assert_max_num_queries(12):
        assert len(client.get(URL).context["groups"]) == 3


LETTERS = "天地玄黄宇宙洪荒日月盈昃辰宿列张寒来暑往秋收冬藏闰余成岁律吕调阳"


def fill(count):
    """So many companies with a contact and a lead each, past the triggers that write history."""
    start = local("2026-03-02 10:00")
    names = [
        "".join(LETTERS[n // 32**place % 32] for place in (0, 1, 2)) + LETTERS[n * 7 % 32] + "科技"
        for n in range(count)
    ]
    owners = list(User.objects.order_by("pk")[:20])
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
    made = [Customer(name=name, name_key=name, created_at=start) for name in names]
    Customer.objects.bulk_create(made, batch_size=5000)
    Contact.objects.bulk_create([Contact(customer=one, name=one.name[:3]) for one in made], batch_size=5000)
    leads = [
        Lead(
            customer=one,
            source="website",
            status=Status.ACTIVE,
            owner=owners[n % 20],
            arrived_at=start + timedelta(minutes=n),
        )
        for n, one in enumerate(made)
    ]
    Lead.objects.bulk_create(leads, batch_size=5000)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = origin")
        cursor.execute("ANALYZE leads_customer, leads_contact, leads_lead")


def test_names_are_found_by_their_index(firm):
    """Among 4,000 companies the plan reads the index of pairs, also for two characters."""
    fill(4_000)
    for find, index in ((leads, "customer_name_pairs"), (contacts, "contact_name_pairs")):
        with CaptureQueriesContext(connection) as queries:
            assert find(firm.zhou, "地天")
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN " + queries[-1]["sql"])
            assert index in str(cursor.fetchall())


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_slash_goes_to_the_search_and_enter_finds(page, live_server, firm, held, sign_in):
    lead = held(firm.wang, "上海克来机电有限公司", contact="克来明", phone="13911332122")
    sign_in(page, firm.wang)
    page.goto(f"{live_server.url}/today/")
    page.keyboard.press("/")
    page.keyboard.type("克来")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url == live_server.url + URL
    shoot(page, "search")
    assert axe_violations(page) == []
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url.endswith(f"/leads/{lead.pk}/")
    page.go_back()
    page.wait_for_selector(".found")
