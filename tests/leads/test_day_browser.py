"""A rep's day without the mouse: fields edited in place, reasons given on the card, an act taken back."""

import pytest

from leads.models import FollowUp, Lead
from salesops import clock
from salesops.events.models import Event
from salesops.sop.calendars import current
from salesops.sop.models import Deadline
from tests.browser import axe_violations
from tests.company import company
from tests.held import answered

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def firm():
    return company()


@pytest.fixture
def lead(firm):
    """A B lead of 王伟 that has had its first response; its follow-up is late."""
    lead = answered(firm)
    calendar = current().default
    before = calendar.closes(calendar.previous_working_day(calendar.local(clock.now()).date()))
    Deadline.objects.filter(rule="lead.follow_up").update(due_at=before)
    return lead


def test_a_field_is_edited_by_keyboard_and_a_composed_word_does_not_save_it(page, live_server, firm, lead, sign_in):
    sign_in(page, firm.wang)
    page.goto(f"{live_server.url}/leads/{lead.pk}/")
    page.locator(".summary .editable").nth(2).focus()
    page.keyboard.press("Enter")
    field = page.locator(".field-form input[name=value]")
    page.wait_for_selector(".field-form input:focus")
    sent = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    typing = page.context.new_cdp_session(page)
    typing.send("Input.imeSetComposition", {"text": "chenzong", "selectionStart": 8, "selectionEnd": 8})
    page.keyboard.press("Enter")
    typing.send("Input.insertText", {"text": "陈总"})
    page.wait_for_timeout(100)
    assert [url for url in sent if "/fields/" in url] == []
    assert axe_violations(page) == []
    field.fill("采购经理陈总")
    page.keyboard.press("Enter")
    page.wait_for_selector(".field .passing")
    assert Lead.objects.get().decision_maker == "采购经理陈总"
    assert page.evaluate("document.activeElement.classList.contains('editable')")
    page.locator(".field .passing button").click()
    page.wait_for_selector(".field .passing", state="detached")
    assert Lead.objects.get().decision_maker == ""


def test_escape_leaves_a_field_as_it_was(page, live_server, firm, lead, sign_in):
    sign_in(page, firm.wang)
    page.goto(f"{live_server.url}/leads/{lead.pk}/")
    page.keyboard.press("e")
    page.wait_for_selector(".field-form :focus")
    page.keyboard.type("不要")
    page.keyboard.press("Escape")
    page.wait_for_selector(".field-form", state="detached")
    assert Lead.objects.get().need == "替换"


@pytest.mark.parametrize("size", ["page", "phone"])
def test_a_reason_is_given_on_the_card_without_leaving_the_day(size, request, live_server, firm, lead, sign_in):
    page = request.getfixturevalue(size)
    sign_in(page, firm.wang)
    page.goto(f"{live_server.url}/today/")
    page.keyboard.press("j")
    page.keyboard.press("e")
    page.wait_for_selector(".reason-form")
    assert axe_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator(".reason-form input[name=reason]").fill("客户出差，周三回来")
    page.get_by_role("button", name="说明原因").click()
    page.wait_for_url(f"{live_server.url}/today/?at=*")
    assert Deadline.objects.get(rule="lead.follow_up").reason == "客户出差，周三回来"
    assert "客户出差" in page.locator(".card-duty").first.inner_text()


def test_calling_from_the_card_shows_the_number_and_opens_the_form_and_logging_is_undone(
    page, live_server, firm, lead, sign_in
):
    sign_in(page, firm.wang)
    page.goto(f"{live_server.url}/today/")
    page.keyboard.press("j")
    page.keyboard.press("c")
    page.wait_for_selector("a[href='tel:13900000000']")
    page.wait_for_selector(".panel input:focus")
    assert Event.objects.filter(name="contact.revealed", data__what="call").count() == 1
    page.get_by_role("button", name="未接，直接保存").click()
    page.wait_for_selector("text=已保存")
    assert FollowUp.objects.filter(reached=False).count() == 1
    page.get_by_role("button", name="撤销").click()
    page.wait_for_selector("text=已撤销")
    assert not FollowUp.objects.filter(reached=False).exists()
    assert page.url.startswith(f"{live_server.url}/today/")
