"""The wizard in a real browser, as 周洋 of sales operations goes through it: from the upload to the result."""

import pytest

from leads import tasks
from leads.models import Lead
from tests.browser import axe_violations, shoot
from tests.leads.files import csv_file, row

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FILE = {"name": "客户信息登记表.csv", "mimeType": "text/csv"}


def calm(page, name):
    shoot(page, f"import-{name}")
    assert axe_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_from_the_upload_to_the_result_and_back(page, live_server, firm, sign_in, monkeypatch):
    monkeypatch.setattr(tasks, "ring", lambda: None)
    rows = [row(客户名称=f"甲{n}", 联系方式=f"139{n:08}") for n in range(30)]
    content = csv_file(*rows, row(联系方式="134"), encoding="gb18030").getvalue()
    sign_in(page, firm.zhou)
    page.goto(f"{live_server.url}/leads/imports/")
    page.set_input_files("input[name=file]", FILE | {"buffer": content})
    page.get_by_role("button", name="上传并查看").click()
    page.get_by_text("按 GB18030 读取").wait_for()
    calm(page, "file")
    page.get_by_role("link", name="显示正常，下一步").click()
    calm(page, "columns")
    page.get_by_role("button", name="检查所有行").click()
    page.get_by_text("不会写入任何内容").wait_for()
    tasks.run_imports()
    page.get_by_text("已检查 31 行").wait_for()
    assert not Lead.objects.exists()
    page.get_by_label("联系方式, 行 32").fill("139 1133 2122")
    calm(page, "check")
    page.get_by_role("button", name="保存修改并重新检查").click()
    page.get_by_text("没有需要修改的行").wait_for()
    page.get_by_role("link", name="下一步：选择导入方式").click()
    page.get_by_text("客户经理：依次轮流分配").first.click()
    page.get_by_text("个接单和首次响应任务").wait_for()
    page.get_by_label("王伟").or_(page.get_by_label(firm.wang.name)).first.check()
    page.get_by_text("由 1 人分摊，需 2 个工作日").wait_for()
    calm(page, "start")
    page.get_by_role("button", name="导入 31 条").click()
    page.get_by_text("已处理 0 / 31 行").wait_for()
    tasks.run_imports()
    page.get_by_text("等待分批交接").wait_for()
    calm(page, "result")
    assert Lead.objects.count() == 31
    page.get_by_role("link", name="撤销导入").click()
    calm(page, "undo")
    page.get_by_role("button", name="撤销导入").click()
    page.get_by_text("撤销中").first.wait_for()
    tasks.run_imports()
    page.get_by_text("已撤销 31 行").wait_for()
    assert not Lead.objects.exists()


def test_a_phone_shows_progress_and_results_and_says_why_no_more(phone, live_server, firm, sign_in):
    sign_in(phone, firm.zhou)
    phone.goto(f"{live_server.url}/leads/imports/")
    phone.get_by_text("请在电脑上操作").wait_for()
    assert not phone.locator("input[name=file]").is_visible()
    calm(phone, "phone")
