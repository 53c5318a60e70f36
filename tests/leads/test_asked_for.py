"""Forms on the page of a lead: fetched when they are asked for, and whole pages without scripts."""

import pytest

from leads.actions import accept
from leads.models import Appointment, Lead, Status
from salesops.web.forms.once import new_token
from tests.sop.world import local

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def lead(graded, time_machine, client):
    """An A lead whose owner has accepted it and is signed in."""
    lead = graded("10:00", "10:05", grade="A")
    lead = accept(lead, by=lead.owner, at=local("2026-03-02 10:10"))
    time_machine.move_to(local("2026-03-02 10:30"), tick=False)
    client.force_login(lead.owner)
    return lead


def forms(lead, names=("appointment", "grade", "return", "loss")):
    return [f"/leads/{lead.pk}/{name}/" for name in names]


def test_the_page_of_a_lead_renders_no_form_that_nobody_asked_for(lead, client):
    page = client.get(f"/leads/{lead.pk}/").content.decode()
    assert "<textarea" not in page
    assert 'class="form-control' not in page.partition('id="content"')[2]
    for url in forms(lead):
        assert f'href="{url}" hx-get="{url}"' in page


def test_each_form_comes_alone_for_htmx_and_with_its_page_otherwise(lead, client):
    for url in forms(lead):
        alone = client.get(url, headers=HTMX).content.decode()
        assert "<h1" not in alone
        assert f'hx-post="{url}"' in alone
        page = client.get(url).content.decode()
        assert "<h1>" in page
        assert lead.customer.name in page


def test_mistakes_stay_in_the_form_and_success_goes_on(lead, client):
    url = f"/leads/{lead.pk}/return/"
    answer = client.post(url, {"once": new_token(), "reason": ""}, headers=HTMX)
    assert (answer.status_code, Lead.objects.get().status) == (422, Status.ACTIVE)
    answer = client.post(url, {"once": new_token(), "reason": "行业不对"}, headers=HTMX)
    assert answer.headers["HX-Redirect"] == "/leads/"
    assert Lead.objects.get().status == Status.POOL


def test_an_appointment_is_planned_without_scripts(lead, client):
    values = {"once": new_token(), "way": "call", "starts_at": "2026-03-03T10:00", "minutes": 30}
    assert client.post(f"/leads/{lead.pk}/appointment/", values).headers["Location"] == f"/leads/{lead.pk}/"
    assert Appointment.objects.get().starts_at == local("2026-03-03 10:00")
