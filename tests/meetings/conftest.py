from datetime import date

import pytest

from meetings.actions import ask_help, give_task
from tests.company import company
from tests.sop.world import local


@pytest.fixture
def firm():
    return company()


@pytest.fixture
def given(firm):
    """李娜 gives 王伟 a task on Monday 2026-03-02 at 10:00: `given("2026-03-05", content="报价单")`."""

    def give(day="2026-03-05", *, to=firm.wang, by=firm.li, at="2026-03-02 10:00", **values):
        values = {"content": "给克来机电的报价单"} | values
        return give_task(due_on=date.fromisoformat(day), assignee=to, by=by, at=local(at), **values)

    return give


@pytest.fixture
def asked(firm):
    """王伟 asks 徐涛 for help: `asked("2026-03-02 10:00")`."""

    def ask(at="2026-03-02 10:00", *, by=firm.wang, helper=firm.xu, text="确认接口方案"):
        return ask_help(text=text, helper=helper, by=by, at=local(at))

    return ask
