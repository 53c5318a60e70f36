"""The steps of an import: nothing is written before the last, and each answer of a step is kept for the next."""

import time
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from leads import tasks
from leads.actions import close, edit, import_checking, mark_key, qualify
from leads.models import Contact, Customer, ImportFile, ImportRow, ImportTurn, Lead, LeadImport, Status
from leads.reading import values
from leads.reading.headings import fields
from salesops import clock
from salesops.events.models import Event
from salesops.people.models import User
from salesops.sop.models import Deadline
from salesops.web.forms.once import new_token
from tests.leads.dirty_list import dirty_list
from tests.leads.files import HEADINGS, csv_file, csv_text, row, workbook

pytestmark = pytest.mark.django_db


def several(count, **values):
    return [row(客户名称=f"甲{n}", 联系方式=f"139{n:08}", **values) for n in range(count)]


class Wizard:
    """Goes through the steps as a browser would; the bell is not rung, `work` does what a worker does."""

    def __init__(self, client):
        self.client, self.made = client, None

    def upload(self, user, stream, name="线索.csv", token=None, **fields):
        self.client.force_login(user)
        stream.name = name
        answer = self.client.post(reverse("leads:import"), {"once": token or new_token(), "file": stream, **fields})
        self.made = LeadImport.objects.order_by("-pk").first()
        return answer

    def url(self, name):
        return reverse(f"leads:import_{name}", args=[self.made.pk])

    def get(self, name, query=""):
        return self.client.get(self.url(name) + query)

    def post(self, name, **values):
        return self.client.post(self.url(name), {"once": new_token(), **values})

    def columns(self, **changed):
        """Sends the second step: what was guessed, but for `changed` by heading."""
        values = {
            f"c{index}": changed.get(heading, self.made.mapping[heading])
            for index, heading in enumerate(self.made.headings)
        }
        return self.post("columns", **values)

    def check(self, user, stream, **options):
        self.upload(user, stream, **options)
        self.columns()
        tasks.run_imports()
        self.made.refresh_from_db()
        return self.made

    def start(self, **values):
        answer = self.post("start", **{"known": "ask", "target": "cleaning"} | values)
        while self.made.state not in ("done", "undone"):
            tasks.run_imports()
            self.made.refresh_from_db()
            if answer.status_code != 302:
                break
        return answer


@pytest.fixture
def wizard(client, monkeypatch):
    monkeypatch.setattr(tasks, "ring", lambda: None)
    return Wizard(client)


def nothing_written():
    return not (Lead.objects.exists() or Contact.objects.exists() or Customer.objects.exists())


# 1 The file


def test_a_csv_file_shows_its_first_lines_with_numbers_covered(firm, wizard):
    answer = wizard.upload(firm.zhou, csv_file(*several(9), encoding="gb18030"))
    assert answer.url == wizard.url("file")
    page = wizard.get("file").content.decode()
    assert "GB18030" in page
    assert "甲4" in page
    assert "甲5" not in page
    assert "139****00" in page
    assert "13900000000" not in page


def test_another_encoding_is_chosen_and_shown(firm, wizard):
    wizard.upload(firm.zhou, csv_file(row(), encoding="gb18030"))
    assert wizard.post("file", encoding="utf-8", delimiter=",").status_code == 422
    wizard.made.refresh_from_db()
    assert wizard.made.codec == "gb18030"
    assert wizard.post("file", encoding="gb18030", delimiter=";").status_code == 422
    wizard.upload(firm.zhou, BytesIO(b"company,phone\r\nACME,13800138000\r\n"))
    assert wizard.post("file", encoding="gb18030", delimiter=",").status_code == 302
    wizard.made.refresh_from_db()
    assert (wizard.made.codec, wizard.made.encoding) == ("gb18030", "GB18030")


def test_a_workbook_goes_on_to_its_columns_at_once(firm, wizard):
    answer = wizard.upload(firm.zhou, workbook(HEADINGS, row()), name="线索.xlsx")
    assert answer.url == wizard.url("columns")
    assert "渠道转介" in wizard.get("columns").content.decode()


