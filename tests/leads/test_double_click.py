"""A double click on a primary button sends its form twice at once, and has one effect (ux.md 6.7)."""

import datetime

import pytest

from leads.actions import assign, return_to_pool
from leads.models import Appointment, Assignment, FollowUp, GradeChange, Lead, Promise, Status
from salesops import clock
from salesops.events.models import Event
from salesops.sop.models import Deadline, Waiver
from salesops.web.forms.once import new_token
from tests.company import company
from tests.double_post import post_together
from tests.held import graded, held

pytestmark = pytest.mark.django_db(transaction=True)
DAY = datetime.timedelta(days=1)


@pytest.fixture
def co():
    return company()


@pytest.fixture
def lead(co):
    """A B lead that 王伟 has claimed."""
    return held(co)


# By the name of the form: what it sends, and the number that grows by one.
CLICKS = {
    "follow-up": (
        {"result": "progress", "note": "客户想先看案例", "need": "替换", "intent": "high", "next": "sop"},
        FollowUp.objects.all(),
    ),
    "appointment": (
        {"way": "call", "starts_at": f"{clock.now() + DAY:%Y-%m-%dT10:00}", "minutes": 30},
        Appointment.objects.all(),
    ),
    "grade": ({"grade": "A", "reason": "预算已批"}, GradeChange.objects.all()),
    "survey": (
        {"needs": "替换旧系统", "situation": "用表格", "timing": "明年一季度"},
        Event.objects.filter(name="survey.logged"),
    ),
    "promises/promise": (
        {"text": "发送报价单", "due_on": f"{clock.now() + DAY:%Y-%m-%d}"},
        Promise.objects.all(),
    ),
    "return": ({"reason": "行业不对"}, Lead.objects.filter(status=Status.POOL)),
}


@pytest.mark.parametrize("form", CLICKS)
def test_a_double_click_in_a_form_of_a_lead_has_one_effect(form, co, lead):
    values, effects = CLICKS[form]
    before = effects.all().count()
    sent = {"once": new_token()} | values
    first, second = post_together(f"/leads/{lead.pk}/{form}/", sent, user=co.wang)
    assert (first.status_code, second.status_code) == (302, 302)
    assert effects.all().count() == before + 1


def test_a_double_click_on_claim_claims_once(co, lead):
    return_to_pool(lead, reason="没有时间", by=co.wang, at=clock.now())
    post_together(f"/leads/{lead.pk}/claim/", {"once": new_token()}, user=co.min)
    assert list(Assignment.objects.filter(ended_at=None).values_list("owner", flat=True)) == [co.min.pk]
    assert Assignment.objects.filter(owner=co.min).count() == 1


def test_a_double_click_enters_a_new_lead_once(co):
    values = {"company": "华天软件", "reach": "13911332123", "source": "partner", "keep": "yes", "grade": "A"}
    answers = post_together("/leads/new/", {"once": new_token()} | values, user=co.wang)
    assert [answer.status_code for answer in answers] == [302, 302]
    assert Lead.objects.count() == 1


def test_a_double_click_accepts_once(co):
    lead = assign(graded(co), to=co.wang, by=co.zhou, at=clock.now())
    post_together(f"/leads/{lead.pk}/acceptance/", {"once": new_token()}, user=co.wang)
    assert Event.objects.filter(name="lead.accepted").count() == 1


def test_a_double_click_asks_for_one_waiver_and_decides_it_once(co, lead):
    owed = Deadline.objects.open().filter(file=lead.ref, owner=co.wang).earliest("due_at")
    Deadline.objects.filter(pk=owed.pk).update(due_at=clock.now() - datetime.timedelta(minutes=5))
    values = {"once": new_token(), "reason": "客户出差"}
    post_together(f"/deadlines/{owed.pk}/waiver/", values, user=co.wang)
    asked = Waiver.objects.get()
    values = {"once": new_token(), "granted": "yes", "note": "同意"}
    answers = post_together(f"/waivers/{asked.pk}/", values, user=co.li)
    asked.refresh_from_db()
    assert asked.state == Waiver.State.GRANTED
    assert [answer.status_code for answer in answers] == [302, 302]
    assert Event.objects.filter(name="waiver.decided").count() == 1
