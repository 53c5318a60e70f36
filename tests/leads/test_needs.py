"""Needs (sop.md: needs.prepare, needs.report, needs.request), the gates of the stages, and losing a lead."""

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile

from leads import gates
from leads.actions import (
    Refused,
    advance,
    answer_report,
    ask,
    cancel_appointment,
    log_follow_up,
    lose,
    plan_appointment,
    regrade,
    report_needs,
    request_needs,
    write_needs,
)
from leads.models import Appointment, Lead, Needs, NeedsReport, NeedsRequest, Stage, Status
from salesops.notices.models import Notice
from salesops.sop.models import Deadline
from salesops.web.forms.once import new_token
from tests.sop.world import local, run_sweep, shown

pytestmark = pytest.mark.django_db
NEEDS = {
    "pain_points": "停线",
    "goals": "提高节拍",
    "budget_range": "五十万",
    "decision_process": "总经理定",
    "dates": "六月",
}


@pytest.fixture(autouse=True)
def nothing_counted():
    """How often a report was opened."""
    cache.clear()


def talk(firm, lead, at="2026-03-02 11:00", **values):
    values = {"way": "call", "reached": True, "note": "谈了需求", "need": "替换", "intent": "high"} | values
    return log_follow_up(lead, by=firm.wang, at=local(at), **values)


def duty(rule, **filters):
    return Deadline.objects.get(rule=rule, **filters)


def confirmed(firm, lead, at="2026-03-03 10:00"):
    write_needs(lead, values=NEEDS, by=firm.wang, at=local(at))
    report = report_needs(lead, by=firm.wang, at=local(at))
    return answer_report(report, yes=True, name="蒋宇", by=None, at=local(at))


def test_the_list_is_filled_in_before_a_planned_needs_talk(firm, lead):
    when = {"starts_at": local("2026-03-04 14:00"), "ends_at": local("2026-03-04 15:00")}
    planned = plan_appointment(lead, way="call", **when, needs_talk=True, by=firm.wang, at=local("2026-03-02 10:00"))
    assert shown(duty("needs.prepare").due_at) == "Wed 03-04 14:00"
    write_needs(lead, values=NEEDS | {"mode": "online"}, talk=planned, by=firm.wang, at=local("2026-03-04 13:00"))
    assert duty("needs.prepare").counted == "in_time"
    other = plan_appointment(lead, way="call", **when, needs_talk=True, by=firm.wang, at=local("2026-03-02 10:00"))
    cancel_appointment(other, by=firm.wang, at=local("2026-03-02 11:00"))
    assert duty("needs.prepare", subject=f"appointment:{other.pk}").ending == "void"
    talk(firm, lead, "2026-03-04 15:00", appointment=planned)
    assert shown(duty("needs.report").due_at) == "Thu 03-05 18:00"


def test_the_report_is_owed_a_working_day_after_the_needs_talk_and_told_when_it_is_late(firm, lead):
    talk(firm, lead, needs_talk=True)
    assert shown(duty("needs.report").due_at) == "Tue 03-03 18:00"
    run_sweep("2026-03-03 18:01")
    assert Notice.objects.filter(person=firm.zhao, values__rule="needs.report").exists()
    with pytest.raises(Refused):
        report_needs(lead, by=firm.wang, at=local("2026-03-03 18:02"))
    write_needs(lead, values=NEEDS, by=firm.wang, at=local("2026-03-03 18:03"))
    report_needs(lead, by=firm.wang, at=local("2026-03-03 18:05"))
    assert duty("needs.report").counted == "late"


def test_a_talk_about_something_else_owes_no_report(firm, lead):
    talk(firm, lead)
    assert not Deadline.objects.filter(rule="needs.report").exists()


def test_the_customers_yes_opens_the_request_to_the_manager(firm, lead):
    report = confirmed(firm, lead)
    assert (report.answer, shown(duty("needs.request").due_at)) == ("yes", "Wed 03-04 18:00")
    assert Notice.objects.filter(person=firm.wang, kind="needs.confirmed").exists()
    request_needs(lead, text="两台样机", files=[], by=firm.wang, at=local("2026-03-04 10:00"))
    assert duty("needs.request").counted == "in_time"
    assert Notice.objects.filter(person=firm.zhao, kind="needs.requested").exists()