def test_a_text_that_calls_itself_a_workbook_is_read_as_what_it_is(firm, wizard):
    assert wizard.upload(firm.zhou, csv_file(row()), name="线索.xlsx").url == wizard.url("file")
    answer = wizard.upload(firm.zhou, BytesIO("只是一句话".encode()), name="线索.xlsx")
    assert answer.status_code == 422
    assert LeadImport.objects.count() == 1


@pytest.mark.parametrize(
    "content", [b"\xd0\xcf\x11\xe0" * 300, b"PK\x03\x04rubbish", b"", b"\x00\x01\x02\xff\xfe\xfd" * 50]
)
def test_what_cannot_be_read_is_refused_with_the_reason_and_kept_nowhere(firm, wizard, content):
    assert wizard.upload(firm.he, BytesIO(content), name="a.xls").status_code in (200, 422)
    assert not LeadImport.objects.exists()
    assert not ImportFile.objects.exists()


def test_a_form_that_is_sent_twice_is_one_import(firm, wizard):
    token = new_token()
    first, second = (wizard.upload(firm.zhou, csv_file(row()), token=token) for _ in range(2))
    assert first.url == second.url
    assert LeadImport.objects.count() == 1


def test_only_what_the_form_asks_for_is_taken(firm, wizard):
    wizard.upload(firm.zhou, csv_file(row()), by=firm.he.pk, state="done", created=99, total=7)
    assert (wizard.made.by, wizard.made.state, wizard.made.created, wizard.made.total) == (firm.zhou, "setup", 0, 0)


def test_the_uploaded_file_is_encrypted_and_forgotten_when_the_import_begins(firm, wizard):
    made = wizard.check(firm.zhou, csv_file(*several(3)))
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM leads_importfile")
        assert b"139000" not in bytes(cursor.fetchone()[0])
    wizard.start()
    assert not made.pieces.exists()


def test_a_file_can_be_thrown_away_before_it_is_imported_and_not_after(firm, wizard):
    wizard.check(firm.zhou, csv_file(row()))
    wizard.post("discard")
    assert not LeadImport.objects.exists()
    wizard.check(firm.zhou, csv_file(row()))
    wizard.start()
    wizard.post("discard")
    assert LeadImport.objects.get().state == "done"


def test_what_was_uploaded_and_left_is_thrown_away_after_a_week(firm, wizard):
    wizard.upload(firm.zhou, csv_file(row()))
    LeadImport.objects.update(at="2026-01-01T00:00Z")
    tasks.tidy_imports()
    assert not LeadImport.objects.exists()


# 2 The columns


def test_unknown_headings_are_named_by_hand_and_remembered_for_the_same_headings(firm, wizard):
    stream = csv_text(["克来机电", "13911332122"], headings=["户名", "号码一"])
    wizard.upload(firm.zhou, BytesIO(stream.encode()))
    assert wizard.columns().status_code == 422
    assert wizard.columns(户名="company", 号码一="reach").status_code == 302
    tasks.run_imports()
    wizard.start()
    assert Lead.objects.get().customer.name == "克来机电"
    for person in (firm.zhou, firm.he):  # one's own, then anybody's in the company
        wizard.upload(person, BytesIO(stream.encode()))
        assert wizard.made.mapping == {"户名": "company", "号码一": "reach"}


def test_a_column_that_is_ignored_is_not_read(firm, wizard):
    wizard.upload(firm.zhou, csv_file(row()))
    wizard.columns(需求描述="")
    tasks.run_imports()
    wizard.start()
    assert Lead.objects.get().need == ""


def test_two_columns_are_not_the_same_field_but_for_phones(firm, wizard):
    wizard.upload(firm.zhou, csv_file(row()))
    assert wizard.columns(联系人="company").status_code == 422
    assert wizard.columns(职务="reach").status_code == 302


# 3 The check


