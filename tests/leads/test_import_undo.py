"""Undoing an import: what nobody has touched goes, what somebody has worked on stays and is named."""

import pytest

from leads import tasks
from leads.actions import close, edit, mark_key, qualify
from leads.models import Customer, ImportTurn, Lead, LeadImport
from salesops import clock
from salesops.events.models import Event
from salesops.sop.models import Deadline
from tests.leads.files import csv_file, row
from tests.leads.wizard import nothing_written, several

pytestmark = pytest.mark.django_db


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
