"""Importing the registration form: each row is judged, written whole or not at all, and accounted for."""

import json
import os
import subprocess
import sys
from collections import Counter
from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import DataError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from leads import tasks
from leads.actions import close, importing, judging, log_follow_up
from leads.actions.importing import run_batch, start_import
from leads.models import Assignment, Contact, Customer, ImportRow, Lead, LeadImport, Status
from salesops import clock
from salesops.events.models import Event
from salesops.notices.models import Notice
from salesops.sop.models import Deadline
from tests.leads.files import csv_file, row
from tests.sop.world import local, shown

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
MESSY = ROOT / "tests/data/registration_form_messy.gb18030.csv"
CLEAN = ROOT / "demo/registration_form.xlsx"
FORMULA = '=HYPERLINK("http://127.0.0.1/x","点我")'


def command(file, **options) -> dict:
    out = StringIO()
    call_command("import_leads", str(file), json=True, stdout=out, **options)
    return json.loads(out.getvalue().splitlines()[-1])


@pytest.fixture
def imported(firm):
    """imported(row, row, ...): imports a file by 周洋 of sales operations, on Monday 2026-03-02 at 10:00."""

    def imported(*rows, owner=None, by=None, at="2026-03-02 10:00", **options):
        stream = csv_file(*rows, **options)
        made = start_import(stream, file_name="线索.csv", by=by or firm.zhou, owner=owner, at=local(at))
        while run_batch(made.pk, at=local(at)):
            pass
        made.refresh_from_db()
        return made

    return imported


def outcomes(made) -> list[tuple[str, str, str]]:
    return list(made.rows.values_list("outcome", "column", "reason"))


# The customer's files


def test_the_messy_form_is_cleaned_reported_or_caught_row_by_row(firm, english):
    truth = json.loads(MESSY.with_name("registration_form_messy.truth.json").read_text())
    result = command(MESSY, by="zhou", owner="wang")
    rejected = result.pop("rejected")
    counts = {name: result[name] for name in ("total", "blank", "created", "updated", "duplicate")}
    assert counts == {"total": truth["rows"], "blank": 1, "created": 963, "updated": 0, "duplicate": 49}
    assert result["encoding"] == "GB18030"
    assert Counter((one["column"], one["code"]) for one in rejected) == {
        ("联系方式", "no_contact"): 26,
        ("客户名称", "no_company"): 15,
    }
    assert all(one["reason"] and one["row"] > 1 for one in rejected)
    assert Lead.objects.count() == Contact.objects.count() == Customer.objects.count() == 963

    rows = list(LeadImport.objects.get().rows.select_related("lead__contact"))
    assert [one.number for one in rows] == list(range(2, 1056))
    assert all(one.outcome != ImportRow.Outcome.WAITING for one in rows)
    put_right = Counter(column for one in rows for column, how in one.cleaned if how == "put_right")
    assert put_right["联系方式"] >= truth["phone_with_spaces_or_plus86"] + truth["fullwidth_digits"]
    assert put_right["意向等级"] >= truth["grade_lowercase_or_word"]
    assert put_right["下次跟进时间"] >= truth["date_other_format"]
    assert all(one.lead.contact.phone.isdecimal() for one in rows if one.outcome == "created")
    assert all(one.differing for one in rows if one.outcome == "duplicate")
    assert not Lead.objects.filter(grade="").exists()
    assert not Lead.objects.filter(next_contact_on=None).exists()
    # Without a name it is cleaned first, at whatever stage.
    nameless = [one for one in rows if one.reason == "no_name"]
    assert nameless
    assert {one.lead.status for one in nameless} == {Status.CLEANING}
    assert Lead.objects.filter(need=FORMULA).exists()


def test_the_registration_form_in_excel_is_imported_whole(firm):
    result = command(CLEAN, by="zhou")
    assert (result["total"], result["created"], result["rejected"]) == (2000, 2000, [])
    assert Lead.objects.filter(status=Status.CLEANING).count() == 2000


# The order of judgement


def test_each_kind_of_row_is_judged(imported):
    made = imported(row(), [""] * 15, row(联系方式="134"), row(客户名称=""), row(客户名称="克来机电股份有限公司"))
    assert outcomes(made) == [
        ("created", "", ""),
        ("blank", "", ""),
        ("rejected", "联系方式", "no_contact"),
        ("rejected", "客户名称", "no_company"),
        ("duplicate", "联系方式", "known"),
    ]
    assert (made.total, made.blank, made.created, made.duplicate, made.rejected) == (5, 1, 1, 1, 2)


