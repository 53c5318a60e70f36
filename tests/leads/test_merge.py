"""Two customers that are one company are merged, and the merge is taken back (market.md 2; handbook H3: one owner)."""

import pytest

from leads.actions import Refused, log_follow_up, mark_key, merge, set_tags, undo_merge
from leads.actions.arriving import find_customer
from leads.models import Contact, Customer, KeyMark, Lead, Merge
from salesops.sop.models import Deadline
from salesops.web.forms.once import new_token
from tests.company import outsider
from tests.sop.world import local, run_sweep

pytestmark = pytest.mark.django_db
AT = local("2026-03-03 10:00")


@pytest.fixture
def pair(firm, claimed):
    """克来机电 of 王伟, and 上海克来 of 张敏, each with a lead in hand."""
    first = claimed("09:00", "11:00", "11:00", company="克来机电")
    return first, claimed("09:00", "11:30", "11:30", company="上海克来", by=firm.min)


def customers(pair):
    return [Customer.objects.get(pk=lead.customer_id) for lead in pair]


def merged(firm, pair, **values):
    kept, gone = customers(pair)
    return merge(kept, gone, values=values, reason="同一家公司", by=firm.zhou, at=AT)


def test_leads_and_contacts_move_and_holders_and_duties_stay(firm, pair):
    owed = {row.pk: (row.rule, row.owner_id, row.due_at, row.ending) for row in Deadline.objects.all()}
    merged(firm, pair)
    second = Lead.objects.get(pk=pair[1].pk)
    assert (second.customer_id, second.owner, second.status) == (pair[0].customer_id, firm.min, "active")
    assert Contact.objects.filter(customer=pair[0].customer_id).count() == 2
    assert {row.pk: (row.rule, row.owner_id, row.due_at, row.ending) for row in Deadline.objects.all()} == owed
    values = {"way": "call", "reached": True, "note": "谈了需求", "need": "替换旧系统", "intent": "high"}
    log_follow_up(second, by=firm.min, at=local("2026-03-03 11:00"), **values)
    met = Deadline.objects.filter(rule="lead.first_response", file=second.ref).values_list("ending", flat=True)
    assert [*met] == ["met"]


def test_the_owner_of_the_one_that_stays_keeps_it_and_an_ownerless_one_gets_the_others(firm, pair):
    merged(firm, pair)
    assert Customer.objects.get(pk=pair[0].customer_id).owner == firm.wang
    lone = Customer.objects.create(name="克来集团", created_at=AT)
    kept = Customer.objects.get(pk=pair[0].customer_id)
    merge(lone, kept, values={}, reason="集团名称", by=firm.zhou, at=AT)
    assert Customer.objects.get(pk=lone.pk).owner == firm.wang


def test_the_chosen_values_hold_and_the_tags_of_both(firm, pair):
    kept, gone = customers(pair)
    set_tags(kept, tags=["制造业"], by=firm.wang, at=AT)
    set_tags(gone, tags=["看重性价比"], by=firm.min, at=AT)
    merged(firm, pair, industry="工业自动化")
    kept.refresh_from_db()
    assert (kept.industry, kept.tags) == ("工业自动化", ["制造业", "看重性价比"])


def test_a_new_lead_under_the_duplicates_name_goes_to_the_customer_that_stays(firm, pair):
    merged(firm, pair)
    assert find_customer("上海克来有限公司").pk == pair[0].customer_id


def test_a_key_customer_stays_one_whichever_carried_the_mark(firm, pair):
    mark_key(customers(pair)[1], reason="大客户", by=firm.zhao, at=local("2026-03-02 15:00"))
    merged(firm, pair)
    assert KeyMark.objects.get(until=None).customer_id == pair[0].customer_id
    run_sweep("2026-04-01 00:01")
    row = Deadline.objects.get(rule="lead.key_contact")
    assert (row.subject, row.owner) == (f"customer:{pair[0].customer_id}", firm.wang)


@pytest.mark.parametrize("both", [False, True])
def test_undo_gives_the_mark_of_a_key_customer_back(firm, pair, both):
    kept, gone = customers(pair)
    for customer in (kept, gone) if both else (gone,):
        mark_key(customer, reason="大客户", by=firm.zhao, at=local("2026-03-02 15:00"))
    undo_merge(merged(firm, pair), by=firm.zhou, at=local("2026-03-04 10:00"))
    marked = set(KeyMark.objects.filter(until=None).values_list("customer", "reason"))
    assert marked == {(customer.pk, "大客户") for customer in ((kept, gone) if both else (gone,))}


