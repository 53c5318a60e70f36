"""A rep's first minutes with a lead, in a real browser: sign in, accept, log a follow-up, see the next deadline."""

import pytest

from leads.models import FollowUp, Lead, Territory, TerritoryMember
from salesops.sop.models import Deadline
from tests.browser import axe_violations, shoot
from tests.company import PASSWORD, company
from tests.held import graded

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def firm():
    firm = company(password=PASSWORD)
    firm.shanghai = Territory.objects.create(name="上海", regions=["上海"])
    TerritoryMember.objects.create(territory=firm.shanghai, person=firm.wang)
    return firm


@pytest.fixture
def lead(firm):
    return graded(firm, grade="A")


@pytest.mark.parametrize("size", ["page", "phone"])
def test_sign_in_accept_log_a_follow_up_and_see_the_next_deadline(size, request, live_server, lead):
    page = request.getfixturevalue(size)
    page.goto(f"{live_server.url}/account/login/")
    page.fill("input[name=login]", "wang")
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/today/")
    page.get_by_role("link", name="克来机电").first.click()
    page.get_by_role("button", name="确认接单").click()
    page.wait_for_selector("text=已接单")
    page.get_by_role("link", name="记跟进").click()
    page.get_by_text("接通，有进展").click()
    page.fill("textarea[name=note]", "客户希望替换现有系统")
    page.fill("input[name=need]", "替换旧系统")
    page.locator("input[name=intent][value=high]").check(force=True)
    assert axe_violations(page) == []
    page.get_by_role("button", name="保存跟进").click()
    page.wait_for_selector("text=已保存")
    owed = page.locator(".owed")
    assert "跟进" in owed.inner_text()
    assert FollowUp.objects.get().note == "客户希望替换现有系统"
    assert Deadline.objects.open().get(rule="lead.follow_up").subject == Lead.objects.get().ref
    shoot(page, f"lead-{size}")
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


def test_a_number_shows_in_place_when_it_is_asked_for(page, live_server, lead, firm, sign_in):
    sign_in(page, firm.wang)
    page.goto(f"{live_server.url}/leads/{lead.pk}/")
    assert "13900000000" not in page.content()
    page.get_by_role("button", name="显示").click()
    page.wait_for_selector("text=139 0000 0000")
