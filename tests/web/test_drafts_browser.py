"""No text is lost: with a server that dies, a session that ends, a phone that is put away. In a real browser."""

import os
import signal
import socket
import urllib.error
import urllib.request
from datetime import timedelta

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.contrib.sessions.models import Session

from leads.actions import plan_appointment
from leads.models import FollowUp, Lead, VisitRecord
from salesops import clock
from salesops.people.models import User
from salesops.web.models import Draft
from tests.browser import axe_violations, shoot
from tests.company import PASSWORD, company
from tests.held import answered
from tests.processes.children import Children, until

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NOTE = "客户希望十二月底前交付，价格等法务看过再谈"


@pytest.fixture
def co():
    return company(password=PASSWORD)


@pytest.fixture
def lead(co):
    """A B lead of 王伟's that has had its first response."""
    return answered(co)


@pytest.fixture
def server(tmp_path):
    """A server of its own process on the test's database, which can be killed and started again."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    children = Children(tmp_path)

    class Server:
        url = f"http://127.0.0.1:{port}"

        def start(self):
            command = ["-m", "gunicorn", "salesops.wsgi", "-b", f"127.0.0.1:{port}", "--threads", "4"]
            self.process = children.start(*command, SECOND_FACTOR_REQUIRED="off", HASHED_STATIC="off")
            until(self.answers, "the server")

        def answers(self):
            try:
                with urllib.request.urlopen(f"{self.url}/account/login/", timeout=5) as answer:
                    return answer.status == 200
            except (OSError, urllib.error.URLError):
                return False

        def kill(self):
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(10)

    server = Server()
    server.start()
    yield server
    children.stop()


def sign_in_by_hand(page, url, name="wang"):
    page.goto(f"{url}/account/login/")
    page.fill("input[name=login]", name)
    page.fill("input[name=password]", PASSWORD)
    with page.expect_navigation():
        page.press("input[name=password]", "Enter")


def visited(co, lead):
    """A visit of 王伟's that ended half an hour ago."""
    now = clock.now()
    times = {"starts_at": now - timedelta(hours=1), "ends_at": now - timedelta(minutes=30)}
    return plan_appointment(lead, way="visit", purpose="看现场", **times, by=co.wang, at=now - timedelta(hours=2))


def state(page):
    return page.locator("form.follow-up [data-draft-state]")


def test_a_server_killed_in_mid_typing_loses_no_text(page, server, co, lead):
    # The other process does not know the tests' cheap hashes.
    User.objects.filter(pk=co.wang.pk).update(password=PBKDF2PasswordHasher().encode(PASSWORD, "salt", 1000))
    sign_in_by_hand(page, server.url)
    page.goto(f"{server.url}/leads/{lead.pk}/follow-up/")
    page.get_by_text("接通，有进展").click()
    note = page.locator("textarea[name=note]")
    note.press_sequentially(NOTE[:8])
    page.wait_for_selector("text=已存草稿")
    shoot(page, "draft-saved")
    server.kill()
    note.press_sequentially(NOTE[8:])
    page.wait_for_selector("text=尚未保存")
    assert axe_violations(page) == []
    page.get_by_role("button", name="保存跟进").click()
    page.wait_for_selector("text=尚未提交")
    shoot(page, "draft-away")
    assert note.input_value() == NOTE
    assert Draft.objects.get().values["note"] == [NOTE[:8]]
    server.start()
    page.wait_for_selector("text=已保存", timeout=40_000)
    assert FollowUp.objects.filter(note=NOTE).count() == 1
    assert not Draft.objects.exists()


def test_who_comes_back_after_the_browser_died_finds_the_text(page, live_server, co, lead, sign_in):
    sign_in(page, co.wang)
    page.goto(f"{live_server.url}/leads/{lead.pk}/follow-up/")
    page.get_by_text("拜访", exact=True).click()
    page.locator("textarea[name=note]").press_sequentially(NOTE)
    page.wait_for_selector("text=已存草稿")
    page.close(run_before_unload=False)
    again = page.context.new_page()
    again.goto(f"{live_server.url}/leads/{lead.pk}/follow-up/")
    assert again.locator("textarea[name=note]").input_value() == NOTE
    assert again.locator("input[name=result][value=visit]").is_checked()
    assert "已恢复草稿" in state(again).inner_text()
    shoot(again, "draft-back")
    assert axe_violations(again) == []
    again.get_by_role("button", name="放弃草稿").click()
    again.wait_for_selector("[data-draft-state]:empty", state="attached")
    assert again.locator("textarea[name=note]").input_value() == ""
    assert not Draft.objects.exists()


