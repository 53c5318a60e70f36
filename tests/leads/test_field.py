"""Editing a field in its place."""

import pytest

from leads.actions import assign
from leads.models import Contact, FieldChange, Lead
from salesops.web.forms.once import new_token
from tests.sop.world import local

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def lead(claimed, time_machine):
    """王伟's B lead; nobody is signed in."""
    time_machine.move_to(local("2026-03-02 10:30"), tick=False)
    return claimed("09:30", "09:45", "10:00")


@pytest.fixture
def editing(client, lead):
    """editing(person, "region"): opens the form of a field; returns a function that sends a value for it."""

    def editing(person, name, **more):
        client.force_login(person)
        url = f"/leads/{lead.pk}/fields/{name}/"
        seen = client.get(url, more).context["form"]["seen"].value()

        def send(value, *, by=person, headers=None):
            client.force_login(by)
            values = {"once": new_token(), "seen": seen, "value": value, **more}
            return client.post(url, values, headers=headers or {})

        send.send = lambda values: client.post(url, values)
        return send

    return editing


def test_a_field_is_saved_shown_and_told_in_the_story(firm, lead, editing, client):
    page = editing(firm.wang, "decision_maker")("采购经理陈总", headers=HTMX)
    assert "采购经理陈总" in page.content.decode()
    assert Lead.objects.get().decision_maker == "采购经理陈总"
    story = client.get(f"/leads/{lead.pk}/?kind=changed").context["story"].entries
    assert "采购经理陈总" in story[0].text
    assert story[0].by == "王伟"


def test_without_scripts_it_is_a_page_and_leads_back(firm, lead, editing):
    answer = editing(firm.wang, "region")("浙江")
    assert answer.headers["Location"] == f"/leads/{lead.pk}/"
    assert Lead.objects.get().customer.region == "浙江"


@pytest.mark.parametrize(("name", "value"), [("budget", "120.5"), ("company", "克来机电股份"), ("source", "website")])
def test_an_edit_is_taken_back(firm, lead, editing, client, name, value):
    before = FieldChange.objects.count()
    editing(firm.wang, name)(value)
    change = FieldChange.objects.get()
    assert (before, change.after) == (0, value)
    client.post(f"/leads/field-changes/{change.pk}/undo/", {"once": new_token()})
    page = client.get(f"/leads/{lead.pk}/fields/{name}/")
    assert str(page.context["form"]["value"].value()) in (change.before, "120.00")
    assert not client.get(f"/leads/{lead.pk}/?kind=changed").context["story"].entries[0].text.endswith(value)


def test_what_somebody_else_wrote_meanwhile_is_shown_and_not_lost(firm, lead, editing):
    mine, theirs = editing(firm.wang, "region"), editing(firm.li, "region")
    theirs("浙江")
    page = mine("江苏", by=firm.wang)
    assert page.status_code == 409
    assert "浙江" in page.content.decode()
    assert "江苏" in page.content.decode()
    assert "李娜在您填写时（" in page.content.decode()
    assert Lead.objects.get().customer.region == "浙江"
    assert [change.after for change in FieldChange.objects.all()] == ["浙江"]


def test_a_contact_that_two_people_edit_stays_with_who_chooses_last(firm, lead, editing):
    mine = editing(firm.wang, "title", contact=lead.contact_id)
    editing(firm.li, "title", contact=lead.contact_id)("采购总监")
    page = mine("采购经理", by=firm.wang)
    assert page.status_code == 409
    assert f'name="contact" value="{lead.contact_id}"' in page.content.decode()
    form = page.context["form"]
    kept = {"once": new_token(), "seen": form["seen"].value(), "value": "采购经理", "contact": lead.contact_id}
    assert mine.send(kept).status_code == 302
    assert Contact.objects.get().title == "采购经理"


def test_an_undo_does_not_overwrite_what_followed(firm, lead, editing, client):
    editing(firm.wang, "region")("浙江")
    change = FieldChange.objects.get()
    editing(firm.li, "region")("江苏")
    client.force_login(firm.wang)
    client.post(f"/leads/field-changes/{change.pk}/undo/", {"once": new_token()})
    assert Lead.objects.get().customer.region == "江苏"


def test_a_number_is_not_repeated_by_the_form_that_changes_it(firm, lead, editing, client):
    client.force_login(firm.wang)
    page = client.get(f"/leads/{lead.pk}/fields/phone/", {"contact": lead.contact_id}).content.decode()
    assert lead.contact.phone not in page
    page = editing(firm.wang, "phone", contact=lead.contact_id)("139 1133 2122", headers=HTMX).content.decode()
    assert Contact.objects.get().phone == "13911332122"
    assert "13911332122" not in page
    assert "13911332122" not in client.get(f"/leads/{lead.pk}/").content.decode()


def test_a_number_of_somebody_else_and_one_that_is_none_are_refused(firm, lead, editing, arriving):
    other = arriving("2026-03-02 10:10", company="别家")
    assert editing(firm.wang, "phone", contact=lead.contact_id)(other.contact.phone).status_code == 422
    assert editing(firm.wang, "phone", contact=lead.contact_id)("12").status_code == 422
    assert Contact.objects.get(pk=lead.contact_id).phone == lead.contact.phone


@pytest.mark.parametrize("name", ["owner", "grade", "stage", "status", "phone", "nothing"])
def test_what_is_no_field_of_its_own_cannot_be_edited(firm, lead, client, name):
    client.force_login(firm.wang)
    assert client.get(f"/leads/{lead.pk}/fields/{name}/").status_code == 404


def test_who_lost_the_lead_reads_it_for_a_day_and_changes_nothing(firm, lead, client, time_machine):
    assign(lead, to=firm.min, by=firm.li, at=local("2026-03-02 10:30"))
    client.force_login(firm.wang)
    page = client.get(f"/leads/{lead.pk}/")
    assert page.context["lost"]
    assert "张敏" in page.content.decode()
    assert client.get(f"/leads/{lead.pk}/fields/region/").status_code == 403
    note = {"once": new_token(), "result": "progress", "note": "刚刚还和他谈过价格", "need": "替换", "intent": "high"}
    client.post(f"/leads/{lead.pk}/follow-up/", note)
    assert lead.follow_ups.get().note == "刚刚还和他谈过价格"
    time_machine.move_to(local("2026-03-03 10:31"), tick=False)
    client.force_login(firm.wang)
    assert client.get(f"/leads/{lead.pk}/").status_code == 404
    assert client.post(f"/leads/{lead.pk}/follow-up/", note | {"once": new_token()}).status_code == 404
    assert lead.follow_ups.count() == 1