def test_a_change_after_the_yes_is_sent_anew_and_the_gate_is_shut_until_it_is_confirmed(firm, lead):
    talk(firm, lead)
    confirmed(firm, lead)
    write_needs(lead, values=NEEDS | {"goals": "三条线"}, by=firm.wang, at=local("2026-03-04 10:00"))
    assert shown(Deadline.objects.open().get(rule="needs.report").due_at) == "Thu 03-05 18:00"
    with pytest.raises(Refused):
        request_needs(lead, text="x", files=[], by=firm.wang, at=local("2026-03-04 11:00"))
    again = report_needs(lead, by=firm.wang, at=local("2026-03-04 12:00"))
    assert again.version == 2
    with pytest.raises(Refused):
        answer_report(lead.needs_reports.last(), yes=True, by=None, at=local("2026-03-04 13:00"))


def test_no_stage_is_left_before_its_gate_has_everything(firm, lead):
    at = local("2026-03-02 10:30")
    assert len(gates.missing(lead)) == 1
    with pytest.raises(Refused):
        advance(lead, by=firm.wang, at=at)
    talk(firm, lead)
    assert advance(lead, by=firm.wang, at=local("2026-03-02 11:30")).stage == Stage.NEEDS
    lead.refresh_from_db()
    assert len(gates.missing(lead)) == 2
    with pytest.raises(Refused):
        advance(lead, by=firm.wang, at=local("2026-03-02 11:31"))
    confirmed(firm, lead)
    assert len(gates.missing(lead)) == 1
    request_needs(lead, text="两台样机", files=[], by=firm.wang, at=local("2026-03-04 10:00"))
    assert advance(lead, by=firm.wang, at=local("2026-03-04 10:01")).stage == Stage.PROPOSAL


def test_the_page_of_the_stage_names_what_is_missing_with_links(firm, lead, client):
    page = client.get(f"/leads/{lead.pk}/stage/").content.decode()
    assert f'href="/leads/{lead.pk}/follow-up/"' in page
    assert client.post(f"/leads/{lead.pk}/stage/", {"once": new_token()}).status_code == 422
    talk(firm, lead, "2026-03-02 10:00")
    client.post(f"/leads/{lead.pk}/stage/", {"once": new_token()})
    assert Lead.objects.get().stage == Stage.NEEDS
    assert "需求分析" in client.get(f"/leads/{lead.pk}/").content.decode()


def test_a_lost_lead_owes_nothing_any_more(firm, lead, client):
    talk(firm, lead, needs_talk=True)
    when = {"starts_at": local("2026-03-04 14:00"), "ends_at": local("2026-03-04 15:00")}
    plan_appointment(lead, way="visit", **when, by=firm.wang, at=local("2026-03-02 11:00"))
    ask(lead, text="交期", by=firm.wang, at=local("2026-03-02 11:00"))
    lose(lead, reason="price", text="贵了两成", by=firm.wang, at=local("2026-03-02 12:00"))
    lead.refresh_from_db()
    assert (lead.status, lead.lost_reason) == (Status.CLOSED, "price")
    assert Appointment.objects.get().state == "cancelled"
    assert not Deadline.objects.open().exclude(rule__in=["lead.notify"]).filter(file=lead.ref).exists()
    with pytest.raises(Refused):
        lose(lead, reason="price", text="x", by=firm.wang, at=local("2026-03-02 12:01"))


def test_losing_needs_a_reason_of_the_list_and_words(lead, client):
    url = f"/leads/{lead.pk}/loss/"
    assert client.post(url, {"once": new_token(), "reason": "bored", "text": "x"}).status_code == 422
    assert client.post(url, {"once": new_token(), "reason": "price", "text": ""}).status_code == 422
    client.post(url, {"once": new_token(), "reason": "price", "text": "贵了两成"})
    assert Lead.objects.get().status == Status.CLOSED


# The customer's own page


@pytest.fixture
def report(firm, lead):
    write_needs(lead, values=NEEDS, by=firm.wang, at=local("2026-03-02 10:00"))
    return report_needs(lead, by=firm.wang, at=local("2026-03-02 10:00"))


def answer(client, report, **values):
    values = {"once": new_token(), "answer": "yes", "name": "蒋宇", "words": ""} | values
    return client.post(f"/leads/answers/{report.token}/", values)