def test_leaving_the_page_takes_the_last_words_along(page, live_server, co, lead, sign_in):
    sign_in(page, co.wang)
    page.goto(f"{live_server.url}/leads/{lead.pk}/follow-up/")
    page.locator("textarea[name=note]").fill(NOTE)
    page.goto(f"{live_server.url}/today/")
    until(Draft.objects.exists, "the draft", seconds=5)
    page.get_by_role("link", name="记跟进").first.click()
    page.wait_for_selector(".panel form")
    assert page.locator("textarea[name=note]").input_value() == NOTE


def test_a_session_that_ends_while_one_types_loses_nothing(page, live_server, co, lead, sign_in):
    sign_in(page, co.wang)
    page.goto(f"{live_server.url}/leads/{lead.pk}/follow-up/")
    Session.objects.all().delete()
    page.get_by_text("接通，有进展").click()
    page.locator("textarea[name=note]").fill(NOTE)
    page.get_by_role("button", name="保存跟进").click()
    page.wait_for_selector("text=登录已过期")
    shoot(page, "draft-signed-out")
    with page.context.expect_page() as opened:
        state(page).get_by_role("link").click()
    opened.value.wait_for_selector("input[name=password]")
    sign_in_by_hand(opened.value, live_server.url)
    page.wait_for_selector("text=已保存", timeout=20_000)
    assert FollowUp.objects.filter(note=NOTE).count() == 1


def test_a_fault_of_the_drafts_alone_does_not_hold_up_the_form(page, live_server, co, lead, sign_in):
    sign_in(page, co.wang)
    page.route("**/draft/", lambda route: route.fulfill(status=500))
    page.goto(f"{live_server.url}/leads/{lead.pk}/follow-up/")
    page.get_by_text("接通，有进展").click()
    page.locator("textarea[name=note]").press_sequentially(NOTE)
    page.wait_for_selector("text=草稿未能保存")
    page.get_by_role("button", name="保存跟进").click()
    page.wait_for_selector("text=已保存")
    assert FollowUp.objects.filter(note=NOTE).count() == 1


def test_a_form_in_a_card_waits_for_a_lost_connection_and_is_sent_once(page, live_server, co, lead, sign_in):
    sign_in(page, co.wang)
    page.goto(f"{live_server.url}/today/")
    page.get_by_role("link", name="记跟进").first.click()
    page.get_by_text("接通，有进展").click()
    page.locator("textarea[name=note]").fill(NOTE)
    page.context.set_offline(True)
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("text=尚未提交")
    page.context.set_offline(False)
    page.wait_for_selector("text=已保存", timeout=20_000)
    assert FollowUp.objects.filter(note=NOTE).count() == 1
    assert not Draft.objects.exists()


def test_a_double_click_saves_once(page, live_server, co, lead, sign_in):
    sign_in(page, co.wang)
    page.goto(f"{live_server.url}/leads/{lead.pk}/follow-up/")
    page.get_by_text("接通，有进展").click()
    page.locator("textarea[name=note]").fill(NOTE)
    page.get_by_role("button", name="保存跟进").dblclick()
    page.wait_for_selector("text=已保存")
    assert FollowUp.objects.filter(note=NOTE).count() == 1
    assert not Draft.objects.exists()


def test_the_day_of_a_rep_works_without_scripts(browser, browser_context_args, live_server, co, lead):
    context = browser.new_context(**(browser_context_args | {"java_script_enabled": False}))
    page = context.new_page()
    sign_in_by_hand(page, live_server.url)
    assert page.url.endswith("/today/")
    page.get_by_role("link", name="记跟进").first.click()
    page.locator("input[name=result][value=progress]").check(force=True)
    page.locator("textarea[name=note]").fill(NOTE)
    page.get_by_role("button", name="保存跟进").click()
    assert "已保存" in page.locator(".messages").inner_text()
    assert FollowUp.objects.filter(note=NOTE).count() == 1
    page.goto(f"{live_server.url}/today/")
    page.get_by_role("link", name="为什么是这个时间").first.click()
    assert "/deadlines/" in page.url
    page.goto(f"{live_server.url}/leads/?view=mine")
    page.locator(".filters > summary").click()
    page.locator("select[name=grade]").select_option("B")
    page.get_by_role("button", name="应用").click()
    assert "克来机电" in page.locator("table.list").inner_text()
    page.goto(f"{live_server.url}/leads/new/")
    page.fill("input[name=reach]", "13911112222")
    page.fill("input[name=company]", "云图科技")
    page.locator("input[name=source][value=referral]").check(force=True)
    page.get_by_role("button", name="保存线索").click()
    assert Lead.objects.filter(customer__name="云图科技", owner=co.wang).exists()
    page.goto(f"{live_server.url}/leads/visits/{visited(co, lead).pk}/record/")
    for name in ("place", "content", "needs", "signs", "objections", "summary", "next_plan"):
        page.fill(f"[name={name}]", NOTE)
    page.locator("input[name=intent][value=high]").check(force=True)
    page.get_by_role("button", name="保存拜访记录").click()
    assert VisitRecord.objects.get().summary == NOTE
    context.close()
