"""The customer's page, key customers and lead.key_contact, tags, groups (sop.md sections 2, 5, 9)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leads.actions import (
    Refused,
    assign,
    log_key_contact,
    mark_key,
    return_to_pool,
    set_parent,
    set_tags,
    unmark_key,
)
from leads.models import Contact, Customer, KeyMark, Lead, Tag
from salesops.events.models import Event
from salesops.notices.models import Notice
from salesops.sop.models import Deadline
from tests.sop.world import local, run_sweep, shown

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(claimed):
    """A lead that 王伟 claimed at 11:00, with its customer."""
    return claimed("09:00", "10:00", "11:00")


@pytest.fixture
def key(firm, lead):
    """Its customer, a key customer since 2026-03-03."""
    customer = Customer.objects.get(pk=lead.customer_id)
    mark_key(customer, reason="年采购额最大", by=firm.zhao, at=local("2026-03-03 10:00"))
    return customer


def rows(customer):
    found = Deadline.objects.filter(rule="lead.key_contact", subject=customer.ref).order_by("id")
    return [(row.owner.username, row.ending, shown(row.due_at)) for row in found]


def talk(customer, by, at):
    return log_key_contact(customer, feedback="用得顺", needs="想加移动端", by=by, at=local(at))


def test_the_owner_of_a_key_customer_owes_a_contact_each_month_from_the_next_month_on(firm, key):
    run_sweep("2026-03-31 09:00")
    assert rows(key) == []
    run_sweep("2026-04-01 00:01")
    assert rows(key) == [("wang", "", "Thu 04-30 18:00")]


def test_a_contact_with_feedback_and_new_needs_meets_the_month(firm, key):
    run_sweep("2026-04-01 00:01")
    talk(key, firm.wang, "2026-04-10 10:00")
    assert rows(key) == [("wang", "met", "Thu 04-30 18:00")]


def test_the_manager_is_told_of_a_missed_month_and_it_can_be_made_up_until_the_next_is_due(firm, key):
    run_sweep("2026-04-01 00:01")
    run_sweep("2026-04-30 18:01")
    row = Deadline.objects.get(rule="lead.key_contact")
    assert Notice.objects.filter(key=f"d{row.pk}.late", person=firm.zhao).exists()
    talk(key, firm.wang, "2026-05-06 10:00")
    row.refresh_from_db()
    assert (row.ending, row.met_at > row.due_at) == ("met", True)


def test_taking_the_mark_back_makes_the_month_void(firm, key):
    run_sweep("2026-04-01 00:01")
    unmark_key(key, reason="已停产", by=firm.zhao, at=local("2026-04-10 10:00"))
    assert rows(key) == [("wang", "void", "Thu 04-30 18:00")]
    run_sweep("2026-05-01 00:01")
    assert len(rows(key)) == 1


def test_a_new_owner_owes_the_next_month_and_the_former_one_nothing_more(firm, key, lead):
    run_sweep("2026-04-01 00:01")
    assign(lead, to=firm.min, by=firm.zhao, at=local("2026-04-10 10:00"))
    run_sweep("2026-05-01 00:01")
    assert rows(key) == [("wang", "void", "Thu 04-30 18:00"), ("min", "", "Fri 05-29 18:00")]


def test_the_month_is_owed_by_who_owned_the_customer_when_it_began(firm, key, lead):
    assign(lead, to=firm.min, by=firm.zhao, at=local("2026-04-01 00:00:30"))
    run_sweep("2026-04-01 09:00", after_silence=True)
    assert [owner for owner, _ending, _due in rows(key)] in ([], ["wang"])


def test_a_customer_without_an_owner_is_owed_by_nobody_until_it_has_one(firm, key, lead):
    return_to_pool(lead, reason="出差", by=firm.wang, at=local("2026-03-20 10:00"))
    run_sweep("2026-04-01 00:01")
    assert rows(key) == []


def test_a_mark_is_set_once_and_taken_once_and_both_are_recorded(firm, key):
    with pytest.raises(Refused):
        mark_key(key, reason="再标一次", by=firm.zhao, at=local("2026-03-04 10:00"))
    unmark_key(key, reason="降级", by=firm.zhao, at=local("2026-03-05 10:00"))
    with pytest.raises(Refused):
        unmark_key(key, reason="再来", by=firm.zhao, at=local("2026-03-05 11:00"))
    mark = KeyMark.objects.get()
    assert (mark.by, mark.reason, mark.ended_by, mark.ended_reason) == (firm.zhao, "年采购额最大", firm.zhao, "降级")
    names = Event.objects.filter(name__startswith="customer.").order_by("at").values_list("name", flat=True)
    assert [*names] == ["customer.marked", "customer.unmarked"]


def test_a_contact_with_a_customer_that_is_no_key_customer_is_refused(firm, lead):
    with pytest.raises(Refused):
        talk(lead.customer, firm.wang, "2026-03-04 10:00")


def test_the_card_of_my_day_opens_the_form_and_saving_it_clears_the_card(firm, key, client, time_machine):
    run_sweep("2026-04-01 00:01")
    time_machine.move_to(local("2026-04-30 09:30"), tick=False)
    client.force_login(firm.wang)
    page = client.get("/today/").content.decode()
    assert f"/leads/customers/{key.pk}/key-contact/?back=" in page
    address = f"/leads/customers/{key.pk}/key-contact/"
    once = client.get(address).context["form"]["once"].value()
    once = once() if callable(once) else once
    assert client.post(address, {"once": once, "feedback": "用得顺"}).status_code == 422
    sent = {"once": once, "feedback": "用得顺", "needs": "想加移动端", "back": "/today/"}
    assert client.post(address, sent).headers["Location"] == "/today/"
    assert rows(key) == [("wang", "met", "Thu 04-30 18:00")]


# the page


def test_the_page_shows_people_leads_group_and_mark_within_twelve_queries(firm, key, lead, client, time_machine):
    time_machine.move_to(local("2026-03-04 10:00"), tick=False)
    mother = Customer.objects.create(name="远大控股集团有限公司", created_at=local("2026-03-01 09:00"), owner=firm.wang)
    set_parent(key, parent=mother, by=firm.wang, at=local("2026-03-03 11:00"))
    set_tags(key, tags=["制造业", "看重性价比"], by=firm.wang, at=local("2026-03-03 11:00"))
    talk(key, firm.wang, "2026-03-03 12:00")
    for n in range(10):
        Contact.objects.create(customer=key, name=f"联系人{n}", phone=f"138000000{n:02}")
        Lead.objects.create(
            customer=key, source="partner", owner=firm.wang, status="active", arrived_at=local("2026-03-01 09:00")
        )
    for person in (firm.wang, firm.li, firm.zhao, firm.zhou, firm.he):
        client.force_login(person)
        client.get(f"/leads/customers/{key.pk}/")  # the first look within an hour is counted, in one query more
        with CaptureQueriesContext(connection) as captured:
            page = client.get(f"/leads/customers/{key.pk}/")
        asked = [query["sql"] for query in captured if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]
        assert len(asked) <= 12, (person, "\n".join(sql[:120] for sql in asked))
        text = page.content.decode()
        assert all(word in text for word in ("远大控股", "看重性价比", "年采购额最大", "想加移动端", "联系人3"))
        assert "13800000003" not in text
    assert "克来机电" in client.get(f"/leads/customers/{mother.pk}/").content.decode()


def test_the_page_of_a_pool_customer_hides_its_contacts(firm, lead, client, time_machine):
    time_machine.move_to(local("2026-03-04 10:00"), tick=False)
    return_to_pool(lead, reason="出差", by=firm.wang, at=local("2026-03-03 10:00"))
    client.force_login(firm.lin)
    page = client.get(f"/leads/customers/{lead.customer_id}/")
    assert (page.status_code, "蒋宇" in page.content.decode()) == (200, False)


def test_a_number_shows_on_demand_and_the_look_is_logged(firm, key, client, time_machine):
    time_machine.move_to(local("2026-03-04 10:00"), tick=False)
    client.force_login(firm.wang)
    contact = key.contacts.get()
    page = client.post(f"/leads/customers/{key.pk}/contact/", {"once": "x1", "contact": contact.pk})
    assert contact.phone in page.content.decode()
    assert Event.objects.get(name="contact.revealed").file == key.ref


def test_tags_are_kept_once_each_suggested_to_others_and_found_in_the_list(firm, lead, client, time_machine):
    time_machine.move_to(local("2026-03-04 10:00"), tick=False)
    client.force_login(firm.wang)
    address = f"/leads/customers/{lead.customer_id}/tags/"
    form = client.get(address).context["form"]
    sent = {"once": "t1", "seen": form["seen"].value(), "tags": "制造业，预算50万, 制造业 · 看重性价比"}
    assert client.post(address, sent).status_code == 302
    customer = Customer.objects.get(pk=lead.customer_id)
    assert customer.tags == ["制造业", "预算50万", "看重性价比"]
    assert Tag.objects.count() == 3
    assert "预算50万" in client.get(f"/leads/{lead.pk}/").content.decode()
    assert customer.name in client.get("/leads/?view=mine&tag=制造业").content.decode()
    assert customer.name not in client.get("/leads/?view=mine&tag=制造").content.decode()


def test_no_company_belongs_to_itself_however_far_up(firm, key):
    made = {"created_at": local("2026-03-01 09:00")}
    mother = Customer.objects.create(name="母公司", **made)
    grandmother = Customer.objects.create(name="祖母公司", **made)
    set_parent(key, parent=mother, by=firm.wang, at=local("2026-03-03 11:00"))
    set_parent(mother, parent=grandmother, by=firm.wang, at=local("2026-03-03 11:00"))
    with pytest.raises(Refused):
        set_parent(grandmother, parent=key, by=firm.wang, at=local("2026-03-03 11:00"))
    set_parent(key, parent=None, by=firm.wang, at=local("2026-03-03 12:00"))
    assert Customer.objects.get(pk=key.pk).parent is None


def test_the_parent_is_named_as_people_write_it_and_an_unknown_name_is_refused(firm, key, client, time_machine):
    time_machine.move_to(local("2026-03-04 10:00"), tick=False)
    mother = Customer.objects.create(name="远大控股集团有限公司", created_at=local("2026-03-01 09:00"))
    client.force_login(firm.wang)
    address = f"/leads/customers/{key.pk}/parent/"
    assert client.post(address, {"once": "p1", "parent": "没有的公司"}).status_code == 422
    assert client.post(address, {"once": "p1", "parent": "远大控股"}).status_code == 302
    assert Customer.objects.get(pk=key.pk).parent == mother


def test_companies_of_a_similar_name_are_offered_as_maybe_the_same(firm, key, client, time_machine):
    time_machine.move_to(local("2026-03-04 10:00"), tick=False)
    Customer.objects.create(name="上海克来机电股份有限公司", created_at=local("2026-03-01 09:00"))
    client.force_login(firm.wang)
    page = client.get(f"/leads/customers/{key.pk}/?alike")
    assert "上海克来机电股份有限公司" in page.content.decode()
    client.force_login(firm.zhao)  # who does not see the other, and so cannot merge them
    assert "/merge/" not in client.get(f"/leads/customers/{key.pk}/?alike").content.decode()
    client.force_login(firm.zhou)
    assert "/merge/" in client.get(f"/leads/customers/{key.pk}/?alike").content.decode()
