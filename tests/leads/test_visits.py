"""Visits (sop.md: visit.confirm, visit.record). Monday 2026-03-02 is a plain working day, office hours 09:00-18:00."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from leads.actions import (
    Refused,
    cancel_appointment,
    confirm_visit,
    log_follow_up,
    move_appointment,
    plan_appointment,
    prepare_visit,
    record_visit,
    return_to_pool,
    undo_follow_up,
)
from leads.actions.writing import send_letters, write_to
from leads.models import Appointment, Letter, Preparation, Promise, VisitRecord
from salesops.notices.models import Notice
from salesops.sop.models import Deadline
from salesops.web.forms.once import new_token
from tests.sop.world import local, run_sweep, shown

pytestmark = pytest.mark.django_db
RECORD = {
    "others": "",
    "place": "上海市松江区",
    "purpose": "看现场",
    "content": "看了产线，谈了节拍",
    "needs": "两台样机",
    "signs": "主动问交期",
    "objections": "",
    "summary": "下周出方案",
    "next_plan": "出方案",
}


def planned(firm, lead, since="2026-03-04 14:00", until="2026-03-04 15:00", **values):
    when = {"starts_at": local(since), "ends_at": local(until)}
    return plan_appointment(lead, way="visit", **when, **values, by=firm.wang, at=local("2026-03-02 10:00"))


def duty(rule, **filters):
    return Deadline.objects.get(rule=rule, **filters)


def recorded(firm, visit, at, **also):
    values = RECORD | {"contact": visit.lead.contact, "began_at": visit.starts_at, "ended_at": visit.ends_at}
    return record_visit(visit, values=values, intent="high", by=firm.wang, at=local(at), **also)


@pytest.mark.parametrize("day", ["2026-03-08", "2026-03-09"])
def test_a_visit_can_be_planned_on_a_free_day_for_that_day_or_the_next(firm, lead, day):
    when = {"starts_at": local(f"{day} 10:00"), "ends_at": local(f"{day} 11:00")}
    visit = plan_appointment(lead, way="visit", **when, by=firm.wang, at=local("2026-03-08 08:00"))
    assert duty("visit.confirm").due_at <= visit.starts_at


def test_a_visit_is_confirmed_by_the_close_of_the_working_day_before(firm, lead):
    visit = planned(firm, lead)
    assert shown(duty("visit.confirm").due_at) == "Tue 03-03 18:00"
    confirm_visit(visit, place="松江", route="地铁九号线", by=firm.wang, at=local("2026-03-03 17:00"))
    assert duty("visit.confirm").counted == "in_time"


def test_a_visit_that_moves_after_it_was_confirmed_is_confirmed_anew(firm, lead):
    visit = planned(firm, lead)
    confirm_visit(visit, place="松江", route="", by=firm.wang, at=local("2026-03-02 11:00"))
    times = {"starts_at": local("2026-03-06 14:00"), "ends_at": local("2026-03-06 15:00")}
    move_appointment(visit, **times, by=firm.wang, at=local("2026-03-03 09:00"))
    assert shown(Deadline.objects.open().get(rule="visit.confirm").due_at) == "Thu 03-05 18:00"
    assert shown(duty("visit.record").due_at) == "Fri 03-06 18:00"
    cancel_appointment(visit, by=firm.wang, at=local("2026-03-03 10:00"))
    assert not Deadline.objects.open().filter(subject=f"appointment:{visit.pk}").exists()


@pytest.mark.parametrize(
    ("since", "until", "due"),
    [
        ("2026-03-04 14:00", "2026-03-04 15:30", "Wed 03-04 18:00"),
        ("2026-03-04 14:00", "2026-03-04 16:30", "Thu 03-05 10:00"),
        ("2026-03-06 19:00", "2026-03-06 20:00", "Mon 03-09 10:00"),
    ],
)
def test_a_visit_is_recorded_the_same_day_and_a_late_one_the_next_morning(firm, lead, since, until, due):
    planned(firm, lead, since, until)
    assert shown(duty("visit.record").due_at) == due
    assert not Deadline.objects.filter(rule="follow_up.record").exists()


def test_a_visit_that_is_not_recorded_is_told_and_recording_it_later_counts_as_late(firm, lead):
    visit = planned(firm, lead)
    run_sweep("2026-03-04 18:01")
    assert Notice.objects.filter(person=firm.zhao, values__rule="visit.record").exists()
    recorded(firm, visit, "2026-03-05 09:00")
    assert duty("visit.record").counted == "late"


def test_the_record_is_a_follow_up_with_its_promises(firm, lead):
    visit = planned(firm, lead)
    made = recorded(firm, visit, "2026-03-04 15:30", promises=[("发方案", date(2026, 3, 9))])
    lead.refresh_from_db()
    assert lead.responded_at == local("2026-03-04 15:30")
    assert (made.follow_up.way, made.follow_up.note) == ("visit", "下周出方案")
    assert Promise.objects.get().follow_up == made.follow_up
    assert shown(duty("promise.keep").due_at) == "Mon 03-09 18:00"
    assert duty("visit.confirm").ending in ("void", "missed")
    with pytest.raises(Refused):
        recorded(firm, visit, "2026-03-04 15:31")


def test_a_visit_that_nobody_had_planned_owes_its_record_too(firm, lead):
    values = {"way": "visit", "reached": True, "note": "顺路拜访", "need": "样机", "intent": "high"}
    log_follow_up(lead, by=firm.wang, at=local("2026-03-02 11:00"), **values)
    visit = Appointment.objects.get()
    assert (visit.state, shown(duty("visit.record").due_at)) == ("held", "Mon 03-02 18:00")
    assert not Deadline.objects.filter(rule="follow_up.record").exists()
    recorded(firm, visit, "2026-03-02 12:00")
    assert duty("visit.record").counted == "in_time"
    assert lead.follow_ups.count() == 1


def test_a_talk_that_is_taken_back_is_planned_again_and_a_chance_visit_never_was(firm, lead):
    times = {"starts_at": local("2026-03-02 10:30"), "ends_at": local("2026-03-02 10:50")}
    call = plan_appointment(lead, way="call", **times, by=firm.wang, at=local("2026-03-02 10:00"))
    values = {"way": "call", "reached": True, "note": "谈了样机", "need": "样机", "intent": "high", "appointment": call}
    talk = log_follow_up(lead, by=firm.wang, at=local("2026-03-02 11:00"), **values)
    undo_follow_up(talk, by=firm.wang, at=local("2026-03-02 11:01"))
    call.refresh_from_db()
    assert (call.state, Deadline.objects.open().filter(rule="follow_up.record").count()) == ("planned", 1)
    values |= {"way": "visit", "appointment": None}
    talk = log_follow_up(lead, by=firm.wang, at=local("2026-03-02 11:10"), **values)
    undo_follow_up(talk, by=firm.wang, at=local("2026-03-02 11:11"))
    assert list(Appointment.objects.all()) == [call]
    assert not Deadline.objects.open().filter(rule="visit.record").exists()


def test_a_talk_whose_visit_is_recorded_is_not_taken_back_with_its_record(firm, lead):
    made = recorded(firm, planned(firm, lead), "2026-03-04 15:30")
    with pytest.raises(Refused):
        undo_follow_up(made.follow_up, by=firm.wang, at=local("2026-03-04 15:31"))
    assert VisitRecord.objects.exists()


def test_from_planning_to_the_record_in_pages(firm, lead, client, time_machine):
    plan = {"starts_at": "2026-03-04T14:00", "minutes": 60, "purpose": "看现场", "place": "松江"}
    url = client.post(f"/leads/{lead.pk}/visits/", {"once": new_token(), **plan}).headers["Location"]
    visit = Appointment.objects.get()
    client.post(f"{url}preparation/", {"once": new_token(), "focus": "节拍", "manual": "on"})
    assert Preparation.objects.get().manual
    confirm = {"place": "松江, 3号楼", "route": "地铁九号线", "confirmed": "on"}
    client.post(f"{url}confirmation/", {"once": new_token(), **confirm})
    calendar = client.get(f"{url}invitation/")
    text = calendar.content.decode().replace("\r\n ", "")
    assert calendar["Content-Type"].startswith("text/calendar")
    assert "DTSTART:20260304T060000Z" in text
    assert "LOCATION:松江\\, 3号楼" in text
    assert max(len(line) for line in calendar.content.split(b"\r\n")) <= 75
    time_machine.move_to(local("2026-03-04 15:10"), tick=False)
    client.force_login(firm.wang)
    values = RECORD | {"contact": lead.contact_id, "intent": "high", "began_at": "2026-03-04T14:00"}
    values |= {"ended_at": "2026-03-04T15:00", "promise_1": "发方案", "promise_1_on": "2026-03-09"}
    values |= {"latitude": "31.03000", "longitude": "121.22000"}
    photo = SimpleUploadedFile("现场.jpg", b"\xff\xd8\xff\xe0")
    incomplete = client.post(f"{url}record/", {"once": new_token(), **values, "summary": ""})
    assert incomplete.status_code == 422
    client.post(f"{url}record/", {"once": new_token(), **values, "files": [photo]})
    assert VisitRecord.objects.get().visit == visit
    page = client.get(url).content.decode()
    assert all(word in page for word in ("下周出方案", "发方案", "现场.jpg", "31.03000"))


def test_whoever_does_not_tell_where_they_are_can_record_the_visit(firm, lead, client, time_machine):
    visit = planned(firm, lead)
    time_machine.move_to(visit.ends_at + timedelta(minutes=10), tick=False)
    client.force_login(firm.wang)
    times = {
        name: f"{timezone.localtime(at):%Y-%m-%dT%H:%M}"
        for name, at in (("began_at", visit.starts_at), ("ended_at", visit.ends_at))
    }
    values = RECORD | {"contact": lead.contact_id, "intent": "high", "latitude": "", "longitude": "", **times}
    client.post(f"/leads/visits/{visit.pk}/record/", {"once": new_token(), **values})
    assert VisitRecord.objects.get().latitude is None


def test_a_preparation_that_two_write_at_once_stands_side_by_side(firm, lead, client):
    visit = planned(firm, lead)
    url = f"/leads/visits/{visit.pk}/preparation/"
    prepare_visit(visit, values={"focus": "节拍"}, by=firm.wang, at=local("2026-03-02 10:00"))
    seen = client.get(url).context["form"]["seen"].value()
    prepare_visit(visit, values={"focus": "报价", "cases": True}, by=firm.wang, at=local("2026-03-02 10:00"))
    clash = client.post(url, {"once": new_token(), "seen": seen, "focus": "交期"})
    assert (clash.status_code, Preparation.objects.get().focus) == (409, "报价")
    assert "交期" in clash.content.decode()
    assert clash.context["form"].cleaned_data["cases"]


def test_a_record_that_comes_second_is_refused_with_its_words_still_there(firm, lead, client, time_machine):
    visit = planned(firm, lead)
    time_machine.move_to(visit.ends_at + timedelta(minutes=10), tick=False)
    client.force_login(firm.wang)
    url = f"/leads/visits/{visit.pk}/record/"
    recorded(firm, visit, "2026-03-04 15:05")
    values = RECORD | {"contact": lead.contact_id, "intent": "high", "summary": "客户要先看样机"}
    values |= {"began_at": "2026-03-04T14:00", "ended_at": "2026-03-04T15:00"}
    refused = client.post(url, {"once": new_token(), **values})
    assert (refused.status_code, VisitRecord.objects.get().summary) == (422, "下周出方案")
    page = refused.content.decode()
    assert "客户要先看样机" in page
    assert "这次拜访已填过记录" in page
    assert client.get(url).status_code == 302


def test_a_quick_follow_up_by_visit_leads_on_to_the_record(lead, client):
    values = {"result": "visit", "note": "顺路拜访，见到了采购", "need": "样机", "intent": "high"}
    answer = client.post(f"/leads/{lead.pk}/follow-up/", {"once": new_token(), **values})
    assert answer.headers["Location"] == f"/leads/visits/{Appointment.objects.get().pk}/record/"


def test_the_invitation_goes_by_mail_only_to_who_agreed(firm, lead, client, settings):
    settings.MAIL_IS_SET = True
    lead.contact.email = "jiang@example.com"
    lead.contact.save()
    url = f"/leads/visits/{planned(firm, lead).pk}/confirmation/"
    confirm = {"place": "松江", "route": "", "confirmed": "on"}
    client.post(url, {"once": new_token(), **confirm, "mail": "on"})
    assert mail.outbox == []
    assert send_letters(at=local("2026-03-02 10:01")) == 1
    assert send_letters(at=local("2026-03-02 10:02")) == 0
    assert mail.outbox[0].to == ["jiang@example.com"]
    assert "BEGIN:VCALENDAR" in mail.outbox[0].attachments[0][1]
    assert Letter.objects.get().sent_at


def test_an_address_that_nobody_can_write_to_holds_up_no_other_letter(firm, lead, claimed, settings):
    settings.MAIL_IS_SET = True
    other = claimed("09:00", "09:10", "09:30", company="乙公司")
    for each, address in ((lead, "jiang@公司..cn"), (other, "jiang@example.com")):
        each.contact.email = address
        each.contact.save()
        write_to(each, subject="拜访", body="下周二来访", by=firm.wang, at=local("2026-03-02 10:00"))
    assert send_letters(at=local("2026-03-02 10:01")) == 1
    assert [letter.to for letter in mail.outbox] == [["jiang@example.com"]]
    assert Letter.objects.get(sent_at=None).trouble


def test_a_colleague_sees_no_visit_of_a_lead_that_they_do_not_see(firm, lead, client):
    visit = planned(firm, lead)
    client.force_login(firm.min)
    assert client.get(f"/leads/visits/{visit.pk}/").status_code == 404
    client.force_login(firm.li)
    assert client.get(f"/leads/visits/{visit.pk}/").status_code == 200
    assert client.get(f"/leads/visits/{visit.pk}/record/").status_code == 403


def test_whoever_may_claim_a_lead_does_not_read_what_a_visit_came_to(firm, lead, client, time_machine):
    visit = planned(firm, lead)
    recorded(firm, visit, "2026-03-04 16:00")
    time_machine.move_to(local("2026-03-04 17:00"), tick=False)
    client.force_login(firm.wang)
    page = client.get(f"/leads/visits/{visit.pk}/").content.decode()
    assert "看了产线" in page
    assert visit.lead.contact.name in page
    return_to_pool(lead, reason="没有时间", by=firm.wang, at=local("2026-03-04 16:30"))
    client.force_login(firm.min)
    assert client.get(f"/leads/visits/{visit.pk}/").status_code == 403


def test_the_tab_and_the_page_of_a_visit_keep_their_budget(firm, lead, client, django_assert_max_num_queries):
    for n in range(5):
        visit = planned(firm, lead, f"2026-03-04 1{n}:00", f"2026-03-04 1{n}:30")
    recorded(firm, visit, "2026-03-04 15:30", promises=[("发方案", date(2026, 3, 9))])
    client.get("/me/")
    for url in (f"/leads/{lead.pk}/visits/", f"/leads/visits/{visit.pk}/"):
        with django_assert_max_num_queries(12):
            assert client.get(url).status_code == 200
