"""Promises, open questions and sent items (sop.md: promise.keep, question.answer, promise.nudge)."""

from datetime import date

import pytest

from leads import timeline
from leads.actions import (
    Refused,
    ask,
    assign,
    drop,
    end,
    log_follow_up,
    make_promise,
    move_promise,
    send_item,
)
from leads.models import Promise, Question, Sent
from salesops.notices.models import Notice
from salesops.sop.models import Deadline
from salesops.web.forms.once import new_token
from tests.sop.world import local, run_sweep, shown

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(firm, lead):
    """The same after a first talk at 09:30."""
    talk(firm, lead, "2026-03-02 09:30")
    return lead


def talk(firm, lead, at, **values):
    values = {"way": "call", "reached": True, "note": "谈了需求", "need": "替换", "intent": "high"} | values
    return log_follow_up(lead, by=firm.wang, at=local(at), **values)


def promised(firm, lead, day="2026-03-04"):
    return make_promise(
        lead, text="发送报价单", due_on=date.fromisoformat(day), by=firm.wang, at=local("2026-03-02 10:00")
    )


def duty(rule, **filters):
    return Deadline.objects.get(rule=rule, **filters)


def test_a_promise_is_due_at_office_close_of_its_day_and_kept_by_saying_so(firm, lead):
    made = promised(firm, lead)
    assert (shown(duty("promise.keep").due_at), duty("promise.keep").owner) == ("Wed 03-04 18:00", firm.wang)
    end(made, answer="已发邮件", by=firm.wang, at=local("2026-03-04 17:00"))
    assert duty("promise.keep").counted == "in_time"
    texts = [entry.text for entry in timeline.story(lead).entries]
    assert "已兑现：发送报价单" in texts[0]
    with pytest.raises(Refused):
        end(made, by=firm.wang, at=local("2026-03-04 17:01"))


def test_a_promise_for_a_free_day_is_due_on_the_next_working_day(firm, lead):
    promised(firm, lead, "2026-03-07")
    assert shown(duty("promise.keep").due_at) == "Mon 03-09 18:00"


def test_a_promise_that_is_late_is_told_to_the_manager_and_stays_owed(firm, lead):
    made = promised(firm, lead)
    run_sweep("2026-03-04 18:01")
    assert Notice.objects.filter(person=firm.zhao, kind="deadline.late", values__rule="promise.keep").exists()
    with pytest.raises(Refused):
        move_promise(
            made, due_on=date.fromisoformat("2026-03-09"), reason="x", by=firm.wang, at=local("2026-03-05 09:00")
        )
    end(made, by=firm.wang, at=local("2026-03-05 09:00"))
    assert (duty("promise.keep").counted, duty("promise.keep").ending) == ("late", "met")


def test_a_promise_moves_with_its_day_and_is_void_once_it_is_dropped(firm, lead):
    made = promised(firm, lead)
    day = date.fromisoformat("2026-03-06")
    move_promise(made, due_on=day, reason="客户同意", by=firm.wang, at=local("2026-03-03 09:00"))
    assert shown(duty("promise.keep").due_at) == "Fri 03-06 18:00"
    drop(made, reason="客户不要了", by=firm.wang, at=local("2026-03-03 10:00"))
    assert duty("promise.keep").ending == "void"
    assert not any("已兑现" in entry.text for entry in timeline.story(lead).entries)


def test_a_question_is_answered_within_a_working_day_or_when_it_was_promised(firm, lead):
    at = local("2026-03-06 15:00")
    ask(lead, text="支持国产数据库吗", by=firm.wang, at=at)
    assert shown(duty("question.answer").due_at) == "Mon 03-09 15:00"
    early = ask(lead, text="交期多久", promised_at=local("2026-03-06 17:00"), by=firm.wang, at=at)
    assert shown(duty("question.answer", subject=f"question:{early.pk}").due_at) == "Fri 03-06 17:00"
    far = ask(lead, text="可否分期", promised_at=local("2026-03-20 17:00"), by=firm.wang, at=at)
    assert shown(duty("question.answer", subject=f"question:{far.pk}").due_at) == "Mon 03-09 15:00"
    end(early, answer="四周", by=firm.wang, at=local("2026-03-06 16:00"))
    assert duty("question.answer", subject=f"question:{early.pk}").counted == "in_time"
    drop(far, reason="客户不问了", by=firm.wang, at=local("2026-03-06 16:00"))
    assert duty("question.answer", subject=f"question:{far.pk}").ending == "void"


