"""Reading files of leads: encodings, headings, and the ways in which people write numbers, dates and amounts."""

import datetime
import io
import tracemalloc
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest

from leads import reading
from leads.reading import values
from leads.reading.form import Columns, understand
from tests.leads.files import HEADINGS, csv_file, csv_text, row, workbook


def read(stream):
    with reading.opened(stream) as table:
        return table, list(table.rows)


def why(stream) -> str:
    with pytest.raises(reading.Unreadable) as refused:
        read(stream)
    return str(refused.value)


def understood(**cells):
    table, rows = read(csv_file(row(**cells)))
    return understand(rows[0].cells, Columns(table.headings))


# Encodings, delimiters, headings


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gbk", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_every_encoding_and_delimiter_is_found(encoding, delimiter):
    _table, rows = read(csv_file(row(), encoding=encoding, delimiter=delimiter))
    assert [rows[0].cells[name] for name in ("客户名称", "联系人", "联系方式")] == ["克来机电", "蒋宇", "13911332122"]


def test_rare_characters_of_gb18030_survive():
    table, rows = read(csv_file(row(联系人="㐂𠮷"), encoding="gb18030"))
    assert (table.encoding, rows[0].cells["联系人"]) == ("gb18030", "㐂𠮷")


def test_if_several_encodings_fit_it_is_said_which_was_taken():
    # Headings and cells of plain ASCII read the same in both.
    table, _rows = read(io.BytesIO(b"company,phone\r\nACME,13800138000\r\n"))
    assert (table.encoding, table.also) == ("utf-8", ("gb18030",))


def test_a_file_in_no_known_encoding_is_refused_and_never_guessed(english):
    assert "UTF-8" in why(io.BytesIO(b"\xff\xff,\xfe\xfe\x81\n"))


def test_a_title_above_the_headings_does_no_harm():
    _table, rows = read(workbook(["客户信息登记表"], [], HEADINGS, row()))
    assert (rows[0].number, rows[0].cells["客户名称"]) == (4, "克来机电")


@pytest.mark.parametrize("heading", ["手机", "手机号", "电话", "联系方式", " 联系电话 ", "手机号码*", "Phone"])
def test_headings_have_synonyms(heading):
    table, rows = read(csv_file(["克来机电", "13911332122"], headings=["公司名称", heading]))
    form = understand(rows[0].cells, Columns(table.headings))
    assert (form.company, form.phone) == ("克来机电", "13911332122")


def test_of_two_columns_of_phones_the_first_usable_number_counts():
    table, rows = read(csv_file(["克来机电", "123", "13911332122"], headings=["公司", "电话", "手机"]))
    assert understand(rows[0].cells, Columns(table.headings)).phone == "13911332122"


def test_a_file_without_a_column_of_companies_is_refused(english):
    assert "company" in why(csv_file(["蒋宇", "13911332122"], headings=["联系人", "电话"]))
    assert "company" in why(workbook(["联系人", "电话"], ["蒋宇", "13911332122"]))


def test_mixed_newlines_and_nul_characters_are_read():
    text = csv_text(row(), row(客户名称="甲\x00乙")).replace("\r\n", "\n", 1)
    _table, rows = read(io.BytesIO(text.encode()))
    assert [one.cells["客户名称"] for one in rows] == ["克来机电", "甲乙"]


def test_a_cell_of_megabytes_spoils_its_own_row_only():
    _table, rows = read(csv_file(row(), row(需求描述="长" * 3_000_000), row(客户名称="纽威股份")))
    assert [one.too_long for one in rows] == [False, True, False]
    assert rows[2].cells["客户名称"] == "纽威股份"


def test_blank_rows_below_the_list_are_kept_in_number_but_not_without_end():
    _table, rows = read(workbook(HEADINGS, row(), [], row()))
    assert [(one.number, one.blank) for one in rows] == [(2, False), (3, True), (4, False)]
    _table, rows = read(io.BytesIO((csv_text(row()) + ",,\r\n" * 5000).encode()))
    assert len(rows) < 10


