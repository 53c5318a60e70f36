"""The pages about people: inviting, roles, teams, leave, and leaving with a successor."""

import re
from datetime import timedelta

import pytest

from salesops import clock
from salesops.events.models import Event
from salesops.notices.models import Notice
from salesops.people.models import Leave, Post, Team, User
from salesops.web.forms.once import new_token
from tests.company import PASSWORD, company

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm():
    return company(password=PASSWORD)


@pytest.fixture
def admin(client, firm):
    client.force_login(firm.he)
    return client


@pytest.fixture
def send(client):
    """send(url, **fields): a form with its token."""
    return lambda url, **fields: client.post(url, {"once": new_token()} | fields)


def main(page):
    return page.content.decode().split("<main")[1]


def events():
    return list(Event.objects.order_by("id").values_list("name", flat=True))


def newcomer(firm, **changes):
    given = {"name": "高洁", "username": "gaojie", "contact": "13800001234", "department": "", "roles": ["am"]}
    return given | {"team": firm.teams["cell"].pk} | changes


# The list


@pytest.mark.parametrize("word", ["王伟", "wangwei", "ww", "wang"])
def test_people_are_found_by_name_pinyin_and_login(admin, firm, word):
    page = main(admin.get("/people/", {"q": word}))
    assert "王伟" in page
    assert "李娜" not in page


def test_the_list_costs_the_same_for_many(admin, firm, django_assert_max_num_queries):
    User.objects.bulk_create(
        User(username=f"u{n}", name=f"员工{n}", pinyin=f"y{n:03}", team=firm.teams["cell"]) for n in range(60)
    )
    with django_assert_max_num_queries(20):
        page = admin.get("/people/")
    assert page.context["page"].after


def test_leavers_stand_on_their_own_tab(admin, firm):
    User.objects.filter(pk=firm.min.pk).update(is_active=False)
    assert "张敏" not in main(admin.get("/people/"))
    assert "张敏" in main(admin.get("/people/?show=left"))


# Inviting


def test_who_is_invited_signs_in_with_the_first_password_and_chooses_their_own(admin, firm, send, client):
    page = send("/people/new/", **newcomer(firm))
    assert page.status_code == 200
    assert page["Cache-Control"] == "no-store"
    password = re.findall(r'class="secret">([^<]+)<', page.content.decode())[1]
    person = User.objects.get(username="gaojie")
    assert (person.team, person.mobile, person.temporary_password) == (firm.teams["cell"], "13800001234", True)
    assert [post.role for post in person.posts.all()] == ["am"]
    assert events() == ["person.joined", "post.given"]
    client.logout()
    signed_in = client.post("/account/login/", {"login": "gaojie", "password": password}, follow=True)
    assert signed_in.redirect_chain[-1][0].endswith("/password/change/")


def test_sending_the_invitation_twice_invites_once_and_shows_no_password_again(admin, firm, client):
    form = newcomer(firm, once=new_token())
    client.post("/people/new/", form)
    again = client.post("/people/new/", form)
    assert again.status_code == 302
    assert User.objects.filter(username="gaojie").count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"username": "wang"},
        {"username": "高 洁"},
        {"name": ""},
        {"contact": "call me"},
        {"contact": "a@"},
        {"team": "", "roles": ["leader"]},
        {"roles": ["department_head"]},
        {"roles": []},
        {"team": ""},
    ],
)
def test_an_invitation_that_makes_no_sense_is_refused_with_what_was_typed_kept(admin, firm, send, changes):
    page = send("/people/new/", **newcomer(firm, **{"name": "高洁"} | changes))
    assert page.status_code == 422
    assert ("gaojie" in main(page)) or ("username" in changes)
    assert not User.objects.filter(username="gaojie").exists()


# Roles and details


def test_a_role_is_given_and_ended_and_its_span_stays(admin, firm, send):
    send(f"/people/{firm.wang.pk}/roles/", role="se", team=firm.teams["cell"].pk)
    post = Post.objects.get(user=firm.wang, role="se")
    send(f"/people/{firm.wang.pk}/roles/{post.pk}/ending/")
    assert events() == ["post.given", "post.ended"]
    assert "ending" in main(admin.get(f"/people/{firm.wang.pk}/"))  # the first role is still theirs