def test_the_check_writes_nothing_and_counts_what_the_import_then_does(firm, wizard):
    wizard.check(firm.zhou, csv_file(row(职务="")))
    wizard.start()
    rows = [
        row(),  # fills in the job title
        row(需求描述="另一个需求"),  # differs
        row(客户名称="纽威股份"),  # one number, two companies
        *several(4),
        several(1)[0],  # twice in the file
        row(客户名称="丙", 联系方式="a@example.com"),
        row(客户名称="丙", 联系方式="a@example.com", 职务="", 产品类型=""),
        row(客户名称="丁", 联系方式="微信：wang_dong1"),
        row(客户名称="丁", 联系方式="微信：wang_dong1"),
        row(客户名称=""),
        row(联系方式="134"),
        [""] * 15,
    ]
    before = Lead.objects.count()
    made = wizard.check(firm.zhou, csv_file(*rows))
    assert Lead.objects.count() == before
    expected = made.expected
    assert expected == {
        "created": 6, "updated": 1, "differing": 1, "duplicate": 4, "rejected": 2, "blank": 1,
    }  # fmt: skip
    wizard.start()
    assert (wizard.made.created, wizard.made.updated, wizard.made.rejected) == (6, 1, 2)
    assert wizard.made.duplicate == expected["differing"] + expected["duplicate"]


def test_rejected_rows_are_put_right_in_place(firm, wizard):
    wizard.check(firm.zhou, csv_file(*several(3), row(联系方式="134"), row(客户名称="", 联系方式="13800000009")))
    page = wizard.get("check").content.decode()
    index = HEADINGS.index("联系方式")
    assert f'name="r5_{index}"' in page
    wizard.post("check", **{f"r5_{index}": "139 1133 2122", "r6_1": "", "r2_1": "不是错误行", "r99_1": "x"})
    wizard.made.refresh_from_db()
    assert (wizard.made.expected["created"], wizard.made.expected["rejected"]) == (4, 1)
    assert wizard.made.rows.get(number=2).cells["客户名称"] == "甲0"
    wizard.start()
    assert set(Customer.objects.values_list("name", flat=True)) == {"甲0", "甲1", "甲2", "克来机电"}


def test_a_row_that_was_put_right_makes_a_later_one_a_duplicate(firm, wizard):
    wizard.check(firm.zhou, csv_file(row(联系方式="134"), row()))
    wizard.post("check", **{f"r2_{HEADINGS.index('联系方式')}": "13911332122"})
    assert list(wizard.made.rows.values_list("expected", flat=True)) == ["created", "duplicate"]


def test_what_was_put_right_stays_when_the_columns_are_changed(firm, wizard):
    wizard.check(firm.zhou, csv_file(row(联系方式="134"), *several(2)))
    wizard.post("check", **{f"r2_{HEADINGS.index('联系方式')}": "13911332122"})
    wizard.columns(需求描述="")
    tasks.run_imports()
    wizard.made.refresh_from_db()
    assert wizard.made.expected == {"created": 3}


def test_the_rejected_rows_come_as_a_workbook_that_is_put_right_and_loaded_again(firm, wizard):
    formula = '=HYPERLINK("http://127.0.0.1/x","点我")'
    wizard.check(firm.zhou, csv_file(*several(2), row(客户名称="", 需求描述=formula), row(联系方式="134")))
    answer = wizard.get("rejected")
    book = load_workbook(BytesIO(b"".join(answer.streaming_content)))
    sheet = book.active
    lines = [[cell.value for cell in line] for line in sheet]
    assert [line[0] for line in lines[1:]] == [4, 5]
    need = sheet.cell(2, 3 + HEADINGS.index("需求描述"))
    assert (need.value, need.data_type) == (formula, "s")
    sheet.cell(2, 3 + HEADINGS.index("客户名称"), "新公司")
    sheet.cell(2, 3 + HEADINGS.index("联系方式"), "13911332100")
    stream = BytesIO()
    book.save(stream)
    stream.seek(0)
    stream.name = "错误行.xlsx"
    wizard.post("corrections", file=stream)
    wizard.made.refresh_from_db()
    assert (wizard.made.expected["created"], wizard.made.expected["rejected"]) == (3, 1)
    wizard.start()
    assert Lead.objects.get(customer__name="新公司").need == formula


def test_another_workbook_is_not_taken_for_the_one_of_rejected_rows(firm, wizard):
    wizard.check(firm.zhou, csv_file(row(联系方式="134")))
    stream = workbook(HEADINGS, row())
    stream.name = "a.xlsx"
    assert wizard.post("corrections", file=stream).status_code == 302
    assert "原文件行号" in wizard.get("check").content.decode()
    assert wizard.made.rows.get().expected == "rejected"


