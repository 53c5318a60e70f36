"""The nurture pool: lead.nurture, consents, mails to many, leaving by one click, and the way back to routing."""

from urllib.parse import urlsplit

import pytest
from django.test import Client

from leads.actions import (
    Refused,
    close,
    end_consent,
    note_consent,
    note_interest,
    put_to_nurture,
    regrade,
    save_piece,
    send_mailing,
)
from leads.actions.nurturing import AT_ONCE
from leads.actions.writing import send_letters
from leads.letters import body
from leads.models import Case, Consent, Contact, Lead, Letter, Mailing, Status
from leads.models.nurture import nurtured
from salesops.events.models import Event
from salesops.notices.models import Notice
from salesops.sop.models import Deadline
from salesops.web.forms.once import new_token
from tests.sop.world import local, run_sweep, shown

pytestmark = pytest.mark.django_db
NOW = local("2026-03-02 10:00")


@pytest.fixture(autouse=True)
def morning(time_machine, settings):
    settings.MAIL_IS_SET = True
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def pooled(graded):
    """A C lead in the nurture pool since 09:30: `pooled(company="远大控股", email="a@b.cn")`."""

    def pool(**values):
        return graded("09:00", "09:30", grade="C", **values)

    return pool


@pytest.fixture
def case(firm):
    values = {"title": "三个月上线", "customer": "星河科技", "outcome": "success", "for_customers": True}
    values |= {"done": "先做试点", "why": "试点有数据", "lesson": "先试点再签约"}
    return save_piece(Case(), values=values, by=firm.zhao, at=local("2026-03-02 09:00"))


@pytest.fixture
def agreed(firm, pooled):
    """A nurtured lead whose contact has agreed to get mail."""

    def agree(**values):
        lead = pooled(**{"email": "jiang@kelai.cn"} | values)
        note_consent(lead.contact, how="call", given_on=NOW.date(), by=firm.zhou, at=local("2026-03-02 09:40"))
        return lead

    return agree


@pytest.fixture
def send(firm, case):
    """Sends the case to whoever may be written to: `send("2026-03-02 10:00")`."""

    def send(at="2026-03-02 10:00"):
        def compose(mailing, lead):
            return body("您好", mailing, lead)

        return send_mailing(case, subject="同行案例", text="您好", compose=compose, by=firm.zhou, at=local(at))

    return send


def rows(lead):
    found = Deadline.objects.filter(rule="lead.nurture", file=lead.ref).order_by("id")
    return [(row.ending, shown(row.due_at)) for row in found]


# lead.nurture


def test_a_lead_that_comes_into_the_nurture_pool_gets_something_within_30_days(firm, pooled):
    lead = pooled()
    assert (lead.status, rows(lead)) == (Status.NURTURE, [("", "Wed 04-01 18:00")])
    assert Deadline.objects.get(rule="lead.nurture").desk == "so"


def test_a_mail_meets_it_and_opens_the_next(firm, agreed, send):
    lead = agreed()
    send("2026-03-20 10:00")
    assert rows(lead) == [("met", "Wed 04-01 18:00"), ("", "Mon 04-20 18:00")]


def test_sales_operations_is_reminded_three_working_days_before_and_told_when_it_is_late(firm, pooled):
    pooled()
    run_sweep("2026-03-27 08:59")
    assert not Notice.objects.filter(key__contains=".remind").exists()
    run_sweep("2026-03-27 09:01")
    assert Notice.objects.filter(key__contains=".remind").exists()
    run_sweep("2026-04-01 18:01")
    assert Notice.objects.filter(key__contains=".late").exists()


def test_a_mail_after_the_due_time_meets_it_late(firm, agreed, send):
    lead = agreed()
    run_sweep("2026-04-01 18:01")
    send("2026-04-03 10:00")
    first = Deadline.objects.filter(rule="lead.nurture", file=lead.ref).order_by("id")[0]
    assert (first.ending, first.counted, first.met_at) == ("met", "late", local("2026-04-03 10:00"))


def test_a_month_without_a_mail_ends_missed_and_the_next_is_due(firm, pooled):
    lead = pooled()
    run_sweep("2026-04-01 18:01")
    run_sweep("2026-05-07 10:00")
    assert [ending for ending, _due in rows(lead)] == ["missed", ""]


def test_an_upgrade_makes_it_void_and_routes_the_lead(firm, pooled):
    lead = pooled(region="上海")
    regrade(lead, grade="A", reason="有预算了", by=firm.zhou, at=local("2026-03-03 10:00"))
    lead.refresh_from_db()
    assert (lead.status, lead.owner is not None) == (Status.ASSIGNED, True)
    assert rows(lead) == [("void", "Wed 04-01 18:00")]


