"""My Day as a rep sees it: one card a customer with what was said last, and from one to the next."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from leads.actions import claim, log_follow_up
from leads.models import FollowUp, Lead, PoolRules
from salesops.sop.models import Deadline
from salesops.web.forms.once import new_token
from tests.sop.world import local, run_sweep

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(firm, graded):
    """held("克来机电"): a B lead that 王伟 has claimed on Monday at 10:00."""
    PoolRules.objects.create(pk=1, daily=200, holding=2000)

    def held(company, at="2026-03-02 10:00"):
        return claim(graded("09:30", "09:45", company=company), by=firm.wang, at=local(at))

    return held


def respond(firm, lead, at, note="客户想先看案例"):
    return log_follow_up(
        lead, by=firm.wang, at=local(at), way="call", reached=True, note=note, need="替换", intent="high"
    )


@pytest.fixture
def rep(client, firm, time_machine):
    """rep("2026-03-02 10:30"): 王伟 at that time."""

    def rep(at):
        time_machine.move_to(local(at), tick=False)
        client.force_login(firm.wang)
        return client

    return rep


def sections(page):
    return {section.key: [file.title for file in section.files] for section in page.context["sections"]}


def test_the_header_says_what_is_owed_today_and_until_when(firm, held, rep):
    assert "pill" not in rep("2026-03-02 10:30").get("/me/").content.decode()
    held("克来机电", at="2026-03-02 10:00")
    page = rep("2026-03-02 10:30").get("/me/").content.decode()
    due_at = timezone.localtime(Deadline.objects.open().get(owner=firm.wang, rule="lead.first_response").due_at)
    assert f"今天 1 项 · 最近 {due_at:%H:%M}" in page
    assert 'class="pill "' in page
    page = rep("2026-03-02 18:00").get("/me/").content.decode()
    assert "今天 1 项 · 逾期 1 项" in page
    assert 'class="pill late"' in page


def test_what_is_late_comes_first_then_soon_today_tomorrow(firm, held, rep):
    late, tomorrow = held("晚了", at="2026-03-02 09:50"), held("明天")
    respond(firm, tomorrow, "2026-03-02 10:10")
    soon = held("马上", at="2026-03-02 13:40")
    page = rep("2026-03-02 15:30").get("/today/")
    assert sections(page)["late"] == [late.customer.name]
    assert list(sections(page)) == sorted(sections(page), key=["late", "soon", "today", "tomorrow", "later"].index)
    assert soon.customer.name in [name for names in sections(page).values() for name in names]


def test_what_ends_with_a_day_is_owed_on_that_day_and_said_so(firm, held, rep):
    lead = held("克来机电")
    Deadline.objects.open().filter(owner=firm.wang).update(due_at=local("2026-03-03 00:00"))
    page = rep("2026-03-02 10:30").get("/today/")
    assert sections(page) == {"today": [lead.customer.name]}
    assert "今天 24:00" in page.content.decode()
    assert "期限：4 个工作小时" in page.content.decode()
    assert "最近 24:00" in page.content.decode()


def test_a_card_says_who_to_call_and_what_was_said_last(firm, held, rep):
    lead = held("克来机电")
    respond(firm, lead, "2026-03-02 10:10", note="先看同行案例，再谈价格")
    text = rep("2026-03-03 10:30").get("/today/").content.decode()
    assert "先看同行案例" in text
    assert lead.contact.name in text
    assert lead.contact.phone not in text


def test_a_customer_has_one_card_however_much_is_owed(firm, held, rep):
    lead = held("克来机电")
    Deadline.objects.filter(rule="lead.first_answer").update(owner=firm.wang)
    page = rep("2026-03-02 10:30").get("/today/")
    cards = [file for section in page.context["sections"] for file in section.files]
    assert [len(card.items) for card in cards if card.reference == lead.ref] == [2]


def test_my_day_asks_the_database_as_often_for_two_customers_as_for_twenty(firm, held, rep):
    counts = []
    for number in (2, 18):
        for n in range(number):
            respond(firm, held(f"公司{number}-{n}"), "2026-03-02 10:10")
        client = rep("2026-03-03 10:30")
        client.get("/today/")
        with CaptureQueriesContext(connection) as captured:
            page = client.get("/today/")
        counts.append(len(captured))
    assert sum(len(section.files) for section in page.context["sections"]) == 20
    assert counts[0] == counts[1]
    assert counts[0] <= 16
    assert len(page.content) < 100_000


def test_working_through_the_day_goes_from_card_to_card_and_ends(firm, held, rep):
    first, second = held("甲公司", at="2026-03-02 09:50"), held("乙公司", at="2026-03-02 09:55")
    client = rep("2026-03-02 11:00")
    page = client.get("/today/next/", follow=True)
    assert page.context["lead"] == first
    back = page.context["back"]
    values = {"once": new_token(), "back": back, "result": "no_answer", "next": "sop"}
    page = client.post(f"/leads/{first.pk}/follow-up/", values, follow=True)
    assert page.context["lead"] == second
    page = client.get(page.context["skip"], follow=True)
    assert page.request["PATH_INFO"] == "/today/"


def test_a_form_opened_in_a_card_comes_alone_and_keeps_what_was_typed(firm, held, rep):
    lead = held("克来机电")
    client, url = rep("2026-03-02 11:00"), f"/leads/{lead.pk}/follow-up/"
    alone = client.get(url, {"back": "/today/"}, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in alone
    values = {"once": new_token(), "back": "/today/", "result": "progress", "note": "客户想换系统"}
    answer = client.post(url, values, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert "客户想换系统" in answer.content.decode()
    values |= {"need": "替换", "intent": "high"}
    answer = client.post(url, values, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, "/today/")
    assert FollowUp.objects.get().progress is True


@pytest.mark.parametrize("back", ["https://example.com/", "//example.com", "javascript:alert(1)"])
def test_nobody_is_sent_to_another_site(firm, held, rep, back):
    lead = held("克来机电")
    values = {"once": new_token(), "back": back, "result": "no_answer"}
    answer = rep("2026-03-02 11:00").post(f"/leads/{lead.pk}/follow-up/", values)
    assert answer.headers["Location"] == f"/leads/{lead.pk}/"


def test_a_short_word_on_progress_is_asked_about_once(firm, held, rep):
    lead = held("克来机电")
    client, url = rep("2026-03-02 11:00"), f"/leads/{lead.pk}/follow-up/"
    values = {"result": "progress", "note": "好", "need": "替换", "intent": "high"} | {"note": "谈妥"}
    page = client.post(url, values | {"once": new_token()})
    assert page.status_code == 422
    asked = re.search(r'name="asked" value="(\w+)"', page.content.decode())[1]
    assert client.post(url, values | {"once": new_token(), "asked": asked}).status_code == 302


def test_a_message_without_a_reply_is_no_first_response(firm, held, rep):
    lead = held("克来机电")
    values = {"once": new_token(), "result": "message", "unanswered": "on"}
    rep("2026-03-02 11:00").post(f"/leads/{lead.pk}/follow-up/", values)
    assert Lead.objects.get().responded_at is None
    assert FollowUp.objects.get().reached is False


def test_tomorrow_and_monday_are_offered_as_far_as_the_owner_may_choose(firm, held, rep):
    lead = held("克来机电")
    page = rep("2026-03-02 11:00").get(f"/leads/{lead.pk}/follow-up/")
    offered = [value for value, _label in page.context["follow_up_form"].fields["next"].choices]
    assert offered == ["tomorrow", "sop", "own"]


def test_what_was_done_today_and_what_has_no_next_step_is_shown(firm, held, rep):
    lead = held("克来机电")
    respond(firm, lead, "2026-03-02 10:10")
    client = rep("2026-03-02 11:00")
    page = client.get("/today/")
    assert [done.title for done in page.context["done"]] == ["克来机电"]
    assert page.context["notes"] == []
    Deadline.objects.filter(owner=firm.wang).update(owner=firm.min)
    page = client.get("/today/")
    assert [note.count for note in page.context["notes"]] == [1]
    assert "克来机电" in client.get(page.context["notes"][0].url).content.decode()


def test_a_leader_finds_what_is_late_in_the_list(firm, held, client, time_machine):
    held("晚了", at="2026-03-02 09:50"), respond(firm, held("准时"), "2026-03-02 10:10")
    run_sweep("2026-03-02 15:30")
    time_machine.move_to(local("2026-03-02 15:30"), tick=False)
    client.force_login(firm.li)
    text = client.get("/leads/?view=late").content.decode()
    assert "晚了" in text
    assert "准时" not in text


def test_a_lead_is_accepted_from_its_card(graded, rep):
    lead = graded("09:30", "10:00", grade="A")
    client = rep("2026-03-02 10:30")
    assert f"/leads/{lead.pk}/acceptance/" in client.get("/today/").content.decode()
    answer = client.post(f"/leads/{lead.pk}/acceptance/", {"once": new_token(), "back": "/today/"})
    assert answer.headers["Location"] == "/today/"
    assert Lead.objects.get().status == "active"
