"""What is left of people in the admin site: departments, and searching for people and teams in other forms."""

import pytest
from django.urls import reverse

from salesops.events.models import Event
from salesops.people.models import Department, User
from tests.company import company

pytestmark = pytest.mark.django_db


@pytest.fixture
def co():
    return company()


@pytest.fixture
def admin(client, co):
    client.force_login(co.he)
    return client


def url(name, *args):
    return reverse(f"admin:people_{name}", args=args)


def test_departments_are_added_and_each_change_is_an_event(admin, co):
    assert admin.get(url("department_changelist")).status_code == 200
    admin.post(url("department_add"), {"name": "培训部", "slug": "training"})
    made = Department.objects.get(slug="training")
    admin.post(url("department_change", made.pk), {"name": "培训中心"})
    events = Event.objects.order_by("id")
    assert [event.name for event in events] == ["record.added", "record.changed"]
    assert events[0].data["model"] == "people.Department"
    assert events[0].by == co.he


def test_a_desks_key_stays(admin, co):
    legal = co.departments["legal"]
    admin.post(url("department_change", legal.pk), {"name": "法务合规部", "slug": "other"})
    assert Department.objects.get(pk=legal.pk).slug == "legal"


@pytest.mark.parametrize("model", ["user", "team"])
def test_people_and_teams_are_written_on_their_own_pages_alone(admin, co, model):
    pk = {"user": co.wang.pk, "team": co.teams["cell"].pk}[model]
    assert admin.post(url(f"{model}_add"), {"name": "x"}).status_code == 403
    assert admin.post(url(f"{model}_change", pk), {"name": "x"}).status_code == 403
    assert admin.post(url(f"{model}_delete", pk), {"post": "yes"}).status_code == 403
    assert User.objects.filter(pk=co.wang.pk, name="王伟").exists()


def test_other_forms_search_for_people_who_work_here(admin, co):
    User.objects.filter(pk=co.min.pk).update(is_active=False)
    query = {"app_label": "leads", "model_name": "territory", "field_name": "presales"}
    found = admin.get("/admin/autocomplete/", query | {"term": "zhang"}).json()["results"]
    assert [each["text"] for each in found] == ["张建国"]


def test_accounts_people_and_sessions_are_not_in_the_index(admin):
    page = admin.get("/admin/").content.decode()
    for hidden in ("/admin/auth/", "/admin/account/", "/admin/mfa/", "/admin/usersessions/", "/admin/people/user/"):
        assert hidden not in page