def test_closing_the_lead_makes_it_void(firm, pooled):
    lead = pooled()
    close(lead, reason="停产", by=firm.zhou, at=local("2026-03-03 10:00"))
    assert rows(lead) == [("void", "Wed 04-01 18:00")]


# Into the pool


def test_who_holds_a_lead_that_is_not_ready_puts_it_there_with_the_reason(firm, lead, client):
    answer = client.post(f"/leads/{lead.pk}/nurturing/", {"reason": "明年才有预算", "once": new_token()})
    assert answer.status_code == 302
    lead.refresh_from_db()
    assert (lead.status, lead.grade, lead.owner) == (Status.NURTURE, "C", None)
    assert lead.grade_changes.get().reason == "明年才有预算"
    assert lead.assignments.get().ended_reason == "明年才有预算"
    assert len(rows(lead)) == 1
    with pytest.raises(Refused):
        put_to_nurture(lead, reason="再一次", by=firm.zhou, at=NOW)


# Consent


def test_a_consent_is_noted_with_when_and_how_once(firm, pooled, client):
    lead = pooled(email="jiang@kelai.cn")
    client.force_login(firm.zhou)
    url = f"/leads/{lead.pk}/consent/"
    assert client.post(url, {"how": "call", "given_on": "2026-03-05", "once": new_token()}).status_code == 302
    assert not Consent.objects.exists()  # a day to come
    client.post(url, {"how": "call", "given_on": "2026-02-27", "once": new_token()})
    consent = Consent.objects.get()
    assert (consent.how, str(consent.given_on), consent.noted_by) == ("call", "2026-02-27", firm.zhou)
    with pytest.raises(Refused):
        note_consent(lead.contact, how="mail", given_on=NOW.date(), by=firm.zhou, at=NOW)
    client.post(url, {"end": "", "once": new_token()})
    consent.refresh_from_db()
    assert (consent.ended_at, consent.ended_by) == (NOW, firm.zhou)
    assert list(Event.objects.filter(name__startswith="consent.").order_by("id").values_list("name", flat=True)) == [
        "consent.given",
        "consent.ended",
    ]


# Mails to many


def test_only_who_agreed_is_written_to_and_everybody_else_is_explained(firm, agreed, pooled, send, case, client):
    writes = agreed(company="甲公司")
    gone = agreed(company="乙公司", email="b@b.cn")
    end_consent(gone.contact, by=None, at=NOW)
    pooled(company="丙公司", email="c@c.cn")
    nothing = pooled(company="丁公司")
    Contact.objects.filter(pk=nothing.contact_id).update(email_index="")
    found = {lead.customer.name: lead.excluded for lead in nurtured(lately=NOW).select_related("customer")}
    assert found == {"甲公司": "", "乙公司": "unsubscribed", "丙公司": "no_consent", "丁公司": "no_address"}
    mailing = send()
    assert mailing.count == 1
    assert [letter.lead for letter in Letter.objects.all()] == [writes]
    assert Event.objects.get(name="nurture.sent").refs["lead"] == writes.pk
    client.force_login(firm.zhou)
    story = client.get(f"/leads/{writes.pk}/").content.decode()
    assert "已邮件发送案例" in story
    with pytest.raises(Refused):
        send("2026-03-03 10:00")  # the same contact within a week
    assert send("2026-03-10 10:00").count == 1


def test_one_contact_of_two_leads_gets_one_mail(firm, agreed, send):
    lead = agreed()
    other = Lead.objects.get(pk=lead.pk)
    other.pk = None
    other.save(force_insert=True)
    assert send().count == 1


def test_the_page_shows_count_and_preview_before_it_sends(firm, agreed, pooled, case, client):
    agreed(company="甲公司")
    pooled(company="丙公司")
    client.force_login(firm.zhou)
    said = {"case": case.pk, "subject": "同行案例", "text": "{联系人}您好，给{公司}：{案例}"}
    page = client.post("/leads/nurture/mailing/", said | {"preview": "", "once": new_token()})
    assert (page.status_code, page.context["counts"]["may"], page.context["preview"]["text"]) == (
        200,
        1,
        "蒋宇您好，给甲公司：三个月上线\n先做试点\n先试点再签约",
    )
    assert not Letter.objects.exists()
    form = said | {"send": "", "once": new_token()}
    assert client.post("/leads/nurture/mailing/", form).url == "/leads/nurture/"
    client.post("/leads/nurture/mailing/", form)
    assert Mailing.objects.get().count == 1
    assert Letter.objects.get().body.startswith("蒋宇您好，给甲公司：三个月上线")