def test_what_is_not_answered_for_three_days_is_asked_about_and_never_judged(firm, lead):
    sent = send_item(lead, text="样本册", by=firm.wang, at=local("2026-03-02 10:00"))
    row = duty("promise.nudge")
    assert shown(row.due_at) == "Thu 03-05 18:00"
    talk(firm, lead, "2026-03-03 10:00")  # about something else: it is too early to ask again
    assert duty("promise.nudge").is_open
    talk(firm, lead, "2026-03-05 11:00")
    assert duty("promise.nudge", opened_by__name="item.sent").ending == "met"
    assert duty("promise.nudge", opened_by__name="item.followed_up").is_open
    assert not Deadline.objects.filter(rule="promise.nudge").exclude(counted="").exists()
    end(sent, by=firm.wang, at=local("2026-03-06 10:00"))
    assert not Deadline.objects.open().filter(rule="promise.nudge").exists()


def test_what_is_owed_goes_with_the_lead_to_its_new_owner(firm, lead):
    promised(firm, lead)
    ask(lead, text="交期多久", by=firm.wang, at=local("2026-03-02 10:00"))
    assign(lead, to=firm.min, by=firm.li, at=local("2026-03-02 11:00"))
    assert {row.owner for row in (Promise.objects.get(), Question.objects.get())} == {firm.min}
    assert Deadline.objects.get(rule="promise.keep", owner=firm.wang).ending == "void"
    assert shown(Deadline.objects.open().get(rule="promise.keep").due_at) == "Wed 03-04 18:00"
    assert Deadline.objects.open().get(rule="question.answer").owner == firm.min


def test_from_the_tab_it_is_noted_and_done_in_one_click(firm, lead, client):
    tab = f"/leads/{lead.pk}/promises/"
    client.post(f"{tab}promise/", {"once": new_token(), "text": "发送报价单", "due_on": "2026-03-04"})
    client.post(f"{tab}question/", {"once": new_token(), "text": "交期多久"})
    client.post(f"{tab}sent/", {"once": new_token(), "text": "样本册"})
    page = client.get(tab).content.decode()
    assert all(text in page for text in ("发送报价单", "交期多久", "样本册"))
    assert "发送报价单" in client.get("/today/").content.decode()
    made = Promise.objects.get()
    assert f"/leads/promises/{made.pk}/" in client.get("/today/").content.decode()
    answer = client.post(f"/leads/promises/{made.pk}/end/", {"once": new_token(), "answer": "已发", "back": tab})
    assert answer.headers["Location"] == tab
    assert duty("promise.keep").ending == "met"
    question = Question.objects.get()
    assert client.post(f"/leads/questions/{question.pk}/end/", {"once": new_token(), "answer": ""}).status_code == 422
    client.post(f"/leads/sent/{Sent.objects.get().pk}/drop/", {"once": new_token(), "reason": "不等了"})
    assert Sent.objects.get().dropped


def test_a_promise_for_yesterday_is_refused_with_what_was_typed(lead, client):
    answer = client.post(
        f"/leads/{lead.pk}/promises/promise/", {"once": new_token(), "text": "发送报价单", "due_on": "2026-03-01"}
    )
    assert answer.status_code == 422
    assert "发送报价单" in answer.content.decode()
    assert not Promise.objects.exists()


def test_colleagues_do_not_end_what_they_do_not_owe(firm, lead, client):
    made = promised(firm, lead)
    client.force_login(firm.li)
    assert client.get(f"/leads/promises/{made.pk}/").status_code == 200
    assert client.post(f"/leads/promises/{made.pk}/end/", {"once": new_token()}).status_code == 403
    client.force_login(firm.lin)
    assert client.get(f"/leads/promises/{made.pk}/").status_code == 404


def test_the_tab_costs_the_same_however_much_is_owed(firm, lead, client, django_assert_max_num_queries):
    for n in range(8):
        make_promise(
            lead, text=f"第{n}件", due_on=date.fromisoformat("2026-03-04"), by=firm.wang, at=local("2026-03-02 10:00")
        )
    client.get("/me/")
    with django_assert_max_num_queries(12):
        client.get(f"/leads/{lead.pk}/promises/")
