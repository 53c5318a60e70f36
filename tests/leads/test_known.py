"""Is this company known? Any account manager may ask; nobody learns a contact, and nobody counts through the leads."""

import pytest
from django.urls import reverse

from leads.actions import NewLead, Refused, ask_to_collaborate, decide_collaboration, enter_by_hand
from leads.models import Collaboration, Lead
from salesops.notices.models import Notice
from salesops.web.forms.once import FIELD, new_token
from tests.company import company
from tests.sop.world import local

pytestmark = pytest.mark.django_db
MONDAY = local("2026-03-02 10:00")


@pytest.fixture
def co():
    return company()


@pytest.fixture
def lead(co):
    new = NewLead(company="星河科技", contact="李建国", phone="13800138000", source="referral", grade="A")
    return enter_by_hand(new, keep=True, by=co.min, at=MONDAY)


@pytest.mark.parametrize("asked", ["星河科技", "深圳星河科技有限公司", "138 0013 8000", "+86 13800138000"])
def test_a_colleague_learns_whose_it_is_and_how_far_but_no_contact(co, lead, client, asked):
    client.force_login(co.wang)
    text = client.post(reverse("leads:known"), {"asked": asked}).content.decode()
    assert co.min.name in text
    assert lead.get_stage_display() in text
    assert "李建国" not in text
    assert "138****8000" not in text
    assert reverse("leads:detail", args=[lead.pk]) not in text


def test_what_nobody_has_says_so(co, lead, client):
    client.force_login(co.wang)
    assert "克来机电" in client.post(reverse("leads:known"), {"asked": "克来机电"}).content.decode()


def test_the_way_to_ask_is_signed(co, lead, client):
    client.force_login(co.wang)
    assert client.get(reverse("leads:collaborations", args=[str(lead.pk)])).status_code == 404


def test_a_colleague_asks_the_owner_agrees_and_the_lead_is_seen(co, lead, client):
    client.force_login(co.wang)
    page = client.post(reverse("leads:known"), {"asked": "星河科技"})
    asking = reverse("leads:collaborations", args=[page.context["matches"][0]["asking"]])
    client.post(asking, {FIELD: new_token(), "reason": "我认识他们的财务总监"})
    asked = Collaboration.objects.get()
    assert Notice.objects.filter(person=co.min, kind="collaboration.asked").exists()
    assert lead not in Lead.objects.visible_to(co.wang)

    client.force_login(co.min)
    client.post(reverse("leads:collaboration", args=[asked.pk]), {FIELD: new_token(), "agree": "1", "answer": "欢迎"})
    assert lead in Lead.objects.visible_to(co.wang)
    assert Notice.objects.filter(person=co.wang, kind="collaboration.agreed").exists()
    client.force_login(co.wang)
    assert client.get(reverse("leads:detail", args=[lead.pk])).status_code == 200


def test_a_refusal_shows_nothing_and_may_be_asked_about_again(co, lead):
    asked = ask_to_collaborate(lead, reason="同行介绍", by=co.wang, at=MONDAY)
    decide_collaboration(asked, agreed=False, answer="正在签约", by=co.min, at=MONDAY)
    assert lead not in Lead.objects.visible_to(co.wang)
    ask_to_collaborate(lead, reason="已过一个月", by=co.wang, at=MONDAY)


def test_asking_twice_or_for_ones_own_is_refused(co, lead):
    ask_to_collaborate(lead, reason="同行介绍", by=co.wang, at=MONDAY)
    with pytest.raises(Refused):
        ask_to_collaborate(lead, reason="同行介绍", by=co.wang, at=MONDAY)
    with pytest.raises(Refused):
        ask_to_collaborate(lead, reason="同行介绍", by=co.min, at=MONDAY)


def test_nobody_agrees_to_their_own_wish(co, lead, client):
    asked = ask_to_collaborate(lead, reason="同行介绍", by=co.wang, at=MONDAY)
    client.force_login(co.wang)
    page = reverse("leads:collaboration", args=[asked.pk])
    assert client.post(page, {FIELD: new_token(), "agree": "1"}).status_code == 403
    asked.refresh_from_db()
    assert asked.state == Collaboration.State.ASKED
