"""Logging a follow-up in a real browser, with the clock running: few taps, few seconds, and Chinese typing."""

import time

import pytest

from leads.models import FollowUp
from tests.browser import axe_violations, shoot
from tests.company import company
from tests.held import answered, held

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def firm():
    return company()


@pytest.mark.parametrize("size", ["page", "phone"])
def test_a_follow_up_with_fifteen_characters_takes_less_than_ten_seconds(size, request, live_server, firm, sign_in):
    page = request.getfixturevalue(size)
    answered(firm)
    sign_in(page, firm.wang)
    page.goto(f"{live_server.url}/today/")
    refused = []
    page.on("console", lambda message: refused.append(message.text) if "Security Policy" in message.text else None)
    began = time.monotonic()
    page.get_by_role("link", name="记跟进").first.click()
    page.get_by_text("接通，有进展").click()
    page.keyboard.press("Tab")
    page.locator("textarea[name=note]").press_sequentially("客户同意下周二来看样机并谈价格", delay=60)
    assert axe_violations(page) == []
    shoot(page, f"follow-up-{size}")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("text=已保存")
    assert time.monotonic() - began < 10
    assert FollowUp.objects.first().note == "客户同意下周二来看样机并谈价格"
    assert page.url.startswith(f"{live_server.url}/today/")
    assert refused == []


def test_no_answer_is_two_taps(phone, live_server, firm, sign_in):
    lead = held(firm)
    sign_in(phone, firm.wang)
    phone.goto(f"{live_server.url}/leads/{lead.pk}/")
    phone.get_by_role("link", name="记跟进").tap()
    phone.get_by_role("button", name="未接，直接保存").tap()
    phone.wait_for_selector("text=已保存")
    assert FollowUp.objects.get().reached is False


def test_no_answer_asks_for_no_need(phone, live_server, firm, sign_in):
    lead = held(firm)
    sign_in(phone, firm.wang)
    phone.goto(f"{live_server.url}/leads/{lead.pk}/")
    phone.get_by_role("link", name="记跟进").tap()
    phone.get_by_text("未接", exact=True).tap()
    assert phone.locator("input[name=need]").is_hidden()
    phone.get_by_role("button", name="保存跟进").tap()
    phone.wait_for_selector("text=已保存")
    assert FollowUp.objects.get().reached is False


def test_enter_that_picks_a_chinese_word_sends_nothing(page, live_server, firm, sign_in):
    lead = held(firm)
    sign_in(page, firm.wang)
    page.goto(f"{live_server.url}/leads/{lead.pk}/follow-up/")
    sent = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    browser = page.context.new_cdp_session(page)
    for name in ("textarea[name=note]", "input[name=need]"):
        page.locator(name).focus()
        browser.send("Input.imeSetComposition", {"text": "kehu", "selectionStart": 4, "selectionEnd": 4})
        page.keyboard.press("Enter")
        browser.send("Input.insertText", {"text": "客户"})
    page.locator("input[name=need]").press("Enter")
    page.wait_for_timeout(200)
    assert sent == []
    assert "客户" in page.locator("input[name=need]").input_value()


def test_the_day_is_worked_through_by_keyboard_alone(page, live_server, firm, sign_in):
    first, second = answered(firm, "甲公司"), answered(firm, "乙公司")
    sign_in(page, firm.wang)
    page.goto(f"{live_server.url}/leads/")
    page.keyboard.press("g")
    page.keyboard.press("d")
    page.wait_for_url("**/today/")
    assert axe_violations(page) == []
    for number in (1, 2):
        page.keyboard.press("j")
        page.keyboard.press("f")
        page.wait_for_selector(".panel input:focus")
        page.keyboard.press("3")
        with page.expect_navigation():
            page.keyboard.press("Control+Enter")
        assert page.evaluate("document.activeElement.classList.contains('act')")
        assert FollowUp.objects.filter(reached=False).count() == number
    assert set(FollowUp.objects.filter(reached=False).values_list("lead", flat=True)) <= {first.pk, second.pk}


def test_letters_in_a_field_are_letters_and_a_question_mark_lists_the_keys(page, live_server, firm, sign_in):
    lead = answered(firm)
    sign_in(page, firm.wang)
    page.goto(f"{live_server.url}/leads/{lead.pk}/")
    page.keyboard.press("f")
    page.wait_for_selector(".panel input:focus")
    page.locator("textarea[name=note]").press_sequentially("gd?")
    assert page.locator("textarea[name=note]").input_value() == "gd?"
    assert page.locator("#shortcuts").is_hidden()
    page.locator("h1").click()
    page.keyboard.press("?")
    assert page.locator("#shortcuts").is_visible()
    assert axe_violations(page) == []


def test_a_countdown_follows_the_minutes(page, live_server, firm, sign_in):
    answered(firm)
    sign_in(page, firm.wang)
    page.clock.install()
    page.goto(f"{live_server.url}/today/")
    page.evaluate(
        """() => {
          const at = new Date(Date.now() + 7205e3).toISOString();
          const text = `<time id="t" data-text="relative" datetime="${at}"></time>`;
          document.querySelector("main").insertAdjacentHTML("beforeend", text);
        }"""
    )
    page.clock.run_for(61_000)
    assert page.locator("#t").inner_text() == "1 小时 59 分后"
