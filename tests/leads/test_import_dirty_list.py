"""A long dirty list: every row becomes what the check foresaw."""

import pytest

from leads import tasks
from leads.models import Lead, LeadImport
from tests.leads.dirty_list import dirty_list
from tests.leads.files import HEADINGS, csv_file, row, workbook
from tests.leads.wizard import nothing_written

pytestmark = pytest.mark.django_db


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