def test_a_file_that_breaks_off_says_so_and_leaves_nothing_half_written(firm, wizard, monkeypatch):
    wizard.upload(firm.zhou, csv_file(*several(3)))
    monkeypatch.setattr("leads.actions.import_checking.MOST_ROWS", 2)
    wizard.columns()
    tasks.run_imports()
    wizard.made.refresh_from_db()
    assert (wizard.made.state, wizard.made.rows.count()) == ("setup", 0)
    assert wizard.made.trouble in wizard.get("check").content.decode()
    assert nothing_written()


# 4 The choices


def test_the_last_step_says_what_each_choice_means_and_then_writes(firm, wizard):
    wizard.check(firm.zhou, csv_file(*several(30)))
    page = wizard.get("start").content.decode()
    assert "导入 30 条" in page
    assert nothing_written()
    assert wizard.start().url == wizard.url("detail")
    assert Lead.objects.count() == 30


def test_an_import_does_not_begin_twice_nor_unchecked(firm, wizard):
    wizard.upload(firm.zhou, csv_file(row()))
    assert wizard.post("start", known="ask", target="cleaning").status_code == 302
    assert LeadImport.objects.get().state == "setup"
    wizard.columns()
    tasks.run_imports()
    wizard.start()
    wizard.post("start", known="ask", target="cleaning")
    tasks.run_imports()
    assert Lead.objects.count() == 1


@pytest.mark.parametrize(
    ("known", "outcome", "need", "title", "reviewed"),
    [
        ("skip", "duplicate", "想看同行业案例", "", False),
        ("ask", "updated", "想看同行业案例", "运营总监", True),
        ("update", "updated", "另一个需求", "运营总监", False),
    ],
)
def test_a_known_contact_is_left_asked_about_or_updated(firm, wizard, known, outcome, need, title, reviewed):
    wizard.check(firm.zhou, csv_file(row(职务="")))
    wizard.start()
    wizard.check(firm.zhou, csv_file(row(需求描述="另一个需求", 产品类型="")))
    wizard.start(known=known)
    only, lead = wizard.made.rows.get(), Lead.objects.get()
    assert (only.outcome, only.to_review, lead.need, lead.contact.title) == (outcome, reviewed, need, title)
    assert lead.product == "工业软件"


def test_an_update_is_on_the_leads_story_like_any_edit(firm, wizard):
    wizard.check(firm.zhou, csv_file(row()))
    wizard.start()
    wizard.check(firm.zhou, csv_file(row(需求描述="另一个需求")))
    wizard.start(known="update")
    change = Lead.objects.get().field_changes.get()
    assert (change.before, change.after, change.by) == ("想看同行业案例", "另一个需求", firm.zhou)


def test_what_differs_is_decided_one_by_one(firm, wizard):
    wizard.check(firm.zhou, csv_file(*several(2)))
    wizard.start()
    wizard.check(firm.zhou, csv_file(*several(2, 需求描述="新需求", 产品类型="机器人")))
    wizard.start()
    first, second = wizard.made.rows.filter(to_review=True)
    assert "新需求" in wizard.get("review").content.decode()
    wizard.post("review", row=first.number, take=["need", "grade", "owner"])
    wizard.post("review", row=second.number)
    assert wizard.get("review").url == wizard.url("detail")
    assert list(Lead.objects.order_by("pk").values_list("need", "product")) == [
        ("新需求", "工业软件"),
        ("想看同行业案例", "工业软件"),
    ]
    assert list(wizard.made.rows.values_list("decided", flat=True)) == ["taken", "kept"]


def test_new_leads_go_to_account_managers_in_turn(firm, wizard):
    wizard.check(firm.zhou, csv_file(*several(4), row(意向等级="")))
    assert wizard.start(target="owners").status_code == 422
    wizard.start(target="owners", owners=[firm.wang.pk, firm.min.pk])
    held = Lead.objects.filter(status=Status.ASSIGNED).values_list("owner__username", flat=True)
    assert sorted(held) == ["min", "min", "wang", "wang"]
    assert Lead.objects.get(grade="").status == Status.CLEANING
    rules = set(
        Deadline.objects.open().filter(subject=Lead.objects.order_by("pk")[0].ref).values_list("rule", flat=True)
    )
    assert {"lead.accept", "lead.first_response"} <= rules


