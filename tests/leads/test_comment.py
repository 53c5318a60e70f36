"""The whole follow-up record, and notes for colleagues."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from leads.actions import log_follow_up, undo_follow_up
from leads.models import Comment, FieldChange, Promise, Question, Sent
from salesops.documents.models import Upload
from salesops.notices.models import Notice
from salesops.sop.models import Deadline
from salesops.web.forms.once import new_token
from tests.sop.world import local

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(firm, lead):
    """The same after a first talk at 09:30."""
    values = {"way": "call", "reached": True, "note": "谈了需求", "need": "替换", "intent": "high"}
    log_follow_up(lead, by=firm.wang, at=local("2026-03-02 09:30"), **values)
    lead.refresh_from_db()
    return lead


def test_one_form_logs_the_talk_and_all_that_it_brought(firm, lead, client):
    values = {
        "result": "progress",
        "note": "对方要两台样机",
        "feedback": "对交期满意",
        "objection": "价格高",
        "objection_answer": "可以分期",
        "next_step": "寄样机",
        "intent_now": "medium",
        "need_now": "两台样机",
        "contact_title": "采购总监",
        "promise": "寄样机",
        "promise_on": "2026-03-05",
        "question": "支持国产数据库吗",
        "sent": "样本册",
        "files": [SimpleUploadedFile("需求.txt", "两台".encode())],
    }
    client.post(f"/leads/{lead.pk}/follow-up/", {"once": new_token(), **values})
    talk = lead.follow_ups.first()
    assert (talk.feedback, talk.objection_answer, talk.intent) == ("对交期满意", "可以分期", "medium")
    lead.refresh_from_db()
    assert (lead.need, lead.contact.title) == ("两台样机", "采购总监")
    assert {(row.field, row.before) for row in FieldChange.objects.all()} >= {("need", "替换")}
    assert [model.objects.get().follow_up for model in (Promise, Question, Sent)] == [talk] * 3
    assert Upload.objects.get().about == f"follow_up:{talk.pk}"
    page = client.get(f"/leads/{lead.pk}/").content.decode()
    assert all(word in page for word in ("对交期满意", "可以分期", "需求.txt", "支持国产数据库吗"))
    assert "样本册" in client.get(f"/leads/{lead.pk}/follow-up/").content.decode()
    undo_follow_up(talk, by=firm.wang, at=local("2026-03-02 10:01"))
    assert [model.objects.get().dropped for model in (Promise, Question, Sent)] == [True] * 3
    assert not Deadline.objects.open().filter(rule__in=["promise.keep", "question.answer", "promise.nudge"]).exists()
    assert Upload.objects.get().about == lead.ref


def test_a_number_that_belongs_to_another_contact_saves_nothing(firm, lead, client, arriving):
    arriving("2026-03-02 09:40", company="乙", phone="13812345678")
    values = {"result": "progress", "note": "换了电话号码", "contact_phone": "13812345678"}
    answer = client.post(f"/leads/{lead.pk}/follow-up/", {"once": new_token(), **values})
    assert answer.status_code == 422
    assert lead.follow_ups.count() == 1


def test_a_promise_without_a_day_is_asked_for_it(lead, client):
    values = {"result": "progress", "note": "对方要两台样机", "promise": "寄样机"}
    answer = client.post(f"/leads/{lead.pk}/follow-up/", {"once": new_token(), **values})
    assert answer.status_code == 422
    assert lead.follow_ups.count() == 1


def test_colleagues_are_told_of_notes_and_replies_if_they_see_the_lead(firm, lead, client):
    url = f"/leads/{lead.pk}/comment/"
    client.post(url, {"once": new_token(), "text": "请看一下价格", "mentioned": [firm.li.pk]})
    note = Comment.objects.get()
    assert Notice.objects.get(kind="comment.mentioned").person == firm.li
    client.force_login(firm.li)
    client.post(url, {"once": new_token(), "text": "可以让五个点", "reply": note.pk})
    assert Notice.objects.get(kind="comment.replied").person == firm.wang
    assert "可以让五个点" in client.get(f"/leads/{lead.pk}/").content.decode()
    talk = lead.follow_ups.get()
    client.post(url, {"once": new_token(), "text": "跟得好", "about": talk.pk})
    assert Notice.objects.filter(kind="comment.replied", person=firm.wang).count() == 2
    client.post(url, {"once": new_token(), "text": "外人", "mentioned": [firm.lin.pk]})
    assert not Notice.objects.filter(person=firm.lin).exists()
    client.force_login(firm.lin)
    assert client.post(url, {"once": new_token(), "text": "x"}).status_code == 404


def test_detailed_minutes_come_with_files(firm, lead, client):
    values = {"way": "demo", "reached": True, "note": "看了样机"}
    talk = log_follow_up(lead, by=firm.wang, at=local("2026-03-02 09:50"), **values)
    url = f"/leads/follow-ups/{talk.pk}/minutes/"
    seen = client.get(url).context["form"]["seen"].value()
    photo = SimpleUploadedFile("样机.jpg", b"\xff\xd8\xff\xe0")
    client.post(url, {"once": new_token(), "seen": seen, "minutes": "双方确认了交期", "files": [photo]})
    talk.refresh_from_db()
    assert talk.minutes == "双方确认了交期"
    assert Upload.objects.get().about == f"follow_up:{talk.pk}"


def test_no_form_asks_for_income_or_family_and_notes_say_so(lead, client):
    for url in (f"/leads/{lead.pk}/comment/", f"/leads/{lead.pk}/follow-up/"):
        assert "收入" in client.get(url).content.decode()
