import pytest
from django.urls import reverse

from salesops.events.models import Event
from salesops.people.models import Department, Leave, Post, Role, Team, User
from tests.company import PASSWORD, company

pytestmark = pytest.mark.django_db


@pytest.fixture
def co():
    return company()


@pytest.fixture
def admin(client, co):
    client.force_login(co.he)
    return client


def person_form(person, **changes):
    values = {
        "username": person.username,
        "name": person.name,
        "mobile": "",
        "email": "",
        "language": "zh-hans",
        "team": person.team_id or "",
        "department": person.department_id or "",
        "posts-TOTAL_FORMS": 0,
        "posts-INITIAL_FORMS": 0,
    }
    return values | changes


def url(name, *args):
    return reverse(f"admin:people_{name}", args=args)


def events():
    return list(Event.objects.order_by("id").values_list("name", flat=True))


@pytest.mark.parametrize("model", ["user", "team", "department", "leave"])
def test_lists_and_forms_open(admin, co, model):
    assert admin.get(url(f"{model}_changelist")).status_code == 200
    assert admin.get(url(f"{model}_add")).status_code == 200


def test_the_list_of_people_costs_the_same_for_many(admin, co, django_assert_max_num_queries):
    User.objects.bulk_create(User(username=f"p{n}", name=f"员工{n}", team=co.teams["cell"]) for n in range(50))
    with django_assert_max_num_queries(14):
        admin.get(url("user_changelist"))


def test_a_new_person_joins_and_can_sign_in(admin, co):
    new = {
        "username": "newbie",
        "name": "新同事",
        "password1": PASSWORD,
        "password2": PASSWORD,
        "team": co.teams["cell"].pk,
        "language": "zh-hans",
        "posts-TOTAL_FORMS": 0,
        "posts-INITIAL_FORMS": 0,
    }
    assert admin.post(url("user_add"), new).status_code == 302
    person = User.objects.get(username="newbie")
    assert person.check_password(PASSWORD)
    assert person.temporary_password
    assert person.pinyin.startswith("xintongshi")
    assert events() == ["person.joined"]


def test_a_password_that_an_administrator_sets_is_a_temporary_one(admin, co):
    new = {"password1": PASSWORD, "password2": PASSWORD, "usable_password": "true", "set-password": "1"}
    assert admin.post(reverse("admin:auth_user_password_change", args=[co.wang.pk]), new).status_code == 302
    wang = User.objects.get(pk=co.wang.pk)
    assert wang.check_password(PASSWORD)
    assert wang.temporary_password


def test_moving_somebody_is_an_event_and_other_edits_are_none(admin, co):
    admin.post(url("user_change", co.wang.pk), person_form(co.wang, email="wang@example.com"))
    assert events() == []
    admin.post(url("user_change", co.wang.pk), person_form(co.wang, team=co.teams["south"].pk))
    assert User.objects.get(pk=co.wang.pk).team == co.teams["south"]
    assert events() == ["person.moved"]


def test_a_row_appoints_and_a_tick_dismisses(admin, co):
    post = Post.objects.get(user=co.wang)
    rows = {
        "posts-TOTAL_FORMS": 2,
        "posts-INITIAL_FORMS": 1,
        "posts-0-id": post.pk,
        "posts-0-user": co.wang.pk,
        "posts-0-DELETE": "on",
        "posts-1-role": "leader",
        "posts-1-team": co.teams["south"].pk,
        "posts-1-department": "",
        "posts-1-user": co.wang.pk,
    }
    assert admin.post(url("user_change", co.wang.pk), person_form(co.wang, **rows)).status_code == 302
    post.refresh_from_db()
    assert post.until is not None
    assert Post.objects.get(user=co.wang, until=None).role == Role.LEADER
    assert events() == ["post.ended", "post.given"]


def test_the_last_administrator_cannot_tick_themselves_away(admin, co):
    post = Post.objects.get(user=co.he)
    rows = {
        "posts-TOTAL_FORMS": 1,
        "posts-INITIAL_FORMS": 1,
        "posts-0-id": post.pk,
        "posts-0-user": co.he.pk,
        "posts-0-DELETE": "on",
    }
    admin.post(url("user_change", co.he.pk), person_form(co.he, **rows))
    assert Post.objects.filter(pk=post.pk, until=None).exists()