def test_new_leads_go_to_the_pool(firm, wizard):
    wizard.check(firm.zhou, csv_file(*several(2), row(意向等级="C")))
    wizard.start(target="pool")
    assert sorted(Lead.objects.values_list("status", flat=True)) == ["nurture", "pool", "pool"]


def test_a_customer_who_has_an_owner_stays_with_them_whatever_the_target(firm, wizard):
    Customer.objects.create(name="甲0", owner=firm.jing, created_at=clock.now())
    wizard.check(firm.zhou, csv_file(*several(1)))
    wizard.start(target="owners", owners=[firm.wang.pk])
    assert (Lead.objects.get().owner, Lead.objects.get().status) == (firm.jing, Status.ACTIVE)


def test_so_many_a_day_start_their_clocks_and_the_rest_wait_for_working_days(firm, wizard):
    wizard.check(firm.zhou, csv_file(*several(10)))
    wizard.start(target="owners", owners=[firm.wang.pk, firm.min.pk], per_day=2)
    assert Lead.objects.count() == 10
    days = sorted({turn.at for turn in ImportTurn.objects.all()})
    assert len(days) == 3
    assert [ImportTurn.objects.filter(at=day).count() for day in days] == [4, 4, 2]
    waiting = ImportTurn.objects.filter(done_at=None)
    begun = Lead.objects.filter(status=Status.ASSIGNED).count()
    assert begun + waiting.count() == 10
    assert not Deadline.objects.open().filter(subject__in=[turn.lead.ref for turn in waiting]).exists()
    assert "等待分批交接" in wizard.get("detail").content.decode()
    ImportTurn.objects.filter(done_at=None).update(at=clock.now())
    tasks.run_imports()
    assert Lead.objects.filter(status=Status.ASSIGNED).count() == 10


def test_a_lead_that_was_graded_before_its_turn_is_not_handed_over_again(firm, wizard):
    wizard.check(firm.zhou, csv_file(*several(3)))
    wizard.start(per_day=1)
    turn = ImportTurn.objects.filter(done_at=None).last()
    Lead.objects.filter(pk=turn.lead_id).update(qualified_at=clock.now())
    ImportTurn.objects.filter(done_at=None).update(at=clock.now())
    tasks.run_imports()
    assert not Deadline.objects.filter(subject=turn.lead.ref).exists()
    assert Deadline.objects.filter(rule="lead.qualify").count() == 2


def test_a_manager_can_name_only_sellers_below_them(firm, wizard):
    wizard.check(firm.zhao, csv_file(row()))
    assert wizard.start(owner=firm.zhou.pk).status_code == 422
    assert wizard.start(target="owners", owners=[firm.zhou.pk]).status_code == 422
    assert wizard.start(owner=firm.wang.pk).status_code == 302


def test_two_people_go_on_with_one_file_and_only_the_first_begins(firm, wizard, client):
    wizard.check(firm.zhou, csv_file(*several(3)))
    client.force_login(firm.he)
    wizard.start()
    client.force_login(firm.zhou)
    for name, sent in (("columns", {}), ("check", {"r2_1": "x"}), ("discard", {}), ("start", {"known": "ask"})):
        assert wizard.post(name, **sent).status_code == 302
    wizard.made.refresh_from_db()
    assert (wizard.made.state, wizard.made.created) == ("done", 3)


def test_a_check_that_was_begun_anew_is_not_mixed_with_the_old_one(firm, wizard):
    wizard.upload(firm.zhou, csv_file(*several(3)))
    wizard.columns()
    stale = LeadImport.objects.get()
    wizard.columns(需求描述="")
    assert import_checking._still(stale) is None
    tasks.run_imports()
    wizard.made.refresh_from_db()
    assert wizard.made.expected == {"created": 3}


def test_without_a_broker_the_check_stands_and_the_timer_finds_it(firm, client, django_capture_on_commit_callbacks):
    wizard = Wizard(client)
    with django_capture_on_commit_callbacks(execute=True):
        wizard.upload(firm.zhou, csv_file(row()))
        wizard.columns()
    tasks.run_imports()
    assert LeadImport.objects.get().state == "checked"