def test_a_leader_needs_a_team(admin, firm, send):
    page = send(f"/people/{firm.wang.pk}/roles/", role="leader", team="")
    assert page.status_code == 422
    assert not Post.objects.filter(user=firm.wang, role="leader").exists()


def test_two_administrators_who_change_the_same_detail_both_keep_their_text(admin, firm):
    page, url = admin.get(f"/people/{firm.wang.pk}/").context["form"], f"/people/{firm.wang.pk}/details/"
    sent = {"once": page["once"].value(), "seen": page["seen"].value(), "language": "zh-hans"}
    User.objects.filter(pk=firm.wang.pk).update(name="王大伟", email="wei@example.com")
    answer = admin.post(url, sent | {"name": "王小伟", "team": firm.wang.team_id})
    assert answer.status_code == 409
    assert "王大伟" in answer.content.decode()
    admin.post(url, sent | {"name": "王伟", "team": firm.teams["south"].pk})
    person = User.objects.get(pk=firm.wang.pk)
    assert (person.name, person.email, person.team) == ("王大伟", "wei@example.com", firm.teams["south"])


def test_details_are_changed_and_the_event_names_only_the_fields(admin, firm, send):
    form = {"name": "王小伟", "email": "w@example.com", "mobile": "", "language": "en", "department": ""}
    seen = admin.get(f"/people/{firm.wang.pk}/").context["form"]["seen"].value()
    send(f"/people/{firm.wang.pk}/details/", team=firm.teams["south"].pk, seen=seen, **form)
    wang = User.objects.get(pk=firm.wang.pk)
    assert (wang.name, wang.pinyin.split()[0], wang.team) == ("王小伟", "wangxiaowei", firm.teams["south"])
    changed = Event.objects.get(name="person.changed")
    assert changed.data == {"fields": ["email", "language", "name"]}
    assert events() == ["person.changed", "person.moved"]


def test_a_first_password_anew_ends_the_sessions_and_is_never_ones_own(admin, firm, send):
    page = send(f"/people/{firm.wang.pk}/access/", what="password")
    password = re.findall(r'class="secret">([^<]+)<', page.content.decode())[1]
    wang = User.objects.get(pk=firm.wang.pk)
    assert wang.check_password(password)
    assert wang.temporary_password
    assert send(f"/people/{firm.he.pk}/access/", what="password").status_code == 302
    assert User.objects.get(pk=firm.he.pk).check_password(PASSWORD)


# Teams


def test_the_tree_says_who_leads_and_counts_everybody_below(admin, firm):
    page = re.sub(r"<[^>]+>|\s+", " ", main(admin.get("/people/teams/")))
    assert re.search(r"销售部.*张建国.*华东区.*赵强.*华东一组.*李娜", page)
    assert re.search(r"华东区 .*?本级 2 人，共 10 人", page)


def test_a_team_is_added_renamed_and_moved(admin, firm, send):
    send("/people/teams/new/", name="大客户组", kind="cell", parent=firm.teams["sales"].pk)
    team = Team.objects.get(name="大客户组")
    send(f"/people/teams/{team.pk}/", name="大客户部", kind="line", parent=firm.teams["east"].pk)
    team.refresh_from_db()
    assert (team.name, team.parent) == ("大客户部", firm.teams["east"])
    assert team.path.startswith(firm.teams["east"].path)
    assert events() == ["team.added", "team.changed"]


def test_a_team_is_never_moved_below_itself(admin, firm, send):
    page = send(f"/people/teams/{firm.teams['east'].pk}/", name="华东区", kind="line", parent=firm.teams["cell"].pk)
    assert page.status_code == 422
    assert Team.objects.get(pk=firm.teams["east"].pk).parent == firm.teams["sales"]


# Leave


