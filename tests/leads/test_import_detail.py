"""The page of one import: what became of each row, for those who may see it, and inert whatever the file says."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from leads.actions.importing import run_batch, start_import
from tests.browser import axe_violations, shoot
from tests.leads.files import csv_file, row
from tests.sop.world import local

FORMULA = '=HYPERLINK("http://127.0.0.1/x","点我")'
SCRIPT = "<script>alert(1)</script>"
AT = local("2026-03-02 10:00")


def made_of(firm, *rows, finish=True, by=None, name="线索.csv"):
    made = start_import(csv_file(*rows), file_name=name, by=by or firm.zhou, owner=firm.wang, at=AT)
    while finish and run_batch(made.pk, at=AT):
        pass
    made.refresh_from_db()
    return made


def rows(count, **values):
    return [row(客户名称=f"甲{n}", 联系方式=f"139{n:08}", **values) for n in range(count)]


def page_of(client, user, made, query="", **headers):
    client.force_login(user)
    return client.get(reverse("leads:import_detail", args=[made.pk]) + query, headers=headers)


@pytest.mark.django_db
def test_importer_heads_sales_operations_and_admins_see_an_import_and_nobody_else(firm, client):
    made = made_of(firm, row(), by=firm.zhao)
    assert {page_of(client, person, made).status_code for person in (firm.zhao, firm.boss, firm.zhou, firm.he)} == {200}
    assert page_of(client, firm.wang, made).status_code == 403
    another = made_of(firm, row())
    assert page_of(client, firm.zhao, another).status_code == 404


@pytest.mark.django_db
def test_formulas_and_html_are_inert_on_the_page(firm, client):
    bad, rejected = row(客户名称=SCRIPT, 联系人=FORMULA), row(客户名称=FORMULA, 联系方式=SCRIPT)
    made = made_of(firm, bad, row(客户名称=SCRIPT, 需求描述=SCRIPT), rejected, name=SCRIPT)
    text = page_of(client, firm.zhou, made).content.decode()
    assert SCRIPT not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


@pytest.mark.django_db
def test_rows_are_filtered_by_outcome_and_paged(firm, client):
    made = made_of(firm, *rows(60), row(客户名称=""))
    everything = page_of(client, firm.zhou, made)
    assert len(everything.context["rows"]) == 50
    rest = page_of(client, firm.zhou, made, f"?page={everything.context['page'].after}")
    assert [line.row.number for line in rest.context["rows"]] == list(range(52, 63))
    rejected = page_of(client, firm.zhou, made, "?outcome=rejected")
    assert [line.row.number for line in rejected.context["rows"]] == [62]
    assert page_of(client, firm.zhou, made, "?outcome=x&page=x").status_code == 200


@pytest.mark.django_db
def test_values_on_record_are_shown_only_to_who_may_see_the_lead(firm, client):
    made_of(firm, row(需求描述="老需求"))
    made = made_of(firm, row(需求描述="新需求"), by=firm.zhao)
    assert "老需求" not in page_of(client, firm.zhao, made).content.decode()
    assert "老需求" in page_of(client, firm.zhou, made).content.decode()


@pytest.mark.django_db
def test_while_it_runs_htmx_asks_for_the_part_that_changes_and_then_stops(firm, client):
    made = made_of(firm, *rows(3), finish=False)
    assert 'hx-trigger="every 2s"' in page_of(client, firm.zhou, made).content.decode()
    part = page_of(client, firm.zhou, made, hx_request="true")
    assert (part.status_code, b"<html" in part.content) == (200, False)
    run_batch(made.pk, at=AT)
    part = page_of(client, firm.zhou, made, hx_request="true")
    assert part.status_code == 286
    assert b"every 2s" not in part.content


@pytest.mark.django_db
def test_the_page_costs_the_same_however_many_rows_it_shows(firm, client):
    small, large = made_of(firm, *rows(2)), made_of(firm, *rows(40))
    costs = []
    for made in (small, large):
        page_of(client, firm.zhou, made)
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("leads:import_detail", args=[made.pk]))
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 12


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("size", ["page", "phone"])
def test_both_pages_read_well_and_are_accessible(size, request, live_server, firm, sign_in):
    page = request.getfixturevalue(size)
    said = []
    page.on("dialog", lambda dialog: said.append(dialog.message))
    made_of(firm, row())
    made = made_of(
        firm,
        *rows(3, 跟进阶段="需求分析"),
        row(客户名称="远大控股股份有限公司", 联系方式="+86 138 0013-8000", 意向等级="B级", 下次跟进时间="2026/12/3"),
        row(客户名称="", 联系人="吴桂荣"),
        row(联系方式="13485473"),
        row(客户名称="克来机电有限公司", 需求描述="再次咨询"),
        row(客户名称=SCRIPT, 联系方式="13700000001", 联系人=""),
        name="客户信息登记表-2026年11月.csv",
    )
    waiting = made_of(firm, *rows(200), finish=False)
    sign_in(page, firm.zhou)
    for name, url in (
        ("import", reverse("leads:import")),
        ("import-detail", reverse("leads:import_detail", args=[made.pk])),
        ("import-waiting", reverse("leads:import_detail", args=[waiting.pk])),
    ):
        page.goto(live_server.url + url)
        shoot(page, f"{name}-{size}-zh")
        assert axe_violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    run_batch(waiting.pk, at=AT)
    page.get_by_text("100 / 200").or_(page.get_by_text("100 of 200")).wait_for()
    assert not said