# A long list


def expected_of(made) -> dict[int, str]:
    same = {"differing": "duplicate"}
    return {number: same.get(kind, kind) for number, kind in made.rows.values_list("number", "expected")}


def test_a_long_dirty_list_is_foreseen_row_by_row(firm, wizard):
    rows, truth = dirty_list(1500)
    made = wizard.check(firm.zhou, csv_file(*rows, encoding="utf-16", delimiter="\t"))
    assert {n: kind for n, kind in expected_of(made).items() if kind != truth[n]} == {}
    assert len(truth) == made.total == 1500


@pytest.mark.soak
@pytest.mark.parametrize(
    ("encoding", "delimiter", "count"),
    [
        ("utf-8-sig", ";", 1100),
        ("utf-16", "\t", 1100),
        ("gb18030", ",", 5500),
        ("utf-16-be", "|", 1100),
        ("xlsx", "", 1100),
    ],
)
def test_every_dirty_row_becomes_what_was_foreseen(firm, wizard, encoding, delimiter, count):
    rows, truth = dirty_list(count, seed=len(encoding))
    excel = encoding == "xlsx"
    stream = workbook(HEADINGS, *rows) if excel else csv_file(*rows, encoding=encoding, delimiter=delimiter)
    made = wizard.check(firm.zhou, stream, name="线索.xlsx" if excel else "线索.csv")
    assert expected_of(made) == truth
    wizard.start()
    assert dict(made.rows.values_list("number", "outcome")) == truth
    assert Lead.objects.count() == list(truth.values()).count("created")
    wizard.post("undo")
    while LeadImport.objects.get().state == "undoing":
        tasks.run_imports()
    assert nothing_written()


def test_a_row_without_a_grade_is_told_so_at_whatever_stage(firm, wizard):
    wizard.check(firm.zhou, csv_file(row(意向等级="")))
    wizard.start(target="pool")
    page = wizard.get("detail").content.decode()
    assert "没有意向等级，先清洗并分配" in page
    assert "已到后续阶段" not in page


# Undo


def test_an_untouched_import_is_undone_whole_and_can_be_imported_again(firm, wizard):
    wizard.check(firm.zhou, csv_file(*several(5), row(跟进阶段="需求分析")))
    wizard.start(owner=firm.wang.pk)
    assert Deadline.objects.open().count() == 8  # six to clean or follow up, two more of the one that is held
    wizard.post("undo")
    tasks.run_imports()
    wizard.made.refresh_from_db()
    assert (wizard.made.state, wizard.made.undone, wizard.made.kept) == ("undone", 6, 0)
    assert nothing_written()
    assert not Deadline.objects.open().exists()
    assert set(Deadline.objects.values_list("ending", flat=True)) == {"void"}
    assert wizard.check(firm.zhou, csv_file(*several(5))).expected == {"created": 5}


def test_what_somebody_has_worked_on_is_kept_and_named(firm, wizard, client):
    wizard.check(firm.zhou, csv_file(*several(4)))
    wizard.start()
    first, second, third, _fourth = Lead.objects.order_by("pk")
    now = clock.now()
    edit(first, field="need", value="谈过了", by=firm.zhou, at=now)
    qualify(second, grade="B", industry="汽车配件", size="small", by=firm.zhou, at=now)
    close(third, reason="不需要", by=firm.zhou, at=now)
    wizard.post("undo")
    tasks.run_imports()
    wizard.made.refresh_from_db()
    assert (wizard.made.undone, wizard.made.kept) == (1, 3)
    assert list(wizard.made.rows.values_list("undo", flat=True)) == ["edited", "cleaned", "worked_on", "undone"]
    page = wizard.get("detail").content.decode()
    assert "之后有人修改过" in page
    assert Lead.objects.count() == 3


