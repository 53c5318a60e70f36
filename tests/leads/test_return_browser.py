"""My Day comes back to the front: the list is up to date, nothing that one is in the middle of is lost."""

import pytest
from django.utils import timezone

from salesops.sop.models import Deadline
from tests.company import company
from tests.held import held

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

RETURN = """() => {
    const later = Date.now() + 60000; Date.now = () => later;
    document.dispatchEvent(new Event('visibilitychange'));
}"""


@pytest.fixture
def firm():
    return company()


def test_the_list_comes_up_to_date_around_an_open_panel_with_its_text(page, live_server, firm, sign_in):
    first, second = held(firm, "克来机电"), held(firm, "星河科技")
    sign_in(page, firm.wang)
    page.goto(f"{live_server.url}/today/")
    page.locator(f"#card-lead-{first.pk} .act").click()
    note = page.locator("textarea[name=note]")
    note.fill("价格谈到一半就断了")
    note.focus()
    Deadline.objects.filter(file=second.ref).delete()
    held(firm, "新来公司")
    page.evaluate(RETURN)
    page.wait_for_selector("text=新来公司")
    assert page.locator("text=星河科技").count() == 0
    assert page.locator(f"#card-lead-{first.pk}").count() == 1
    assert note.input_value() == "价格谈到一半就断了"
    assert page.evaluate("document.activeElement.name") == "note"
    page.locator(f"#card-lead-{first.pk}").get_by_text("接通，有进展").click()
    page.fill("input[name=need]", "替换旧系统")
    page.locator("input[name=intent][value=high]").check(force=True)
    page.get_by_role("button", name="保存跟进").click()
    page.wait_for_selector("text=已保存")


def test_a_list_that_cannot_be_loaded_stays_with_its_time_and_a_way_to_try_again(page, live_server, firm, sign_in):
    held(firm, "克来机电")
    sign_in(page, firm.wang)
    page.goto(f"{live_server.url}/today/")
    at = f"{timezone.localtime():%H:%M}"
    page.route("**/today/", lambda route: route.abort())
    page.evaluate(RETURN)
    page.wait_for_selector("#stale:visible")
    assert at[:4] in page.locator("#stale").inner_text()
    assert page.locator("text=克来机电").count()
    page.unroute("**/today/")
    held(firm, "新来公司")
    page.get_by_role("button", name="重试").click()
    page.wait_for_selector("text=新来公司")
    assert page.locator("#stale").is_hidden()
