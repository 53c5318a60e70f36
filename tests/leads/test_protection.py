"""Reading customers' data: limits and what to do then, alarms, and the settings of both."""

import pytest

from leads.actions import look, reveal
from leads.actions.looking import forget_old_looks
from leads.models import Contact, Customer, Lead, Look, ProtectionRules
from salesops.events.models import Event
from salesops.notices.models import Notice
from salesops.web.forms.once import new_token
from salesops.web.limits import LimitReached
from tests.leads.api_call import caller
from tests.sop.world import local

pytestmark = pytest.mark.django_db
NOW, NEXT_HOUR = local("2026-03-02 10:00"), local("2026-03-02 11:01")


@pytest.fixture(autouse=True)
def on_a_monday(time_machine):
    time_machine.move_to(NOW, tick=False)


def leads(firm, count, owner=None):
    """Many leads, each with a customer and a contact of its own."""
    customers = Customer.objects.bulk_create(
        Customer(name=f"甲{n}", name_key=f"甲{n}", pinyin="j", created_at=NOW) for n in range(count)
    )
    contacts = Contact.objects.bulk_create(
        Contact(customer=customer, name="蒋宇", phone=f"139{n:08}", phone_index=f"i{n}")
        for n, customer in enumerate(customers)
    )
    return Lead.objects.bulk_create(
        Lead(
            customer=contact.customer,
            contact=contact,
            status="active",
            source="partner",
            grade="A",
            owner=owner or firm.wang,
            arrived_at=NOW,
        )
        for contact in contacts
    )


def told(person, kind):
    return Notice.objects.filter(person=person, kind=kind).count()


def looked_at(firm, rows):
    """王伟 has opened these leads just now."""
    Look.objects.bulk_create(Look(person=firm.wang, customer=row.customer, lead=row, at=NOW) for row in rows)


def opened(client, rows):
    return [client.get(f"/leads/{lead.pk}/").status_code for lead in rows]


def test_one_view_too_many_raises_one_alarm_and_at_the_limit_it_stops(client, firm):
    rules = ProtectionRules()
    rows = leads(firm, rules.views_hour + 5)
    client.force_login(firm.wang)
    near = rules.views_alarm - 3
    looked_at(firm, rows[:near])
    assert opened(client, rows[near : near + 3]) == [200] * 3
    assert told(firm.zhao, "reading.views") == 0
    assert opened(client, rows[near + 3 : near + 8]) == [200] * 5
    looked_at(firm, rows[near + 8 : -10])
    assert opened(client, rows[-10:]) == [200] * 5 + [429] * 5
    alarmed_and_stopped(firm, rules)


@pytest.mark.soak
def test_five_hundred_detail_views_by_a_script_raise_an_alarm_and_stop(client, firm):
    rules, rows = ProtectionRules(), leads(firm, 500)
    client.force_login(firm.wang)
    assert opened(client, rows) == [200] * rules.views_hour + [429] * (500 - rules.views_hour)
    alarmed_and_stopped(firm, rules)


def alarmed_and_stopped(firm, rules):
    assert told(firm.zhao, "reading.views") == told(firm.he, "reading.views") == 1
    assert told(firm.wang, "reading.views") == 0
    assert Event.objects.get(name="reading.alarmed").data == {"what": "views", "count": rules.views_alarm + 1}
    assert Look.objects.filter(person=firm.wang).count() == rules.views_hour
    refused = Event.objects.filter(name="access.refused", by=firm.wang)
    assert {event.data["status"] for event in refused} == {429}


@pytest.mark.parametrize("path", ["", "needs/", "visits/", "promises/", "files/", "?kind=told", "follow-up/"])
def test_no_other_page_of_a_lead_goes_past_the_limit(client, firm, path):
    ProtectionRules.objects.create(pk=1, views_hour=10, views_alarm=5)
    rows = leads(firm, 11)
    for lead in rows[:10]:
        look(lead.customer_id, lead=lead, by=firm.wang, at=NOW)
    client.force_login(firm.wang)
    assert client.get(f"/leads/{rows[10].pk}/{path}").status_code == 429
    shown = client.get(f"/leads/{rows[10].pk}/{path}", headers={"HX-Request": "true"})
    assert shown.status_code == 422
    assert "甲10" not in shown.content.decode()


def test_what_was_opened_already_opens_again_and_after_an_hour_everything_does(client, firm, time_machine):
    ProtectionRules.objects.create(pk=1, views_hour=10, views_alarm=5)
    rows = leads(firm, 11)
    client.force_login(firm.wang)
    for _again in range(3):
        assert {client.get(f"/leads/{lead.pk}/").status_code for lead in rows[:10]} == {200}
    said = client.get(f"/leads/{rows[10].pk}/").content.decode()
    assert "赵强" in said
    assert "甲10" not in said
    time_machine.move_to(NEXT_HOUR, tick=False)
    assert client.get(f"/leads/{rows[10].pk}/").status_code == 200