def test_a_known_lead_gets_its_fields_back_unless_they_were_changed_since(firm, wizard):
    wizard.check(firm.zhou, csv_file(*several(2, 职务="")))
    wizard.start()
    wizard.check(firm.zhou, csv_file(*several(2, 需求描述="新需求")))
    wizard.start(known="update")
    lead = Lead.objects.order_by("pk")[1]
    edit(lead, field="need", value="更新的", by=firm.zhou, at=clock.now())
    wizard.post("undo")
    tasks.run_imports()
    assert list(Lead.objects.order_by("pk").values_list("need", "contact__title")) == [
        ("想看同行业案例", ""),
        ("更新的", "运营总监"),
    ]
    wizard.made.refresh_from_db()
    assert (wizard.made.undone, wizard.made.kept) == (1, 1)


def test_an_import_is_undone_once_and_within_seven_days(firm, wizard):
    wizard.check(firm.zhou, csv_file(*several(2)))
    wizard.start()
    LeadImport.objects.update(finished_at="2026-01-01T00:00Z")
    assert wizard.get("undo").status_code == 302
    wizard.post("undo")
    assert LeadImport.objects.get().state == "done"
    assert Lead.objects.count() == 2


def test_what_waits_for_its_day_is_undone_too(firm, wizard):
    wizard.check(firm.zhou, csv_file(*several(6)))
    wizard.start(per_day=2)
    wizard.post("undo")
    tasks.run_imports()
    assert nothing_written()
    assert not ImportTurn.objects.exists()


def test_a_key_customer_that_an_import_gave_away_is_passed_back_by_its_undo(firm, wizard):
    wizard.check(firm.zhou, csv_file(row()))
    wizard.start()
    customer = Customer.objects.get()
    mark_key(customer, reason="年采购额最大", by=firm.zhao, at=clock.now())
    wizard.check(firm.zhou, csv_file(row(联系方式="13911332123", 联系人="李娟", 跟进阶段="需求分析")))
    wizard.start(owner=firm.wang.pk)
    assert Customer.objects.get().owner == firm.wang
    wizard.post("undo")
    tasks.run_imports()
    assert Customer.objects.get().owner is None
    passed = Event.objects.filter(name="customer.passed_on", subject=customer.ref).order_by("id")
    assert [(event.refs.get("previous"), event.refs.get("owner")) for event in passed] == [
        (None, firm.wang.pk),
        (firm.wang.pk, None),
    ]


# The template


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_template_is_in_the_users_language_and_is_read_back(firm, client, language):
    User.objects.update(language=language)
    firm.zhou.refresh_from_db()
    client.force_login(firm.zhou)
    answer = client.get(reverse("leads:import_template"))
    book = load_workbook(BytesIO(b"".join(answer.streaming_content)))
    sheet = book.worksheets[0]
    headings = [cell.value for cell in sheet[1]]
    assert len(fields(headings)) == len(headings)
    phone = next(cell for cell in sheet[2] if headings[cell.column - 1] == headings[6])
    assert phone.number_format == "@"
    assert len(sheet.data_validations.dataValidation) >= 4
    assert book.worksheets[2].max_row >= 5
    lists = book.worksheets[1]
    for index, heading in enumerate(headings, 1):
        words = [cell.value for cell in lists[get_column_letter(index)] if cell.value]
        name = next(iter(fields([heading])))
        if name in ("source", "stage", "size", "grade"):
            assert all(getattr(values, name)(word) is not None for word in words), (heading, words)


# Costs


def test_each_step_costs_the_same_however_many_rows_there_are(firm, wizard):
    costs = []
    for count in (3, 120):
        wizard.check(firm.zhou, csv_file(*several(count), *[row(联系方式="134") for _ in range(count // 3)]))
        for name in ("file", "columns", "check", "start"):
            wizard.get(name)
            with CaptureQueriesContext(connection) as queries:
                assert wizard.get(name).status_code == 200
            costs.append((name, len(queries)))
    assert costs[:4] == costs[4:]
    assert max(cost for _name, cost in costs) <= 14


def test_thousands_of_rows_are_checked_in_seconds(firm, wizard):
    wizard.upload(firm.zhou, csv_file(*several(3000)))
    wizard.columns()
    began = time.monotonic()
    tasks.run_imports()
    took = time.monotonic() - began
    assert LeadImport.objects.get().expected == {"created": 3000}
    assert took < 15, f"{took:.1f} s"
    assert ImportRow.objects.count() == 3000