def test_a_new_row_waits_for_cleaning_with_the_forms_grade_as_a_proposal(imported):
    imported(row())
    lead = Lead.objects.get()
    assert (lead.status, lead.grade, lead.stage, lead.source) == (Status.CLEANING, "B", 1, "partner")
    assert (lead.budget, lead.next_contact_on, lead.customer.size) == (Decimal(120), date(2026, 12, 3), "")
    assert Event.objects.get(name="lead.arrived").data["way_in"] == "import"
    assert Deadline.objects.get().rule == "lead.qualify"


def test_a_duplicate_keeps_its_differing_fields_for_review(imported):
    imported(row())
    made = imported(row(客户名称="克来机电有限公司", 需求描述="再次咨询"), at="2026-03-03 10:00")
    assert made.rows.get().differences == [
        ["客户名称", "克来机电", "克来机电有限公司"],
        ["需求描述", "想看同行业案例", "再次咨询"],
    ]
    assert Lead.objects.get().need == "想看同行业案例"


def test_one_number_under_two_companies_is_left_for_people_to_decide(imported):
    imported(row())
    made = imported(row(客户名称="纽威股份"), at="2026-03-03 10:00")
    assert outcomes(made) == [("duplicate", "客户名称", "other_company")]
    assert Customer.objects.get().name == "克来机电"


def test_another_contact_of_a_known_company_is_a_lead_of_that_customer(imported):
    imported(row(), row(联系方式="13900000001", 联系人="张三", 客户名称="克来机电（集团）"))
    assert (Lead.objects.count(), Customer.objects.count(), Contact.objects.count()) == (2, 1, 2)


def test_a_row_fills_in_what_was_blank_and_never_overwrites(imported):
    imported(row(联系人="", 职务="", 需求描述="旧需求", 意向等级=""))
    made = imported(row(需求描述="新需求"), at="2026-03-03 10:00")
    lead = Lead.objects.get()
    assert outcomes(made) == [("updated", "", "")]
    assert (lead.contact.name, lead.contact.title, lead.grade, lead.need) == ("蒋宇", "运营总监", "B", "旧需求")
    assert Event.objects.get(name="lead.completed").data == {"fields": ["contact", "grade", "title"]}
    made = imported(row(联系人="", 职务="", 预算="", 需求描述="旧需求"), at="2026-03-04 10:00")
    assert outcomes(made) == [("duplicate", "联系方式", "known")]
    assert Lead.objects.get().contact.name == "蒋宇"


def test_a_lead_that_the_importer_may_not_see_is_not_filled_in(firm, imported):
    imported(row(职务=""))
    made = imported(row(), by=firm.zhao, at="2026-03-03 10:00")
    assert outcomes(made) == [("duplicate", "联系方式", "known")]
    assert Contact.objects.get().title == ""


def test_a_closed_lead_is_not_opened_again_by_a_file(firm, imported):
    imported(row())
    close(Lead.objects.get(), reason="不需要", by=firm.zhou, at=local("2026-03-02 11:00"))
    assert outcomes(imported(row(), at="2026-03-03 10:00")) == [("duplicate", "联系方式", "closed")]


def test_mail_and_wechat_are_ways_to_make_contact_and_are_recognised_again(imported):
    rows = [row(客户名称="甲公司", 联系方式="a@example.com"), row(客户名称="乙公司", 联系方式="微信：jiangyu_88")]
    assert imported(*rows).created == 2
    assert imported(*rows, at="2026-03-03 10:00").duplicate == 2


# Later stages and owners


def test_a_row_at_a_later_stage_is_active_for_the_named_owner_and_starts_with_follow_up(firm, imported):
    made = imported(row(跟进阶段="商务谈判", 意向等级="A"), owner=firm.wang)
    lead = Lead.objects.get()
    assert outcomes(made) == [("created", "", "")]
    assert (lead.status, lead.owner, lead.stage, lead.customer.owner) == (Status.ACTIVE, firm.wang, 3, firm.wang)
    assert {one.rule for one in Deadline.objects.all()} == {"lead.follow_up", "lead.recycle", "lead.regrade"}
    assert Assignment.objects.get().how == Assignment.How.IMPORTED
    data = Event.objects.get(name="lead.taken_over").data
    assert data == {"grade": "A", "stage": 3, "next_at": "2026-12-03", "negotiating": True}


