"""Erasing a person: everything that names them goes, what was done stays, and it is asked twice."""

import json

import pytest
from django.apps import apps
from django.db import connection

from leads.actions import erase_contact, look, reveal
from leads.models import (
    Comment,
    Contact,
    Customer,
    FieldChange,
    FollowUp,
    ImportRow,
    Lead,
    LeadImport,
    Letter,
    VisitRecord,
)
from salesops.events.models import Event
from salesops.web.forms.once import new_token
from tests.sop.world import local

pytestmark = pytest.mark.django_db
NOW = local("2026-03-02 10:00")
SECRETS = ("欧阳静怡", "13987654321", "139 8765 4321", "jingyi@kelai.cn", "wx_jingyi")


@pytest.fixture
def lead(firm, arriving):
    lead = arriving(
        "2026-03-02 09:00", contact="欧阳静怡", phone="13987654321", email="jingyi@kelai.cn", wechat="wx_jingyi"
    )
    Lead.objects.filter(pk=lead.pk).update(owner=firm.wang, status="active", need="欧阳静怡要替换旧设备")
    lead.refresh_from_db()
    contact = lead.contact
    contact.title = "采购经理欧阳静怡"
    contact.save()
    common = {"way": "call", "reached": True, "by": firm.wang, "logged_at": NOW, "talked_at": NOW}
    FollowUp.objects.create(
        lead=lead, note="欧阳静怡说下周再谈，电话139 8765 4321", minutes="JINGYI@kelai.cn", **common
    )
    Comment.objects.create(lead=lead, text="加了微信 wx_jingyi", by=firm.wang, at=NOW)
    change = {"lead": lead, "field": "phone", "by": firm.wang, "at": NOW}
    FieldChange.objects.create(contact=contact, before="13987654321", after="13900000000", **change)
    Letter.objects.create(lead=lead, contact=contact, by=firm.wang, at=NOW, subject="欧阳静怡您好", body="欧阳静怡您好")
    done = LeadImport.objects.create(file_name="a.csv", by=firm.zhou, at=NOW, digest="x", state="done")
    ImportRow.objects.create(lead_import=done, number=2, lead=lead, content=json.dumps({"电话": "13987654321"}))
    reveal(contact, lead=lead, what="phone", by=firm.wang, at=NOW)
    look(lead.customer_id, lead=lead, by=firm.wang, at=NOW)
    return lead


def everything() -> str:
    """All that the tables of leads and events hold, as the application reads it."""
    found = []
    for model in [*apps.get_app_config("leads").get_models(), Event]:
        found += [str(row) for row in model._base_manager.values_list()]
    return "\n".join(found)


def test_nothing_that_names_the_person_is_left_and_what_was_done_stays(firm, lead):
    before, counts = everything(), (FollowUp.objects.count(), Lead.objects.count(), VisitRecord.objects.count())
    assert [secret for secret in SECRETS if secret.lower() in before.lower()] == list(SECRETS)
    erase_contact(lead.contact, by=firm.he, at=NOW)
    after = everything().lower()
    assert [secret for secret in SECRETS if secret.lower() in after] == []
    assert (FollowUp.objects.count(), Lead.objects.count(), VisitRecord.objects.count()) == counts
    assert FollowUp.objects.get().note == "［已删除］说下周再谈，电话［已删除］"
    assert Lead.objects.get().need == "［已删除］要替换旧设备"
    contact = Contact.objects.get()
    assert (contact.phone_index, contact.email_index, str(contact)) == ("", "", "未留姓名")


def test_the_history_is_cleared_too(firm, lead):
    erase_contact(lead.contact, by=firm.he, at=NOW)
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, title, phone_index, email_index FROM leads_contactevent")
        assert {*cursor.fetchall()} == {("", "", "", "")}


def test_another_customer_of_the_same_name_keeps_it(firm, lead, arriving):
    other = arriving("2026-03-02 09:30", company="别家", contact="欧阳静怡", phone="13811112222")
    Comment.objects.create(lead=other, text="欧阳静怡很忙", by=firm.wang, at=NOW)
    erase_contact(lead.contact, by=firm.he, at=NOW)
    assert Contact.objects.get(pk=other.contact_id).name == "欧阳静怡"
    assert Comment.objects.get(lead=other).text == "欧阳静怡很忙"


def test_a_mark_does_not_burst_a_short_field(firm, lead):
    Lead.objects.filter(pk=lead.pk).update(decision_maker="欧阳静怡" * 25)
    erase_contact(lead.contact, by=firm.he, at=NOW)
    assert len(Lead.objects.get(pk=lead.pk).decision_maker) <= 100


def test_it_is_logged_without_the_data(firm, lead):
    erase_contact(lead.contact, by=firm.he, at=NOW)
    event = Event.objects.get(name="contact.erased")
    assert (event.by, event.refs) == (firm.he, {"contact": lead.contact_id, "customer": lead.customer_id})
    assert set(event.data) == {"rows"}


def test_the_page_shows_what_goes_and_asks_twice(client, firm, lead):
    client.force_login(firm.he)
    url = f"/leads/contacts/{lead.contact_id}/erasure/"
    page = client.get(url).content.decode()
    assert "139****4321" in page
    assert "13987654321" not in page
    assert client.post(url, {"once": new_token()}).status_code == 422
    again = client.post(url, {"once": new_token(), "asked": "on"})
    assert "彻底删除" in again.content.decode()
    assert client.post(url, {"once": new_token(), "asked": "on", "word": "嗯"}).status_code == 422
    assert Contact.objects.get().name == "欧阳静怡"
    answer = client.post(url, {"once": new_token(), "asked": "on", "word": "删除"})
    assert answer["Location"] == f"/leads/customers/{lead.customer_id}/"
    assert Contact.objects.get().name == ""


def test_only_administrators_find_the_way(client, firm, lead):
    Customer.objects.filter(pk=lead.customer_id).update(owner=firm.wang)
    url = f"/leads/contacts/{lead.contact_id}/erasure/"
    for person, there in ((firm.wang, False), (firm.he, True)):
        client.force_login(person)
        assert (url in client.get(f"/leads/customers/{lead.customer_id}/").content.decode()) is there