def test_memory_stays_flat_however_long_the_file():
    text = csv_text(*(row() for _ in range(20_000))).encode("gb18030")
    stream = io.BytesIO(text)
    tracemalloc.start()
    with reading.opened(stream) as table:
        count = sum(1 for _ in table.rows)
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 20_000
    assert most < 2_000_000


OLD = Path(__file__).resolve().parents[1] / "data/old_form.xls"


def test_an_old_workbook_is_read_with_the_row_numbers_that_excel_shows():
    with OLD.open("rb") as stream:
        table, rows = read(stream)
    form = understand(rows[0].cells, Columns(table.headings))
    assert (table.kind, [one.number for one in rows]) == ("xls", [4, 5, 6])
    assert (form.company, form.phone, form.budget) == ("克来机电", "13911332122", Decimal(120))
    assert form.next_on == datetime.date(2026, 12, 3)


def test_half_an_old_workbook_is_refused(english):
    assert "damaged" in why(io.BytesIO(OLD.read_bytes()[:3000]))


# What is refused before it is unpacked


def packed(**entries) -> io.BytesIO:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml").replace("_bin", ".bin"), content)
    return stream


def test_a_bomb_is_refused_before_it_is_unpacked(english):
    assert "unpacks" in why(packed(xl__worksheets__sheet1_xml=b"0" * 50_000_000))


def test_macros_are_refused(english):
    assert "macros" in why(packed(xl__vbaProject_bin=b"x"))


def test_an_old_or_protected_workbook_is_refused(english):
    assert "password" in why(io.BytesIO(b"\xd0\xcf\x11\xe0" + b"0" * 100))


@pytest.mark.parametrize("content", [b"PK\x03\x04rubbish", b""])
def test_rubbish_is_refused(content):
    assert why(io.BytesIO(content))


def test_entities_in_a_workbook_are_refused():
    good = workbook(HEADINGS, row())
    stream = io.BytesIO()
    with zipfile.ZipFile(good) as old, zipfile.ZipFile(stream, "w") as new:
        for entry in old.infolist():
            content = old.read(entry)
            if entry.filename.endswith("sheet1.xml"):
                content = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + content
            new.writestr(entry.filename, content)
    assert why(stream)


def test_a_workbook_with_thousands_of_columns_is_cut_to_what_a_form_can_have():
    _table, rows = read(workbook([*HEADINGS, *["x"] * 5000], [*row(), *["y"] * 5000]))
    assert len(rows[0].cells) < 80


# Values


@pytest.mark.parametrize(
    "text",
    [
        "13911332122",
        "+86 139 1133 2122",
        "139-1133-2122",
        "１３９１１３３２１２２",
        "8613911332122",
        "1.3911332122E+10",
    ],
)
def test_every_way_of_writing_a_mobile_number(text):
    assert values.reach(text).phone == "13911332122"


def test_a_number_that_a_spreadsheet_rounded_is_reported_not_invented():
    assert values.reach("1.39E+10") == values.Reach(rounded=True)
    assert understood(联系方式="1.39E+10").rejected == ("联系方式", "phone_rounded")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("021-62345678转802", ("02162345678x802", "", "")),
        ("400-820-8820", ("4008208820", "", "")),
        ("13911332122 / 13800138000", ("13911332122", "", "")),
        ("jiang.yu@example.com", ("", "jiang.yu@example.com", "")),
        ("微信：jiangyu_88", ("", "", "jiangyu_88")),
        ("jiangyu_88", ("", "", "jiangyu_88")),
        ("13911332122；微信:jiangyu_88", ("13911332122", "", "jiangyu_88")),
        ("13485473", ("", "", "")),
        ("无", ("", "", "")),
    ],
)
def test_ways_to_make_contact(text, expected):
    assert values.reach(text)[:3] == expected


