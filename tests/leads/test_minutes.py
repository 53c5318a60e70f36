"""Detailed minutes that are written twice at the same time."""

import pytest

from tests.browser import axe_violations, shoot
from tests.company import company
from tests.held import answered


@pytest.fixture
def logged():
    """An important talk of 王伟's; and the company."""
    firm = company()
    return firm, answered(firm, way="demo", important=True).follow_ups.get()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("size", ["page", "phone"])
def test_minutes_written_in_two_windows_stand_side_by_side(size, request, live_server, logged, sign_in):
    firm, follow_up = logged
    page = request.getfixturevalue(size)
    sign_in(page, firm.wang)
    url = f"{live_server.url}/leads/follow-ups/{follow_up.pk}/minutes/"
    page.goto(url)
    other = page.context.new_page()
    other.goto(url)
    other.fill("textarea[name=minutes]", "客户要求十二月底前交付，样机定在下周二。")
    other.locator("main button.btn-primary").click()
    other.wait_for_selector("ol.story")
    page.fill("textarea[name=minutes]", "双方确认了交付时间，下周二看样机。\n价格等法务看过再谈。")
    page.locator("main button.btn-primary").click()
    page.wait_for_selector(".two-texts")
    shoot(page, f"conflict-{size}")
    assert axe_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_text("都保留").click()
    page.locator("main button.btn-primary").click()
    page.wait_for_selector("ol.story")
    follow_up.refresh_from_db()
    assert follow_up.minutes.replace("\r", "").split("\n") == [
        "客户要求十二月底前交付，样机定在下周二。",
        "",
        "双方确认了交付时间，下周二看样机。",
        "价格等法务看过再谈。",
    ]