def test_a_case_that_must_not_go_to_customers_is_not_sent(firm, agreed, case, send):
    agreed()
    save_piece(case, values={"for_customers": False}, by=firm.zhao, at=NOW)
    case.refresh_from_db()
    with pytest.raises(Refused):
        send_mailing(case, subject="案例", text="", compose=lambda *_of: "", by=firm.zhou, at=NOW)
    assert not Letter.objects.exists()


def test_nothing_is_sent_where_mail_is_not_set_up(firm, agreed, case, client, settings):
    agreed()
    settings.MAIL_IS_SET = False
    client.force_login(firm.zhou)
    said = {"case": case.pk, "subject": "同行案例", "text": "您好", "send": "", "once": new_token()}
    assert client.post("/leads/nurture/mailing/", said).status_code == 200
    assert not Letter.objects.exists()


# The contact's own page


@pytest.fixture
def mail(agreed, send, mailoutbox):
    """A mail that was sent to a contact who agreed, and the path of its page."""
    agreed()
    send()
    send_letters(at=NOW)
    (mail,) = mailoutbox
    mail.page = urlsplit(mail.extra_headers["List-Unsubscribe"].strip("<>")).path
    return mail


def test_a_mail_can_be_left_by_one_click_in_the_mail_program(mail):
    assert mail.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail.page in mail.body
    answer = Client(enforce_csrf_checks=True).post(mail.page, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    consent = Consent.objects.get()
    assert (consent.ended_at, consent.ended_by) == (NOW, None)
    assert Client().post(mail.page, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert Event.objects.filter(name="consent.ended").count() == 1


def test_opening_the_page_does_nothing_and_a_forged_one_is_not_there(mail, agreed):
    page = Client().get(mail.page)
    assert (page.status_code, page["X-Robots-Tag"]) == (200, "noindex")
    assert Client().post(mail.page, {}).status_code == 200
    assert Consent.objects.get().ended_at is None
    assert Client().get(mail.page[:-3] + "xx/").status_code == 404
    assert Client().get("/leads/mail/x/").status_code == 404


def test_the_number_and_the_address_of_a_contact_are_in_no_page_of_theirs(mail):
    contact = Contact.objects.get()
    assert contact.email not in mail.page
    page = Client().get(mail.page).content.decode()
    assert contact.phone not in page
    assert contact.email not in page


def test_what_waits_is_not_sent_to_who_has_left(firm, agreed, send, mailoutbox):
    lead = agreed()
    send()
    end_consent(lead.contact, by=None, at=NOW)
    assert send_letters(at=NOW) == 0
    assert mailoutbox == []
    letter = Letter.objects.get()
    assert (letter.next_at, letter.trouble) == (None, "unsubscribed")


def test_a_letter_to_one_carries_no_such_headers(firm, agreed, mailoutbox):
    from leads.actions.writing import write_to

    write_to(agreed(), subject="邀请", body="您好", by=firm.zhou, at=NOW)
    send_letters(at=NOW)
    assert mailoutbox[0].extra_headers == {}


def test_interest_brings_the_lead_back_to_routing_once(firm, mail, time_machine):
    time_machine.move_to(local("2026-03-04 10:00"), tick=False)
    assert Client().post(mail.page, {"interested": "1"}).status_code == 200
    lead = Lead.objects.get()
    assert (lead.status, lead.grade) == (Status.POOL, "B")
    assert "同行案例" in lead.grade_changes.get().reason
    assert rows(lead)[-1][0] == "void"
    assert note_interest(lead, Mailing.objects.get(), at=local("2026-03-04 10:01")) is False
    assert Event.objects.filter(name="nurture.interested").count() == 1


# What it costs


def test_the_pool_and_the_mailing_cost_the_same_for_many(firm, agreed, client, django_assert_max_num_queries):
    client.force_login(firm.zhou)
    for n in range(12):
        agreed(company=f"第{n}厂", email=f"a{n}@b.cn")
    with django_assert_max_num_queries(11):
        assert len(client.get("/leads/nurture/").context["page"].rows) == 12
    with django_assert_max_num_queries(12):
        assert client.get("/leads/nurture/mailing/").context["counts"]["may"] == 12
    assert AT_ONCE >= 12
