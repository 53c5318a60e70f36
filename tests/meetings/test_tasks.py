"""Tasks (sop.md: task.done, task.confirm)."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile

from meetings.actions import Refused, confirm, drop_task, give_task, prove, put_off, send_back
from meetings.models import Task
from salesops.notices.models import Notice
from salesops.people.actions import deactivate
from salesops.sop.models import Deadline
from salesops.web.forms.once import new_token
from tests.sop.world import local, run_sweep, shown

pytestmark = pytest.mark.django_db


def duty(rule="task.done"):
    return Deadline.objects.filter(rule=rule).latest("id")


def told(person, kind):
    return Notice.objects.filter(person=person, kind=kind).exists()


def test_a_task_is_due_at_the_close_of_its_day_and_reminded_a_working_day_and_two_hours_before(firm, given):
    task = given("2026-03-05")
    assert (shown(duty().due_at), duty().owner, duty().title) == ("Thu 03-05 18:00", firm.wang, task.content)
    assert told(firm.wang, "task.given")
    run_sweep("2026-03-04 09:01")
    assert Notice.objects.filter(person=firm.wang, kind="deadline.reminder").count() == 1
    run_sweep("2026-03-05 16:01")
    assert Notice.objects.filter(person=firm.wang, kind="deadline.reminder").count() == 2
    run_sweep("2026-03-05 18:01")
    assert Notice.objects.filter(person=firm.li, kind="deadline.late").count() == 1


def test_the_verdict_takes_the_time_of_the_proof_however_late_it_is_confirmed(firm, given):
    task = prove(given("2026-03-05"), text="已发客户", by=firm.wang, at=local("2026-03-05 17:59"))
    assert shown(duty("task.confirm").due_at) == "Fri 03-06 18:00"
    run_sweep("2026-03-05 18:01")
    assert not told(firm.li, "deadline.late")
    run_sweep("2026-03-06 18:01")
    assert told(firm.li, "deadline.late")  # it is the confirmation that is late
    task = confirm(task, by=firm.li, at=local("2026-03-09 09:00"))
    assert (duty().counted, shown(duty().met_at)) == ("in_time", "Thu 03-05 17:59")
    assert (duty("task.confirm").counted, task.state) == ("late", "done")


def test_a_proof_after_the_day_is_late_also_when_it_is_confirmed_at_once(firm, given):
    task = prove(given("2026-03-05"), text="已发客户", by=firm.wang, at=local("2026-03-06 09:00"))
    confirm(task, by=firm.li, at=local("2026-03-06 09:05"))
    assert (duty().counted, duty().ending) == ("late", "met")


def test_what_is_sent_back_is_owed_again_and_the_wait_is_not_the_assignees(firm, given):
    task = prove(given("2026-03-05"), text="已发客户", by=firm.wang, at=local("2026-03-05 12:00"))
    task = send_back(task, reason="缺含税价", by=firm.li, at=local("2026-03-06 12:00"))
    assert duty("task.confirm").counted == "in_time"
    assert (duty().is_open, shown(duty().due_at), duty().counted) == (True, "Mon 03-09 18:00", "")
    task = prove(task, text="补了含税价", by=firm.wang, at=local("2026-03-09 10:00"))
    confirm(task, by=firm.li, at=local("2026-03-09 11:00"))
    assert duty().counted == "in_time"
    assert Deadline.objects.filter(rule="task.confirm").count() == 2


def test_what_is_sent_back_in_time_keeps_its_day(firm, given):
    task = prove(given("2026-03-05"), text="已发客户", by=firm.wang, at=local("2026-03-03 12:00"))
    send_back(task, reason="缺含税价", by=firm.li, at=local("2026-03-03 13:00"))
    assert shown(duty().due_at) == "Thu 03-05 18:00"


def test_an_own_task_needs_nobodys_confirmation(firm, given):
    task = prove(given(by=firm.wang), text="做完了", by=firm.wang, at=local("2026-03-03 12:00"))
    assert (task.state, duty().counted) == ("done", "in_time")
    assert not Deadline.objects.filter(rule="task.confirm").exists()


def test_a_task_that_will_not_be_done_is_missed_on_its_day_and_carried_over_by_the_clock(firm, given):
    task = given("2026-03-05")
    put_off(task, next_on=date(2026, 3, 9), reason="等客户图纸", by=firm.wang, at=local("2026-03-05 16:30"))
    assert (shown(duty().due_at), told(firm.li, "task.put_off")) == ("Thu 03-05 18:00", True)
    run_sweep("2026-03-05 18:01")
    first, second = Deadline.objects.filter(rule="task.done").order_by("id")
    assert (first.ending, first.counted) == ("missed", "late")
    assert (second.is_open, shown(second.due_at), second.owner) == (True, "Mon 03-09 18:00", firm.wang)
    task.refresh_from_db()
    assert (task.due_on, task.next_on, task.carried) == (date(2026, 3, 9), None, 1)
    run_sweep("2026-03-09 18:01")
    assert Notice.objects.filter(person=firm.li, kind="deadline.late").count() == 2  # who gave it, also then


def test_an_overdue_task_is_carried_over_when_its_next_date_is_said(firm, given):
    task = given("2026-03-05")
    run_sweep("2026-03-06 09:00")
    put_off(task, next_on=date(2026, 3, 10), reason="等客户图纸", by=firm.wang, at=local("2026-03-06 09:30"))
    assert [row.ending for row in Deadline.objects.filter(rule="task.done").order_by("id")] == ["missed", ""]
    assert shown(duty().due_at) == "Tue 03-10 18:00"


def test_who_gave_it_moves_it_while_there_is_time_and_nobody_is_late(firm, given):
    task = given("2026-03-05")
    put_off(task, next_on=date(2026, 3, 10), reason="客户延期", by=firm.li, at=local("2026-03-04 10:00"))
    assert (shown(duty().due_at), duty().counted) == ("Tue 03-10 18:00", "")
    drop_task(task, reason="客户取消", by=firm.li, at=local("2026-03-04 11:00"))
    assert duty().ending == "void"


def test_nothing_is_done_twice_or_by_others(firm, given):
    task = given("2026-03-05")
    at = local("2026-03-03 10:00")
    with pytest.raises(PermissionDenied):
        prove(task, text="做完了", by=firm.min, at=at)
    with pytest.raises(PermissionDenied):
        drop_task(task, reason="不想做", by=firm.wang, at=at)
    with pytest.raises(Refused):
        prove(task, text=" ", by=firm.wang, at=at)
    with pytest.raises(Refused):
        confirm(task, by=firm.li, at=at)
    with pytest.raises(Refused):
        given("2026-03-01")
    with pytest.raises(PermissionDenied):
        give_task(content="帮我写", due_on=date(2026, 3, 5), assignee=firm.min, by=firm.wang, at=at)
    confirm(prove(task, text="做完了", by=firm.wang, at=at), by=firm.li, at=at)
    with pytest.raises(Refused):
        prove(task, text="做完了", by=firm.wang, at=at)


def test_who_answers_for_a_leaver_hands_in_their_tasks(firm, given):
    task = given("2026-03-05", by=firm.zhao)
    deactivate(firm.wang, by=firm.he, at=local("2026-03-03 09:00"))
    assert duty().owner == firm.li
    assert prove(task, text="我来做了", by=firm.li, at=local("2026-03-03 10:00")).state == "proven"


@pytest.fixture
def signed_in(firm, client, time_machine):
    time_machine.move_to(local("2026-03-02 11:00"), tick=False)
    client.force_login(firm.li)
    return client


def test_one_line_gives_a_task_that_is_handed_in_with_a_photo_and_confirmed(firm, signed_in):
    client = signed_in
    answer = client.post("/tasks/", {"once": new_token(), "line": "@王伟 周五 克来机电报价单"}, follow=True)
    assert "王伟" in answer.content.decode()
    task = Task.objects.get()
    assert (task.assignee, task.due_on, task.content) == (firm.wang, date(2026, 3, 6), "克来机电报价单")
    client.force_login(firm.wang)
    assert task.content in client.get("/today/").content.decode()
    photo = SimpleUploadedFile("现场.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 40)
    client.post(f"/tasks/{task.pk}/proof/", {"once": new_token(), "text": "已发", "files": photo})
    client.force_login(firm.li)
    page = client.get(f"/tasks/{task.pk}/").content.decode()
    assert "现场.png" in page
    client.post(f"/tasks/{task.pk}/confirmation/", {"once": new_token()})
    task.refresh_from_db()
    assert task.state == "done"
    assert task.content in client.get("/tasks/?view=archive").content.decode()


def test_a_line_that_names_nobody_of_ones_people_stays_with_what_was_typed(firm, signed_in):
    signed_in.force_login(firm.wang)
    answer = signed_in.post("/tasks/", {"once": new_token(), "line": "@张敏 周五 报价单"})
    assert answer.status_code == 422
    assert "@张敏 周五 报价单" in answer.content.decode()
    assert not Task.objects.exists()


def test_the_lists_cost_the_same_however_long_they_are(firm, given, signed_in, django_assert_max_num_queries):
    for n in range(8):
        given(content=f"第{n}件")
    signed_in.get("/tasks/")
    for page in ("/tasks/?view=given", f"/tasks/{Task.objects.first().pk}/", "/tasks/new/", "/today/"):
        with django_assert_max_num_queries(12):
            signed_in.get(page)
