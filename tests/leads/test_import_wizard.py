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
from leads.models import Customer, ImportFile, ImportRow, Lead, LeadImport
from leads.reading import values
from leads.reading.headings import fields
from salesops.people.models import User
from salesops.web.forms.once import new_token
from tests.leads.files import HEADINGS, csv_file, csv_text, row, workbook
from tests.leads.wizard import nothing_written, several

pytestmark = pytest.mark.django_db


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