def test_customers_count_as_well(client, firm):
    ProtectionRules.objects.create(pk=1, views_hour=10, views_alarm=5)
    rows = leads(firm, 11)
    client.force_login(firm.wang)
    statuses = [client.get(f"/leads/customers/{lead.customer_id}/").status_code for lead in rows]
    assert statuses == [200] * 10 + [429]


def test_opening_costs_one_query(firm, django_assert_num_queries):
    (lead,) = leads(firm, 1)
    with django_assert_num_queries(1):
        look(lead.customer_id, lead=lead, by=firm.wang, at=NOW)


def test_numbers_are_limited_by_the_hour_and_the_day(firm):
    ProtectionRules.objects.create(pk=1, reveals_hour=2, reveals_day=3, reveals_alarm=3)
    contacts = [lead.contact for lead in leads(firm, 5)]
    for contact in contacts[:2]:
        reveal(contact, what="phone", by=firm.wang, at=NOW)
    with pytest.raises(LimitReached) as reached:
        reveal(contacts[2], what="phone", by=firm.wang, at=NOW)
    assert "赵强" in reached.value.advice
    reveal(contacts[0], what="call", by=firm.wang, at=NOW)  # the same one again
    reveal(contacts[2], what="phone", by=firm.min, at=NOW)  # somebody else
    reveal(contacts[2], what="phone", by=firm.wang, at=NEXT_HOUR)
    with pytest.raises(LimitReached):
        reveal(contacts[3], what="phone", by=firm.wang, at=local("2026-03-02 15:00"))
    reveal(contacts[3], what="phone", by=firm.wang, at=local("2026-03-03 12:00"))


@pytest.mark.parametrize("path", ["/leads/{lead}/contact/", "/leads/customers/{customer}/contact/"])
def test_the_page_says_kindly_what_to_do_and_shows_no_number(client, firm, path):
    ProtectionRules.objects.create(pk=1, reveals_hour=1, reveals_day=1, reveals_alarm=3)
    first, second = leads(firm, 2)
    reveal(first.contact, what="phone", by=firm.wang, at=NOW)
    client.force_login(firm.wang)
    url = path.format(lead=second.pk, customer=second.customer_id)
    sent = {"once": new_token(), "contact": second.contact_id}
    shown = client.post(url, sent)
    assert shown.status_code == 429
    for words in ("赵强", "看"):
        assert words in shown.content.decode()
    in_place = client.post(url, sent | {"once": new_token()}, headers={"HX-Request": "true"})
    assert in_place.status_code == 422
    for answer in (shown, in_place):
        assert second.contact.phone not in answer.content.decode()
    assert Event.objects.filter(name="contact.revealed").count() == 1


def test_unusually_many_numbers_in_a_day_raise_one_alarm(firm):
    ProtectionRules.objects.create(pk=1, reveals_hour=50, reveals_day=50, reveals_alarm=3)
    for lead in leads(firm, 8):
        reveal(lead.contact, lead=lead, what="phone", by=firm.wang, at=NOW)
    assert told(firm.zhao, "reading.reveals") == told(firm.he, "reading.reveals") == 1
    assert Event.objects.get(name="reading.alarmed").refs == {"person": firm.wang.pk}


def test_an_administrator_sets_the_limits_and_the_change_is_logged(client, firm):
    client.force_login(firm.he)
    page = client.get("/leads/protection/")
    values = {name: page.context["form"][name].value() for name in page.context["form"].fields}
    client.post("/leads/protection/", values | {"once": new_token(), "reveals_hour": "7"})
    assert ProtectionRules.now().reveals_hour == 7
    assert Event.objects.get(name="protection_rules.changed").data == {"changed": {"reveals_hour": [30, 7]}}
    answer = client.post("/leads/protection/", values | {"once": new_token(), "reveals_day": "1", "seen": ""})
    assert answer.status_code in (409, 422)


def test_looks_are_kept_a_good_year(firm):
    lead, other = leads(firm, 2)
    look(lead.customer_id, lead=lead, by=firm.wang, at=local("2025-01-01 10:00"))
    look(other.customer_id, lead=other, by=firm.wang, at=NOW)
    assert forget_old_looks(NOW) == 1
    assert Look.objects.get().lead == other


def test_another_program_has_the_limits_of_its_person(firm):
    ProtectionRules.objects.create(pk=1, reveals_hour=1, reveals_day=1, reveals_alarm=3, views_hour=10, views_alarm=5)
    rows, call = leads(firm, 12), caller(firm.wang)
    assert [call.get(f"/leads/{lead.pk}/contact").status_code for lead in rows[:2]] == [200, 429]
    assert "赵强" in call.get(f"/leads/{rows[1].pk}/contact").json()["detail"]
    assert [call.get(f"/leads/{lead.pk}").status_code for lead in rows] == [200] * 10 + [429] * 2
    refused = Event.objects.filter(name="access.refused", by=firm.wang).order_by("-pk").first()
    assert refused.data == {"status": 429, "method": "GET", "page": "api:lead", "object": str(rows[11].pk)}