def ask(client, person, **changes):
    client.force_login(person)
    day = (clock.now() + timedelta(days=5)).date()
    given = {"first": day.isoformat(), "last": day.isoformat(), "stand_in": "", "once": new_token()}
    return client.post("/leave/", given | changes)


def test_leave_is_asked_for_and_the_head_approves(client, firm):
    assert ask(client, firm.wang, stand_in=firm.min.pk).status_code == 302
    leave = Leave.objects.get()
    assert (leave.until - leave.since, leave.stand_in) == (timedelta(days=1), firm.min)
    client.force_login(firm.li)
    assert "王伟" in main(client.get("/leave/"))
    assert "待审批的请假" in main(client.get("/today/"))
    client.post(f"/leave/{leave.pk}/decision/", {"approve": "yes", "once": new_token()})
    leave.refresh_from_db()
    assert (leave.state, leave.decided_by) == ("approved", firm.li)
    assert "待审批的请假" not in main(client.get("/today/"))
    assert events() == ["leave.asked", "leave.approved"]
    told = [(notice.person.name, notice.kind) for notice in Notice.objects.order_by("id").select_related("person")]
    assert told == [("李娜", "leave.asked"), ("王伟", "leave.approved"), ("张敏", "leave.stand_in")]


def test_half_days_count_from_and_until_noon(client, firm):
    ask(client, firm.wang, from_noon="on")
    assert Leave.objects.get().until - Leave.objects.get().since == timedelta(hours=12)


def test_what_waits_for_another_head_is_not_shown(client, firm):
    ask(client, firm.wang)
    client.force_login(firm.huang)
    assert "/decision/" not in main(client.get("/leave/"))
    client.force_login(firm.he)
    assert "/decision/" in main(client.get("/leave/"))


@pytest.mark.parametrize("changes", [{"last": "2020-01-01"}, {"first": ""}, {"first": "soon"}, {"stand_in": "0"}])
def test_leave_that_makes_no_sense_is_refused(client, firm, changes):
    assert ask(client, firm.wang, **changes).status_code == 422
    assert not Leave.objects.exists()


def test_leave_in_the_same_time_is_refused_and_taken_back_leave_makes_room(client, firm):
    ask(client, firm.wang)
    assert ask(client, firm.wang).status_code == 422
    client.post(f"/leave/{Leave.objects.get().pk}/ending/", {"once": new_token()})
    assert ask(client, firm.wang).status_code == 302


# Leaving


def test_leaving_shows_what_is_owed_and_hands_over_to_the_successor(admin, firm, send):
    page = main(admin.get(f"/people/{firm.wang.pk}/leaving/"))
    assert "李娜" in page  # answers without a successor
    assert send(f"/people/{firm.wang.pk}/leaving/", successor=firm.min.pk).status_code == 302
    wang = User.objects.get(pk=firm.wang.pk)
    assert (wang.is_active, wang.successor) == (False, firm.min)
    assert not Post.objects.current(clock.now()).filter(user=wang).exists()
    send(f"/people/{firm.wang.pk}/access/", what="back")
    assert User.objects.get(pk=firm.wang.pk).is_active


def test_nobody_ends_their_own_access(admin, firm, send):
    assert send(f"/people/{firm.he.pk}/leaving/", successor="").status_code == 422
    assert User.objects.get(pk=firm.he.pk).is_active


def test_teams_and_leave_cost_the_same_for_many(client, firm, django_assert_max_num_queries):
    for number in range(12):
        Team.objects.create(name=f"小组{number}", parent=firm.teams["east"])
    for number, person in enumerate((firm.wang, firm.min, firm.jing, firm.lin)):
        day = (clock.now() + timedelta(days=5 + number)).date().isoformat()
        ask(client, person, first=day, last=day)
    client.force_login(firm.he)
    with django_assert_max_num_queries(16):
        client.get("/people/teams/")
    client.force_login(firm.zhao)
    with django_assert_max_num_queries(22):
        assert main(client.get("/leave/")).count("/decision/") == 4
