"""Who works along on a lead: named by its owner, they see it and log talks; what is owed stays with the owner."""

import pytest

from leads.actions import ask_to_collaborate
from leads.models import Collaboration, FollowUp, Lead
from salesops.notices.models import Notice
from salesops.sop.models import Deadline
from salesops.web.forms.once import new_token
from tests.sop.world import local

pytestmark = pytest.mark.django_db


@pytest.fixture
def add(client, lead):
    """add(firm.xu): 王伟 adds somebody to the team of his lead."""

    def add(person, by=None, **values):
        client.force_login(by or lead.owner)
        sent = {"once": new_token(), "person": person.pk, "reason": "技术方案"} | values
        return client.post(f"/leads/{lead.pk}/team/", sent)

    return add


def remove(client, lead, person, by):
    client.force_login(by)
    return client.post(f"/leads/{lead.pk}/team/{person.pk}/removal/", {"once": new_token()})


def sees(client, lead, person):
    client.force_login(person)
    return client.get(f"/leads/{lead.pk}/").status_code == 200


@pytest.mark.parametrize("name", ["xu", "lin", "sun"])
def test_whom_the_owner_adds_sees_the_lead_and_is_told_until_they_are_taken_off(firm, lead, add, client, name):
    person = getattr(firm, name)
    assert not sees(client, lead, person)
    add(person)
    assert sees(client, lead, person)
    assert Notice.objects.filter(person=person, kind="collaboration.added").exists()
    client.force_login(firm.wang)
    page = client.get(f"/leads/{lead.pk}/")
    assert [each["name"] for each in page.context["team"]] == ["王伟", person.name]
    assert f"{person.name} 加入团队" in page.content.decode() or f"{person.name}加入团队" in page.content.decode()
    remove(client, lead, person, firm.wang)
    assert not sees(client, lead, person)
    assert not Lead.objects.visible_to(person).filter(pk=lead.pk).exists()
    assert Notice.objects.filter(person=person, kind="collaboration.ended").exists()


def test_a_talk_of_who_works_along_stands_in_the_story_and_meets_no_duty(firm, lead, add, client):
    add(firm.xu)
    client.force_login(firm.xu)
    assert client.get(f"/leads/{lead.pk}/follow-up/").status_code == 200
    sent = {"once": new_token(), "result": "progress", "note": "讲了技术方案", "need": "替换", "intent": "high"}
    client.post(f"/leads/{lead.pk}/follow-up/", sent | {"next": "sop"})
    assert FollowUp.objects.get().by == firm.xu
    (owed,) = Deadline.objects.open().filter(rule="lead.first_response")
    assert owed.owner == firm.wang
    assert not Deadline.objects.open().filter(owner=firm.xu).exists()


@pytest.mark.parametrize("act", ["return", "grade", "stage", "loss", "team"])
def test_who_works_along_does_nothing_else_on_the_lead(firm, lead, add, client, act):
    add(firm.xu)
    client.force_login(firm.xu)
    assert client.get(f"/leads/{lead.pk}/{act}/").status_code == 403


def test_nobody_is_added_twice_and_not_from_elsewhere(firm, lead, add, client):
    add(firm.xu)
    assert add(firm.xu).status_code == 422
    assert add(firm.lawyer).status_code == 422
    assert add(firm.wang).status_code == 422
    assert Collaboration.objects.count() == 1


def test_adding_grants_a_wish_and_who_was_taken_off_may_be_added_again(firm, lead, add, client):
    ask_to_collaborate(lead, reason="同行介绍", by=firm.min, at=local("2026-03-02 09:50"))
    add(firm.min)
    assert Collaboration.objects.get().state == "agreed"
    remove(client, lead, firm.min, firm.wang)
    add(firm.min)
    assert [*Collaboration.objects.order_by("pk").values_list("state", flat=True)] == ["ended", "agreed"]


def test_the_presales_consultant_is_on_the_team_and_may_be_taken_off(firm, lead, client):
    Lead.objects.filter(pk=lead.pk).update(presales=firm.xu)
    client.force_login(firm.wang)
    team = client.get(f"/leads/{lead.pk}/").context["team"]
    assert [(each["name"], each["role"]) for each in team] == [("王伟", "负责人"), ("徐涛", "售前")]
    remove(client, lead, firm.xu, firm.wang)
    assert not sees(client, lead, firm.xu)


def test_one_leaves_a_team_oneself_but_takes_nobody_else_off(firm, lead, add, client):
    add(firm.xu), add(firm.lin)
    assert remove(client, lead, firm.lin, firm.xu).status_code == 403
    assert remove(client, lead, firm.xu, firm.xu).url == "/leads/"
    assert [*Collaboration.objects.joined().values_list("person", flat=True)] == [firm.lin.pk]


def test_a_form_sent_twice_adds_once(firm, lead, add, client):
    once = new_token()
    assert add(firm.xu, once=once).url == add(firm.xu, once=once).url
    assert Collaboration.objects.count() == 1
