"""The last step of an import: what each choice does with known contacts, owners, pools and days."""

from collections import Counter

import pytest

from leads import tasks
from leads.actions import import_checking
from leads.models import Customer, ImportTurn, Lead, LeadImport, Status
from salesops import clock
from salesops.sop.models import Deadline
from tests.leads.files import csv_file, row
from tests.leads.wizard import Wizard, nothing_written, several

pytestmark = pytest.mark.django_db


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


def test_the_next_import_goes_on_where_the_last_one_stopped(firm, wizard):
    owners = [firm.wang.pk, firm.min.pk, firm.jing.pk]
    for number in range(3):
        wizard.check(firm.zhou, csv_file(*several(4, first=4 * number)))
        wizard.start(target="owners", owners=owners)
    held = [*Lead.objects.order_by("pk").values_list("owner", flat=True)]
    assert held == owners * 4


@pytest.mark.soak
def test_five_hundred_new_leads_go_to_three_in_turn(firm, wizard):
    wizard.check(firm.zhou, csv_file(*several(500)))
    wizard.start(target="owners", owners=[firm.wang.pk, firm.min.pk, firm.jing.pk])
    assert sorted(Counter(Lead.objects.values_list("owner", flat=True)).values()) == [166, 167, 167]


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
