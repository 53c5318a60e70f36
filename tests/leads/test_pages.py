"""The pages of leads, as their users go through them."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leads.actions import accept
from leads.models import FollowUp, Lead, Status
from salesops.events.models import Event
from salesops.web.forms.once import new_token
from tests.sop.world import local

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(graded):
    return graded("09:30", "10:00", grade="A")


@pytest.fixture
def monday(time_machine):
    """It is Monday 2026-03-02, 10:30 in Shanghai."""
    time_machine.move_to(local("2026-03-02 10:30"), tick=False)


@pytest.fixture
def post(client):
    """post(user, url, **data): a form sent once by a signed-in user."""

    def post(user, url, **data):
        client.force_login(user)
        return client.post(url, {"once": new_token(), **data}, follow=True)

    return post


def test_the_owner_accepts_and_logs_the_first_response(firm, lead, monday, post):
    page = post(firm.wang, f"/leads/{lead.pk}/acceptance/")
    assert Lead.objects.get().status == Status.ACTIVE
    assert "首次响应" in page.content.decode() or "First response" in page.content.decode()
    values = {"result": "progress", "note": "客户想换系统", "need": "替换旧系统", "intent": "high"}
    page = post(firm.wang, f"/leads/{lead.pk}/follow-up/", **values)
    assert FollowUp.objects.get().need == "替换旧系统"
    assert "客户想换系统" in page.content.decode()


def test_what_is_missing_is_asked_for_and_what_was_typed_is_kept(firm, lead, monday, post):
    values = {"result": "progress", "note": "客户想换系统"}
    page = post(firm.wang, f"/leads/{lead.pk}/follow-up/", **values)
    assert page.status_code == 422
    assert "客户想换系统" in page.content.decode()
    assert not FollowUp.objects.exists()


def test_no_answer_is_logged_with_one_tick(firm, lead, monday, post):
    post(firm.wang, f"/leads/{lead.pk}/follow-up/", result="no_answer")
    assert FollowUp.objects.get().reached is False


@pytest.mark.parametrize(
    ("day", "reason", "logged"),
    [
        ("2026-03-03", "", True),
        ("2026-03-04", "", False),
        ("2026-03-04", "客户出差", True),
        ("2026-03-05", "客户出差", False),
    ],
)
def test_a_later_date_than_the_cadence_needs_a_reason_and_has_a_limit(firm, lead, monday, post, day, reason, logged):
    values = {"result": "progress", "note": "客户想换系统", "need": "替换", "intent": "high"}
    post(firm.wang, f"/leads/{lead.pk}/follow-up/", **values, next_on=day, later_reason=reason)
    assert FollowUp.objects.exists() is logged


def test_a_colleague_does_not_find_the_lead(firm, lead, monday, post, client):
    client.force_login(firm.lin)
    assert client.get(f"/leads/{lead.pk}/").status_code == 404
    assert post(firm.lin, f"/leads/{lead.pk}/acceptance/").status_code == 404


def test_the_leader_sees_it_and_may_not_follow_it_up(firm, lead, monday, post, client):
    client.force_login(firm.li)
    assert client.get(f"/leads/{lead.pk}/").status_code == 200
    assert post(firm.li, f"/leads/{lead.pk}/follow-up/", result="no_answer").status_code == 403


def test_a_number_is_masked_until_it_is_asked_for_and_each_look_is_logged(firm, lead, monday, post, client):
    phone = lead.contact.phone
    client.force_login(firm.wang)
    assert phone not in client.get(f"/leads/{lead.pk}/").content.decode()
    page = post(firm.wang, f"/leads/{lead.pk}/contact/", contact=lead.contact_id)
    assert phone in page.content.decode()
    assert Event.objects.get(name="contact.revealed").by == firm.wang


def test_who_lost_the_lead_keeps_the_text_as_a_note(firm, lead, time_machine, post):
    time_machine.move_to(local("2026-03-02 12:30"), tick=False)
    values = {"result": "progress", "note": "刚刚和他谈完", "need": "替换", "intent": "high"}
    post(firm.wang, f"/leads/{lead.pk}/follow-up/", **values)
    assert FollowUp.objects.get().note == "刚刚和他谈完"
    assert Lead.objects.get().owner == firm.min


def test_a_double_click_logs_once(firm, lead, monday, client):
    client.force_login(firm.wang)
    values = {"once": new_token(), "result": "no_answer"}
    client.post(f"/leads/{lead.pk}/follow-up/", values)
    client.post(f"/leads/{lead.pk}/follow-up/", values)
    assert FollowUp.objects.count() == 1


def test_sales_operations_cleans_grades_and_goes_on_to_the_next(firm, arriving, monday, post):
    first, second = arriving("2026-03-02 09:00", company="甲"), arriving("2026-03-02 09:10", company="乙")
    page = post(
        firm.zhou, f"/leads/{first.pk}/qualification/", industry="汽车配件", region="上海", size="unknown", grade="B"
    )
    assert Lead.objects.get(pk=first.pk).status == Status.POOL
    assert page.request["PATH_INFO"] == f"/leads/{second.pk}/qualification/"


def test_sizes_are_set_for_many_leads_at_once(firm, arriving, monday, post):
    leads = [arriving("2026-03-02 09:00", company=f"公司{n}") for n in range(3)]
    post(firm.zhou, "/leads/cleaning/sizes/", size="large", leads=[lead.pk for lead in leads[:2]])
    assert [lead.customer.size for lead in Lead.objects.select_related("customer").order_by("pk")] == [
        "large",
        "large",
        "",
    ]


def test_a_claim_that_comes_second_is_told_who_was_first(firm, graded, monday, post):
    lead = graded("09:30", "10:00")
    post(firm.lin, f"/leads/{lead.pk}/claim/")
    assert Lead.objects.get().owner == firm.lin
    assert post(firm.jie, f"/leads/{lead.pk}/claim/").status_code == 404


def test_the_pool_shows_no_contact(firm, graded, monday, client):
    lead = graded("09:30", "10:00", contact="蒋宇宙")
    client.force_login(firm.lin)
    for url in ("/leads/pool/", f"/leads/{lead.pk}/"):
        text = client.get(url).content.decode()
        assert "克来机电" in text
        assert "蒋宇宙" not in text


@pytest.mark.parametrize("url", ["/leads/?view=all", "/leads/pool/", "/leads/cleaning/", "/today/", "/sop/"])
def test_pages_ask_the_database_as_often_for_one_lead_as_for_thirty(
    firm, arriving, monday, client, django_assert_max_num_queries, url
):
    client.force_login(firm.zhou)
    client.get(url)
    counts = []
    for number in (1, 30):
        for n in range(number):
            arriving("2026-03-02 09:00", company=f"公司{number}-{n}")
        with django_assert_max_num_queries(14) as captured:
            assert client.get(url).status_code == 200
        counts.append(len(captured))
    assert counts[1] <= counts[0]  # many duties of a desk are one queue, and less to look up


def test_the_page_of_a_lead_asks_as_often_for_twenty_follow_ups_as_for_two(firm, lead, monday, client, post):
    accept(lead, by=firm.wang, at=local("2026-03-02 10:30"))
    counts = []
    for number in (2, 18):
        for _n in range(number):
            post(firm.wang, f"/leads/{lead.pk}/follow-up/", result="no_answer")
        with CaptureQueriesContext(connection) as captured:
            client.get(f"/leads/{lead.pk}/")
        counts.append(len(captured))
    assert counts[0] == counts[1]
    assert counts[0] <= 32


def test_no_payload_becomes_markup(firm, arriving, monday, client):
    arriving("2026-03-02 09:00", company="<script>alert(1)</script>", contact="<img src=x onerror=alert(1)>")
    client.force_login(firm.zhou)
    text = client.get("/leads/cleaning/").content.decode()
    assert "<script>alert" not in text
    assert not re.search(r"<img[^>]+onerror", text)


def test_many_untaken_duties_of_a_desk_are_one_queue(firm, arriving, monday, client):
    for n in range(5):
        arriving("2026-03-02 09:00", company=f"公司{n}")
    client.force_login(firm.zhou)
    text = client.get("/today/").content.decode()
    assert "/leads/cleaning/" in text
    assert "公司1" not in text


def test_no_two_fields_of_a_leads_page_share_an_id(firm, lead, monday, client):
    for person in (firm.wang, firm.li, firm.zhou):
        client.force_login(person)
        ids = re.findall(r' id="([^"]+)"', client.get(f"/leads/{lead.pk}/").content.decode())
        assert len(ids) == len(set(ids))