def test_what_is_merged_is_not_merged_again(firm, pair):
    merged(firm, pair)
    with pytest.raises(Refused):
        merged(firm, pair)


def test_undo_puts_everything_back(firm, pair):
    before = customers(pair)
    made = merged(firm, pair, industry="工业自动化")
    assert undo_merge(made, by=firm.zhou, at=local("2026-03-04 10:00")) == 0
    assert Lead.objects.get(pk=pair[1].pk).customer_id == before[1].pk
    assert Contact.objects.filter(customer=before[1]).count() == 1
    assert Customer.objects.get(pk=before[0].pk).industry == before[0].industry
    assert Customer.objects.get(pk=before[1].pk).merged_into is None
    with pytest.raises(Refused):
        undo_merge(made, by=firm.zhou, at=local("2026-03-04 11:00"))


def test_a_lead_that_somebody_has_worked_on_since_stays_with_its_contact(firm, pair):
    made = merged(firm, pair)
    values = {"way": "call", "reached": True, "note": "谈了需求", "need": "替换旧系统", "intent": "high"}
    log_follow_up(Lead.objects.get(pk=pair[1].pk), by=firm.min, at=local("2026-03-03 11:00"), **values)
    assert undo_merge(made, by=firm.zhou, at=local("2026-03-04 10:00")) == 1
    second = Lead.objects.get(pk=pair[1].pk)
    assert second.customer_id == second.contact.customer_id == pair[0].customer_id


def test_after_seven_days_or_a_further_merge_nothing_is_undone(firm, pair):
    made = merged(firm, pair)
    with pytest.raises(Refused):
        undo_merge(made, by=firm.zhou, at=local("2026-03-10 10:01"))
    third = Customer.objects.create(name="克来集团", created_at=AT)
    merge(third, Customer.objects.get(pk=pair[0].customer_id), values={}, reason="集团", by=firm.zhou, at=AT)
    with pytest.raises(Refused):
        undo_merge(made, by=firm.zhou, at=local("2026-03-04 10:00"))
    assert find_customer("上海克来") == third


def test_the_page_shows_what_moves_who_keeps_it_and_who_is_there_twice(firm, pair, client, time_machine):
    time_machine.move_to(local("2026-03-04 10:00"), tick=False)
    kept, gone = customers(pair)
    Customer.objects.filter(pk=gone.pk).update(industry="工业自动化")
    client.force_login(firm.zhou)
    address = f"/leads/customers/{kept.pk}/merge/{gone.pk}/"
    page = client.get(address)
    text = page.content.decode()
    assert all(word in text for word in ("上海克来", "王伟", "张敏", "蒋宇", "工业自动化"))
    assert pair[1].contact.phone not in text
    assert client.post(address, {"once": "m1", "industry": "工业自动化"}).status_code == 422
    assert not Merge.objects.exists()
    assert client.post(address, {"once": "m1", "industry": "工业自动化", "reason": "同一家"}).status_code == 302
    assert client.get(f"/leads/customers/{gone.pk}/").headers["Location"] == f"/leads/customers/{kept.pk}/"
    shown = client.get(f"/leads/customers/{kept.pk}/").content.decode()
    assert f"/leads/customer-merges/{Merge.objects.get().pk}/undo/" in shown


def test_a_manager_merges_only_what_no_stranger_owns_and_reads_no_contact_of_the_pool(firm, pair, client, time_machine):
    time_machine.move_to(local("2026-03-04 10:00"), tick=False)
    kept, gone = customers(pair)
    client.force_login(firm.zhao)
    address = f"/leads/customers/{kept.pk}/merge/{gone.pk}/"
    assert "蒋宇" in client.get(address).content.decode()
    Lead.objects.filter(customer=gone).update(owner=None, status="pool")
    stranger = outsider(firm)
    Customer.objects.filter(pk=gone.pk).update(owner=stranger)
    assert client.get(address).status_code == 403
    assert client.post(address, {"once": new_token(), "reason": "抢客户"}).status_code == 403
    Customer.objects.filter(pk=gone.pk).update(owner=None)
    page = client.get(address)
    assert (page.status_code, "蒋宇" in page.content.decode()) == (200, False)
    assert client.post(address, {"once": new_token(), "reason": "同一家"}).status_code == 302
    Customer.objects.filter(pk=kept.pk).update(owner=stranger)
    made = Merge.objects.get()
    assert client.post(f"/leads/customer-merges/{made.pk}/undo/", {"once": new_token()}).status_code in (403, 404)
    assert Merge.objects.get().undone_at is None
