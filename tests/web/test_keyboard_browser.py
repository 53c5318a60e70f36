"""The day by keyboard alone, and pressing twice (ux.md section 6, 3 and 7)."""

import pytest

from leads.models import FollowUp, PoolRules
from salesops.sop.models import RuleSetting
from salesops.web.models import SavedView
from tests.browser import axe_violations, shoot
from tests.company import company
from tests.held import held

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# Nothing, if the element with the focus stands in the window and what lies over its middle is its own.
SEEN = """async () => {
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    const one = document.activeElement;
    if (!one || one === document.body) return 'no focus';
    const box = one.getBoundingClientRect(), label = one.closest('label');
    if (box.bottom < 0 || box.top > innerHeight) return 'outside: ' + one.outerHTML.slice(0, 80);
    const over = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    const own = !over || one.contains(over) || over.contains(one) || label?.contains(over);
    return own ? '' : 'hidden: ' + one.outerHTML.slice(0, 80);
}"""

READ = ("/today/", "/leads/", "/leads/new/", "/leads/pool/", "/notices/", "/late/", "/sop/", "/sop/lead.follow_up/")


@pytest.fixture
def firm():
    return company()


def test_the_day_is_done_by_keyboard_and_the_focus_is_always_seen(page, live_server, firm, sign_in):
    PoolRules.objects.create(pk=1, daily=200, holding=2000)
    for n in range(12):
        held(firm, f"第{n}公司")
    sign_in(page, firm.wang)
    page.goto(f"{live_server.url}/today/")
    hidden = []
    for _n in range(60):
        page.keyboard.press("Tab")
        hidden.append(page.evaluate(SEEN))
    assert [what for what in hidden if what] == []
    page.keyboard.press("j")
    page.keyboard.press("f")
    page.wait_for_selector(".panel input:focus")
    page.keyboard.press("1")
    page.locator("textarea[name=note]").focus()
    page.keyboard.type("客户想先看案例再谈")
    page.locator("input[name=need]").focus()
    page.keyboard.type("替换旧系统")
    page.locator("input[name=intent][value=high]").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("text=已保存")
    assert FollowUp.objects.count() == 1
    assert page.evaluate(SEEN) == ""
    page.keyboard.press("g")
    page.keyboard.press("l")
    page.wait_for_url("**/leads/**")
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.evaluate(SEEN) == ""
    page.keyboard.press("Enter")
    page.wait_for_selector("#story")


def wide(page, url, width, *paths) -> list[str]:
    """The pages that scroll sideways in that width, with letters of the usual size and 130 % of it."""
    found = []
    for path in paths:
        page.goto(url + path)
        for letters in ("100%", "130%"):
            page.evaluate("letters => { document.documentElement.style.fontSize = letters }", letters)
            if page.evaluate("document.documentElement.scrollWidth") > width:
                found.append(f"{path} {letters}")
    return found


@pytest.mark.parametrize("zoomed", [(683, 384), (360, 740)], ids=["200-percent", "phone"])
def test_the_views_of_the_list_fit_and_a_view_pressed_twice_is_saved_once(zoomed, page, live_server, firm, sign_in):
    lead = held(firm, "克来机电")
    sign_in(page, firm.li)
    page.set_viewport_size({"width": zoomed[0], "height": zoomed[1]})
    assert wide(page, live_server.url, zoomed[0], *READ, f"/leads/{lead.pk}/") == []
    page.goto(f"{live_server.url}/leads/?view=team&region=上海")
    page.get_by_text("存为视图").click()
    assert axe_violations(page) == []
    shoot(page, f"saved-view-{zoomed[0]}")
    assert page.evaluate("document.documentElement.scrollWidth") <= zoomed[0]
    page.locator(".save-view button").dblclick()
    page.wait_for_selector("text=已存为")
    assert SavedView.objects.count() == 1


def test_a_step_is_added_to_a_rule_with_its_example_beside_it(page, live_server, firm, sign_in):
    sign_in(page, firm.he)
    page.goto(f"{live_server.url}/sop/lead.first_response/change/")
    page.locator(".new-step summary").click()
    page.locator("input[name=new-on]").check()
    page.locator("select[name=new-kind]").select_option("tell")
    page.locator("select[name=new-at]").select_option("after")
    page.locator("input[name=new-tell]").first.check()
    page.fill("input[name=reason]", "旺季")
    page.wait_for_timeout(600)
    assert axe_violations(page) == []
    shoot(page, "rule-new-step")
    page.get_by_role("button", name="预览").click()
    page.get_by_role("button", name="保存").dblclick()
    page.wait_for_url("**/sop/lead.first_response/")
    assert RuleSetting.objects.count() == 1
