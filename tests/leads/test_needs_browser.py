"""The customer's own page of a needs report, in a browser that has never been here."""

import pytest

from leads.actions import report_needs, write_needs
from salesops import clock
from tests.company import company
from tests.held import held

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def report():
    firm, now = company(), clock.now()
    lead = held(firm)
    write_needs(lead, values={"pain_points": "停线", "goals": "提高节拍"}, by=firm.wang, at=now)
    return report_needs(lead, by=firm.wang, at=now)


def test_a_customer_without_an_account_confirms_the_report(page, live_server, report):
    page.goto(f"{live_server.url}/leads/answers/{report.token}/")
    page.get_by_label("确认无误").check()
    page.get_by_label("您的姓名").fill("蒋宇")
    page.get_by_role("button", name="提交答复").click()
    page.wait_for_selector("text=感谢您的确认")
    report.refresh_from_db()
    assert report.answer == "yes"