def test_the_administrators_post_opens_the_admin_site(admin, co):
    rows = {"posts-TOTAL_FORMS": 1, "posts-INITIAL_FORMS": 0, "posts-0-role": "admin", "posts-0-user": co.zhou.pk}
    admin.post(url("user_change", co.zhou.pk), person_form(co.zhou, **rows))
    admin.force_login(User.objects.get(pk=co.zhou.pk))
    assert admin.get("/admin/").status_code == 200


def test_leaving_asks_for_a_successor_and_ends_access(admin, co):
    page = url("user_leaving", co.wang.pk)
    assert admin.get(page).status_code == 200
    admin.post(page, {"successor": co.min.pk})
    wang = User.objects.get(pk=co.wang.pk)
    assert (wang.is_active, wang.successor) == (False, co.min)
    assert events() == ["person.left"]
    admin.post(url("user_back", co.wang.pk))
    assert User.objects.get(pk=co.wang.pk).is_active


def test_nobody_ends_their_own_access(admin, co):
    admin.post(url("user_leaving", co.he.pk), {"successor": ""})
    assert User.objects.get(pk=co.he.pk).is_active


def test_active_and_rights_cannot_be_set_by_hand(admin, co):
    form = person_form(co.wang, is_superuser="on", is_staff="on", left_at="2026-01-01", pinyin="x")
    admin.post(url("user_change", co.wang.pk), form)
    wang = User.objects.get(pk=co.wang.pk)
    assert (wang.is_superuser, wang.is_staff, wang.left_at, wang.is_active) == (False, False, None, True)


def test_people_are_never_deleted(admin, co):
    assert admin.post(url("user_delete", co.wang.pk), {"post": "yes"}).status_code == 403
    assert User.objects.filter(pk=co.wang.pk).exists()


def test_leave_is_asked_for_and_decided_through_the_actions(admin, co):
    form = {
        "user": co.wang.pk,
        "stand_in": co.min.pk,
        "since_0": "2026-12-01",
        "since_1": "00:00",
        "until_0": "2026-12-03",
        "until_1": "00:00",
    }
    assert admin.post(url("leave_add"), form).status_code == 302
    leave = Leave.objects.get()
    admin.post(url("leave_changelist"), {"action": "approve", "_selected_action": [leave.pk]})
    leave.refresh_from_db()
    assert (leave.state, leave.decided_by) == (Leave.State.APPROVED, co.he)
    assert events() == ["leave.asked", "leave.approved"]
    assert admin.post(url("leave_add"), form).status_code == 200
    assert Leave.objects.count() == 1
    assert admin.post(url("leave_change", leave.pk), form).status_code == 403


def test_a_team_with_people_is_kept_and_cannot_be_part_of_itself(admin, co):
    cell = co.teams["cell"]
    admin.post(url("team_delete", cell.pk), {"post": "yes"})
    east = co.teams["east"]
    page = admin.post(url("team_change", east.pk), {"name": "华东区", "kind": "line", "parent": cell.pk, "zone": ""})
    assert page.status_code == 200
    page = admin.post(url("team_change", east.pk), {"name": "华东区", "kind": "line", "parent": "", "zone": "Mars/X"})
    assert page.status_code == 200
    assert Team.objects.get(pk=cell.pk).parent == east


def test_moving_a_team_moves_what_lies_below_it(admin, co):
    east = co.teams["east"]
    admin.post(url("team_change", east.pk), {"name": "华东区", "kind": "line", "parent": "", "zone": ""})
    assert Team.objects.get(pk=co.teams["cell"].pk).path == f"{east.pk}.{co.teams['cell'].pk}."


def test_a_desks_key_stays(admin, co):
    legal = co.departments["legal"]
    admin.post(url("department_change", legal.pk), {"name": "法务合规部", "slug": "other"})
    assert Department.objects.get(pk=legal.pk).slug == "legal"


def test_accounts_and_sessions_of_the_sign_in_are_not_in_the_admin_site(admin):
    page = admin.get("/admin/").content.decode()
    for hidden in ("/admin/auth/", "/admin/account/", "/admin/mfa/", "/admin/usersessions/"):
        assert hidden not in page