def test_the_imported_date_is_the_first_due_time_only_where_it_is_earlier_than_the_cadence(firm, imported):
    late, soon = (
        row(跟进阶段="需求分析", 意向等级="C"),
        row(客户名称="纽威股份", 联系方式="13900000001", 跟进阶段="需求分析", 意向等级="C", 下次跟进时间="2026/3/4"),
    )
    past = row(客户名称="万邦达", 联系方式="13900000002", 跟进阶段="需求分析", 意向等级="C", 下次跟进时间="2026-02-01")
    imported(late, soon, past, owner=firm.wang)
    due = {one.title: shown(one.due_at) for one in Deadline.objects.filter(rule="lead.follow_up")}
    assert due == {"克来机电": "Mon 03-09 18:00", "纽威股份": "Wed 03-04 18:00", "万邦达": "Mon 03-09 18:00"}


def test_a_follow_up_on_an_imported_lead_opens_the_next_one(firm, imported):
    imported(row(跟进阶段="需求分析"), owner=firm.wang)
    log_follow_up(Lead.objects.get(), by=firm.wang, at=local("2026-03-03 11:00"), way="call", reached=True)
    assert Deadline.objects.open().filter(rule="lead.follow_up").count() == 1


def test_the_rows_own_owner_goes_before_the_importers(firm, imported):
    rows = [
        row(负责人=name, 联系方式=f"1390000000{n}", 客户名称=f"甲{n}", 跟进阶段="需求分析")
        for n, name in enumerate(["张敏", "jing", "", "查无此人"])
    ]
    made = imported(*rows, owner=firm.wang)
    assert [lead.owner for lead in Lead.objects.order_by("pk")] == [firm.min, firm.jing, firm.wang, None]
    assert outcomes(made)[-1] == ("created", "负责人", "owner_unknown")


@pytest.mark.parametrize(
    ("values", "column", "reason"),
    [
        ({"联系人": ""}, "联系人", "no_name"),
        ({"意向等级": ""}, "意向等级", "no_grade"),
        ({"负责人": "林芳走了"}, "负责人", "owner_unknown"),
    ],
)
def test_a_later_row_that_cannot_be_followed_up_yet_goes_to_cleaning_and_keeps_its_stage(
    firm, imported, values, column, reason
):
    made = imported(row(跟进阶段="需求分析", **values), owner=firm.wang)
    lead = Lead.objects.get()
    assert outcomes(made) == [("created", column, reason)]
    assert (lead.status, lead.stage, lead.owner) == (Status.CLEANING, 2, None)


def test_without_an_owner_a_later_row_goes_to_cleaning(imported):
    assert outcomes(imported(row(跟进阶段="需求分析"))) == [("created", "负责人", "no_owner")]


def test_a_customer_keeps_its_owner_whoever_the_importer_names(firm, imported):
    imported(row(跟进阶段="需求分析"), owner=firm.wang)
    made = imported(row(跟进阶段="需求分析", 联系方式="13900000001"), owner=firm.min, at="2026-03-03 10:00")
    assert outcomes(made) == [("created", "客户名称", "customer_has_owner")]
    assert Lead.objects.order_by("-pk").first().status == Status.CLEANING


def test_a_manager_names_only_people_below_them_in_a_file(firm, imported):
    made = imported(row(跟进阶段="需求分析", 负责人="周洋"), by=firm.zhao)
    assert outcomes(made) == [("created", "负责人", "owner_unknown")]


def test_importer_and_owner_are_told_once_when_it_is_finished(firm, imported):
    imported(
        *(row(客户名称=f"甲{n}", 联系方式=f"1390000000{n}", 跟进阶段="需求分析") for n in range(3)), owner=firm.wang
    )
    assert Notice.objects.get(kind="import.done").person == firm.zhou
    notice = Notice.objects.get(kind="import.taken_over")
    assert (notice.person, notice.values) == (firm.wang, {"count": 3})


# Whole or not at all


def several(count):
    return [row(客户名称=f"甲{n}", 联系方式=f"139{n:08}") for n in range(count)]


def test_a_row_that_fails_leaves_nothing_behind_and_the_others_stand(imported, monkeypatch):
    enter = judging.enter

    def fails_for_one(new, *known, **values):
        lead = enter(new, *known, **values)
        if new.company == "甲1":
            raise DataError("so und so")
        return lead

    monkeypatch.setattr(judging, "enter", fails_for_one)
    made = imported(*several(3))
    assert outcomes(made) == [("created", "", ""), ("rejected", "", "not_written"), ("created", "", "")]
    assert set(Customer.objects.values_list("name", flat=True)) == {"甲0", "甲2"}


def test_a_number_that_somebody_enters_meanwhile_is_not_entered_twice(firm, imported, arriving, monkeypatch):
    register = judging.Register

    class Stale(register):
        def __init__(self, forms):
            super().__init__(forms)
            arriving("2026-03-02 09:59", company="克来机电", phone="13911332122")

    monkeypatch.setattr(judging, "Register", Stale)
    assert outcomes(imported(row()))[0][0] == "updated"
    assert Lead.objects.count() == 1


