"""Help that is asked for (sop.md: help.answer)."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from meetings.actions import Refused, answer_help, pass_on, withdraw_help
from meetings.models import HelpItem, Task
from salesops.notices.models import Notice
from salesops.sop.models import Deadline
from salesops.web.forms.once import new_token
from tests.sop.world import local, run_sweep, shown

pytestmark = pytest.mark.django_db


def duty():
    return Deadline.objects.filter(rule="help.answer").latest("id")


@pytest.mark.parametrize(
    ("at", "due"),
    [
        ("2026-03-02 10:00", "Mon 03-02 18:00"),
        ("2026-03-02 16:00", "Mon 03-02 18:00"),
        ("2026-03-02 16:01", "Tue 03-03 18:00"),
    ],
)
def test_help_is_due_at_close_and_near_the_close_on_the_next_working_day(firm, asked, at, due):
    asked(at)
    assert (shown(duty().due_at), duty().owner) == (due, firm.xu)


def test_an_answer_meets_it_and_who_asked_is_told(firm, asked):
    item = asked()
    with pytest.raises(PermissionDenied):
        answer_help(item, answer="可以", by=firm.wang, at=local("2026-03-02 11:00"))
    answer_help(item, answer="用标准接口", by=firm.xu, at=local("2026-03-02 11:00"))
    assert duty().counted == "in_time"
    assert Notice.objects.filter(person=firm.wang, kind="help.answered").exists()
    with pytest.raises(Refused):
        answer_help(item, answer="用标准接口", by=firm.xu, at=local("2026-03-02 11:01"))


def test_passed_on_with_a_date_it_is_a_task_of_whoever_does_it(firm, asked):
    task = pass_on(asked(), to=firm.min, due_on=date(2026, 3, 4), by=firm.xu, at=local("2026-03-02 11:00"))
    assert duty().counted == "in_time"
    assert shown(Deadline.objects.get(rule="task.done", owner=firm.min).due_at) == "Wed 03-04 18:00"
    assert (task.assigner, HelpItem.objects.get().task) == (firm.xu, task)


def test_silence_is_told_to_the_head_and_withdrawing_makes_it_void(firm, asked):
    item = asked()
    run_sweep("2026-03-02 18:01")
    assert Notice.objects.filter(person=firm.zhao, kind="deadline.late", values__rule="help.answer").exists()
    other = asked("2026-03-03 10:00", text="另一件")
    withdraw_help(other, by=firm.wang, at=local("2026-03-03 11:00"))
    assert duty().ending == "void"
    answer_help(item, answer="晚了", by=firm.xu, at=local("2026-03-03 11:00"))
    assert Deadline.objects.get(subject=item.ref).counted == "late"


def test_on_the_page_it_is_asked_for_and_passed_on(firm, client, time_machine):
    time_machine.move_to(local("2026-03-02 11:00"), tick=False)
    client.force_login(firm.wang)
    client.post("/help/new/", {"once": new_token(), "helper": firm.xu.pk, "text": "确认接口方案"})
    item = HelpItem.objects.get()
    assert "确认接口方案" in client.get("/tasks/?view=help").content.decode()
    client.force_login(firm.xu)
    assert f"/help/{item.pk}/" in client.get("/today/").content.decode()
    wrong = {"once": new_token(), "to": firm.xu.pk, "due_on": "2026-03-01"}
    assert client.post(f"/help/{item.pk}/passing/", wrong).status_code == 422
    client.post(f"/help/{item.pk}/passing/", wrong | {"once": new_token(), "due_on": "2026-03-04"})
    assert Task.objects.get().assignee == firm.xu
    client.force_login(firm.lin)
    assert client.get(f"/help/{item.pk}/").status_code == 404