@pytest.mark.parametrize(
    "text",
    ["2026-12-03", "2026-12-3", "2026/12/3", "2026.12.03", "2026年12月3日", "20261203", "46359", "２０２６/12/3"],
)
def test_every_form_of_a_date(text):
    assert values.day(text) == datetime.date(2026, 12, 3)


@pytest.mark.parametrize("text", ["2026-13-01", "12-03", "下周", "99999", "1"])
def test_what_is_no_date_is_left_out_and_reported(text):
    form = understood(下次跟进时间=text)
    assert (form.next_on, form.rejected) == (None, None)
    assert ("下次跟进时间", "unreadable") in form.changed


@pytest.mark.parametrize(
    ("text", "grade"),
    [("A", "A"), ("a", "A"), ("B级", "B"), ("高意向", "A"), ("中意向", "B"), ("低意向", "C"), ("？", "")],
)
def test_grades(text, grade):
    assert understood(意向等级=text).grade == grade


@pytest.mark.parametrize(
    ("text", "stage"),
    [("初次接触", 1), ("需求分析", 2), ("方案沟通", 3), ("商务谈判", 3), ("合同签订", 4), ("", 1), ("其他", 1)],
)
def test_stages(text, stage):
    form = understood(跟进阶段=text)
    assert (form.stage, form.negotiating) == (stage, text == "商务谈判")


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("企业官网", "website"),
        ("渠道转介", "partner"),
        ("合作伙伴推荐", "partner"),
        ("社交媒体", "social"),
        ("?", "other"),
    ],
)
def test_sources(text, source):
    assert understood(线索来源=text).source == source


@pytest.mark.parametrize(
    ("text", "amount"),
    [("120", "120"), ("120.5", "120.5"), ("1,200", "1200"), ("50万", "50"), ("500000元", "50"), ("1.5亿", "15000")],
)
def test_budgets_are_in_ten_thousand_yuan(text, amount):
    assert values.budget(text) == Decimal(amount)


@pytest.mark.parametrize("text", ["50-80万", "待定", "-5", "1e9", "99999999999999"])
def test_what_is_no_amount_is_left_out(text):
    assert values.budget(text) is None


def test_a_row_without_a_company_or_a_way_to_make_contact_is_rejected():
    assert understood(客户名称=" ").rejected == ("客户名称", "no_company")
    assert understood(联系方式="13485473").rejected == ("联系方式", "no_contact")
    assert understood(联系方式="").rejected == ("联系方式", "no_contact")
    assert understood(客户名称="长" * 201).rejected == ("客户名称", "too_long")


def test_what_was_put_right_is_named():
    form = understood(
        客户名称=" 华大基因（集团）", 联系方式="+86 139 1133-2122", 意向等级="B级", 下次跟进时间="2026/12/3"
    )
    assert form.company == "华大基因（集团）"
    assert {column for column, how in form.changed if how == "put_right"} == {
        "客户名称",
        "联系方式",
        "意向等级",
        "下次跟进时间",
    }


def test_formulas_and_html_stay_the_text_that_they_are():
    text = '=HYPERLINK("http://127.0.0.1/x","点我")'
    _table, rows = read(workbook(HEADINGS, row(需求描述=text)))
    assert rows[0].cells["需求描述"] == text
    assert understood(需求描述="<script>alert(1)</script>").need == "<script>alert(1)</script>"


def test_cells_of_excel_read_as_people_see_them():
    cells = dict(zip(HEADINGS, row(), strict=True)) | {
        "联系方式": 13911332122.0,
        "预算(万元)": 120,
        "下次跟进时间": datetime.datetime(2026, 12, 3),
    }
    table, rows = read(workbook(HEADINGS, list(cells.values())))
    form = understand(rows[0].cells, Columns(table.headings))
    assert (form.phone, form.budget, form.next_on) == ("13911332122", Decimal(120), datetime.date(2026, 12, 3))
