"""An administrator enters who gets which leads, with the commas of a Chinese keyboard."""

import pytest
from django.urls import reverse

from leads.models import Territory
from salesops.events.models import Event
from tests.company import company

pytestmark = pytest.mark.django_db

ADD = "admin:leads_territory_add"


@pytest.fixture
def admin(client):
    client.firm = company()
    client.force_login(client.firm.he)
    return client


def fill(admin, **fields):
    given = {"name": "华东", "active": "on", "regions": "上海", "industries": "", "products": "", "presales": ""}
    prefix = (
        Territory._meta.get_field("members").related_model._meta.get_field("territory").remote_field.get_accessor_name()
    )
    members = {f"{prefix}-TOTAL_FORMS": 1, f"{prefix}-INITIAL_FORMS": 0, f"{prefix}-0-person": admin.firm.wang.pk}
    return admin.post(reverse(ADD), given | members | {f"{prefix}-0-capacity": 30} | fields)


@pytest.mark.parametrize("text", ["上海，杭州", "上海,杭州", "上海、 杭州", "上海；杭州；", "上海，，杭州，上海"])
def test_every_kind_of_comma_parts_two_words(admin, text):
    assert fill(admin, regions=text).status_code == 302
    assert Territory.objects.get().regions == ["上海", "杭州"]


def test_sizes_are_chosen_and_a_territory_has_its_people(admin):
    assert admin.get(reverse(ADD)).status_code == 200
    fill(admin, sizes=["small"])
    made = Territory.objects.get()
    assert made.sizes == ["small"]
    assert [member.person for member in made.members.all()] == [admin.firm.wang]
    assert Event.objects.get(name="record.added").data["model"] == "leads.Territory"
    page = admin.get(reverse("admin:leads_territory_change", args=[made.pk])).content.decode()
    assert "王伟" in page