def test_a_batch_that_dies_is_undone_and_the_next_run_goes_on_without_doubles(firm, monkeypatch):
    monkeypatch.setattr(importing, "BATCH", 4)
    at = local("2026-03-02 10:00")
    made = start_import(csv_file(*several(10)), file_name="a.csv", by=firm.zhou, at=at)
    assert run_batch(made.pk, at=at)

    def dies(name):
        if name == "import.row" and Lead.objects.count() == 7:
            raise KeyboardInterrupt

    monkeypatch.setattr(importing, "failpoint", dies)
    with pytest.raises(KeyboardInterrupt):
        run_batch(made.pk, at=at)
    made.refresh_from_db()
    assert (Lead.objects.count(), made.judged, made.state) == (4, 4, "running")
    monkeypatch.undo()
    tasks.run_imports()
    made.refresh_from_db()
    assert (Lead.objects.count(), made.created, made.state) == (10, 10, "done")


@pytest.mark.django_db(transaction=True)
def test_a_command_that_was_killed_goes_on_when_it_is_called_again(firm, tmp_path):
    file = tmp_path / "线索.csv"
    file.write_bytes(csv_file(*several(250)).read())
    environment = os.environ | {
        "SALESOPS_FAILPOINT": "import.batch",
        "DATABASE_URL": _url(),
        "SECRET_KEY": settings.SECRET_KEY,
        "FIELD_KEYS": ",".join(settings.FIELD_KEYS),
    }
    killed = subprocess.run(
        [sys.executable, "manage.py", "import_leads", str(file), "--by", "zhou"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        check=False,
    )
    assert killed.returncode == 137, killed.stderr.decode()
    assert Lead.objects.count() == 100
    result = command(file, by="zhou")
    assert (result["created"], result["duplicate"], Lead.objects.count()) == (250, 0, 250)


def _url() -> str:
    told = connection.get_connection_params()
    where = urlencode({name: told[name] for name in ("host", "port") if told.get(name)})
    return f"postgres://{told['user']}:{quote(told.get('password') or '', safe='')}@/{told['dbname']}?{where}"


def test_the_same_file_again_is_all_duplicates(imported):
    assert imported(*several(5)).created == 5
    assert imported(*several(5), at="2026-03-03 10:00").duplicate == 5
    assert Lead.objects.count() == 5


def test_rows_are_stored_encrypted_and_in_no_event(imported):
    imported(row())
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM leads_importrow")
        assert "13911332122" not in cursor.fetchone()[0]
        cursor.execute("SELECT count(*) FROM events_event WHERE data::text || refs::text LIKE '%1391133%'")
        assert cursor.fetchone() == (0,)


def test_a_row_costs_few_queries(firm, monkeypatch):
    at = local("2026-03-02 10:00")
    costs = []
    for count in (10, 60):
        stream = csv_file(*(row(客户名称=f"{count}甲{n}", 联系方式=f"13{count}{n:07}") for n in range(count)))
        made = start_import(stream, file_name="a.csv", by=firm.zhou, at=at)
        with CaptureQueriesContext(connection) as queries:
            run_batch(made.pk, at=at)
        costs.append(len(queries))
    assert (costs[1] - costs[0]) / 50 <= 10


# The command


def test_the_command_speaks_plainly_about_what_it_cannot_do(firm, tmp_path):
    with pytest.raises(CommandError, match="nobody"):
        call_command("import_leads", str(CLEAN), by="nobody")
    with pytest.raises(CommandError):
        call_command("import_leads", str(tmp_path / "nothing.csv"), by="zhou")


def test_the_command_writes_a_summary_for_people(firm, tmp_path, english):
    file = tmp_path / "a.csv"
    file.write_bytes(csv_file(row(), row(客户名称="")).read())
    out = StringIO()
    call_command("import_leads", str(file), by="zhou", stdout=out)
    assert "3\t客户名称\tThe company is missing." in out.getvalue()
    assert "created 1" in out.getvalue()


# The page


def test_the_page_of_imports_costs_the_same_however_many_there_are(firm, imported, client):
    client.force_login(firm.zhou)
    costs = []
    for count in (1, 4):
        for n in range(count):
            imported(row(), at=f"2026-03-0{count} 1{n}:00")
        client.get(reverse("leads:import"))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("leads:import"))
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 12


def test_imports_wait_for_nobody_else_while_the_clock_runs(firm):
    made = start_import(csv_file(row()), file_name="a.csv", by=firm.zhou, at=clock.now())
    tasks.run_imports()
    tasks.run_imports()
    made.refresh_from_db()
    assert (made.state, made.created) == ("done", 1)