def test_the_customer_reads_and_answers_without_signing_in_once(client, report):
    client.logout()
    page = client.get(f"/leads/answers/{report.token}/")
    assert "停线" in page.content.decode()
    assert page["Referrer-Policy"] == "same-origin"
    assert answer(client, report).status_code == 302
    report.refresh_from_db()
    assert (report.answer, report.answered_by, report.opened_at is not None) == ("yes", "蒋宇", True)
    answer(client, report, answer="no", words="不对")
    report.refresh_from_db()
    assert report.answer == "yes"


def test_a_no_needs_words_and_tells_the_owner(firm, client, report):
    client.logout()
    assert answer(client, report, answer="no").status_code == 422
    answer(client, report, answer="no", words="预算是三十万")
    report.refresh_from_db()
    assert (report.answer, report.words) == ("no", "预算是三十万")
    assert Notice.objects.filter(person=firm.wang, kind="needs.refused").exists()
    assert not Deadline.objects.filter(rule="needs.request").exists()


def test_nobody_guesses_the_page_and_after_a_month_it_answers_nothing(client, report, time_machine):
    client.logout()
    assert client.get("/leads/answers/guessed/").status_code == 404
    time_machine.move_to(local("2026-04-02 10:00"), tick=False)
    answer(client, report)
    report.refresh_from_db()
    assert report.answer == ""


def test_the_page_is_not_opened_endlessly(client, report):
    client.logout()
    statuses = [client.get(f"/leads/answers/{report.token}/").status_code for _n in range(32)]
    assert (statuses[0], statuses[-1]) == (200, 429)


def test_an_older_version_is_not_answered_any_more(firm, lead, client, report):
    newer = report_needs(lead, by=firm.wang, at=local("2026-03-02 10:30"))
    client.logout()
    answer(client, report)
    assert NeedsReport.objects.filter(answer="").count() == 2
    answer(client, newer)
    newer.refresh_from_db()
    assert newer.answer == "yes"


def test_from_the_list_to_the_request_in_pages(firm, lead, client):
    url = f"/leads/{lead.pk}/needs/"
    form = client.get(f"{url}text/").context["form"]
    client.post(f"{url}text/", {"once": new_token(), "seen": form["seen"].value(), **NEEDS, "mode": ""})
    assert Needs.objects.get().goals == "提高节拍"
    client.post(f"{url}report/", {"once": new_token()})
    made = NeedsReport.objects.get()
    assert made.token in client.get(url).content.decode()
    assert "停线" in client.get(f"/leads/needs-reports/{made.pk}/").content.decode()
    paper = SimpleUploadedFile("签字.jpg", b"\xff\xd8\xff\xe0")
    noted = {"once": new_token(), "answer": "yes", "name": "蒋宇", "words": "", "files": [paper]}
    client.post(f"/leads/needs-reports/{made.pk}/answer/", noted)
    client.post(f"{url}request/", {"once": new_token(), "text": "两台样机"})
    assert NeedsRequest.objects.get().report == made


def test_a_list_that_two_write_at_once_stands_side_by_side(firm, lead, client):
    url = f"/leads/{lead.pk}/needs/text/"
    seen = client.get(url).context["form"]["seen"].value()
    write_needs(lead, values={**NEEDS, "goals": "降低成本"}, by=firm.wang, at=local("2026-03-02 10:00"))
    clash = client.post(url, {"once": new_token(), "seen": seen, **NEEDS, "mode": ""})
    assert (clash.status_code, Needs.objects.get().goals) == (409, "降低成本")
    page = clash.content.decode()
    assert "降低成本" in page
    assert "提高节拍" in page


def test_the_request_asks_for_the_signed_document(firm, lead, client, report):
    answer(client, report)
    url = f"/leads/{lead.pk}/needs/request/"
    assert client.post(url, {"once": new_token(), "text": "两台样机"}).status_code == 422
    paper = SimpleUploadedFile("签字.jpg", b"\xff\xd8\xff\xe0")
    client.post(url, {"once": new_token(), "text": "两台样机", "files": [paper]})
    assert NeedsRequest.objects.exists()


def test_the_tab_keeps_its_budget(firm, lead, client, report, django_assert_max_num_queries):
    answer(client, report)
    regrade(lead, grade="A", reason="x", by=firm.wang, at=local("2026-03-02 10:40"))
    client.get("/me/")
    with django_assert_max_num_queries(12):
        assert client.get(f"/leads/{lead.pk}/needs/").status_code == 200
