import datetime
import time

import pytest

from salesops.people.directory import Directory
from salesops.people.models import Leave, Post, Role, Team, User
from tests.company import SINCE, company

pytestmark = pytest.mark.django_db
NOW = datetime.datetime(2026, 9, 7, 2, 0, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)


@pytest.fixture
def co():
    return company()


def leave(user, stand_in=None, *, state=Leave.State.APPROVED, since=NOW - DAY, until=NOW + DAY):
    return Leave.objects.create(user=user, stand_in=stand_in, since=since, until=until, state=state)


def left(user, *, at=NOW - DAY, successor=None):
    User.objects.filter(pk=user.pk).update(is_active=False, left_at=at, successor=successor)


def test_the_head_of_a_representative_is_the_cells_leader(co):
    assert Directory(NOW).head_of(co.wang.id) == co.li.id


def test_a_leader_answers_to_the_manager_above_and_never_to_themselves(co):
    assert Directory(NOW).head_of(co.li.id) == co.zhao.id


def test_the_topmost_has_no_head(co):
    assert Directory(NOW).head_of(co.boss.id) is None
    assert Directory(NOW).heads_above(co.boss.id) == []


def test_the_chain_of_heads_runs_nearest_first(co):
    assert Directory(NOW).heads_above(co.wang.id) == [co.li.id, co.zhao.id, co.boss.id]


def test_a_co_leader_is_not_the_head_of_the_other_leader(co):
    Post.objects.create(user=co.wang, role=Role.LEADER, team=co.teams["cell"], since=SINCE)
    assert Directory(NOW).head_of(co.wang.id) == co.zhao.id


def test_a_manager_at_home_in_a_cell_does_not_answer_to_its_leader(co):
    User.objects.filter(pk=co.zhao.pk).update(team=co.teams["cell"])
    assert Directory(NOW).heads_above(co.zhao.id) == [co.boss.id]


def test_the_head_of_a_cell_without_a_leader_is_the_manager_above(co):
    Post.objects.filter(user=co.li).update(until=NOW)
    directory = Directory(NOW)
    assert directory.head_of(co.wang.id) == co.zhao.id
    assert directory.head_of_team(co.teams["cell"].id) == co.zhao.id


def test_posts_count_from_their_start_to_before_their_end(co):
    Post.objects.filter(user=co.li).update(until=NOW)
    assert Directory(NOW - datetime.timedelta(microseconds=1)).head_of(co.wang.id) == co.li.id
    assert Directory(SINCE - DAY).head_of(co.wang.id) is None


def test_somebody_who_left_heads_nobody(co):
    left(co.li)
    assert Directory(NOW).head_of(co.wang.id) == co.zhao.id
    assert Directory(NOW - 2 * DAY).head_of(co.wang.id) == co.li.id


def test_a_manager_above_is_never_a_leader(co):
    directory = Directory(NOW)
    assert directory.manager_above(co.wang.id) == co.zhao.id
    assert directory.manager_above(co.zhao.id) == co.boss.id
    assert directory.manager_above(co.boss.id) is None
    assert directory.admins() == [co.he.id]


def test_people_of_a_department_answer_to_its_head(co):
    directory = Directory(NOW)
    assert directory.head_of(co.lawyer.id) == co.legal.id
    assert directory.head_of(co.legal.id) is None


def test_a_desk_answers_through_its_head(co):
    directory = Directory(NOW)
    assert directory.desk_head("legal") == co.legal.id
    assert directory.desk_members("legal") == [co.legal.id, co.lawyer.id]


def test_a_desk_without_a_head_answers_through_its_longest_serving_member_then_admins(co):
    left(co.legal)
    assert Directory(NOW).desk_head("legal") == co.lawyer.id
    left(co.lawyer)
    assert Directory(NOW).desk_head("legal") == co.he.id
    assert Directory(NOW).desk_head("no such desk") == co.he.id


def test_whoever_holds_the_role_is_at_the_operations_desk_even_without_a_department(co):
    Post.objects.create(user=co.sun, role=Role.SO, since=NOW - DAY)
    assert Directory(NOW).desk_members("so") == [co.zhou.id, co.so_head.id, co.sun.id]


def test_a_stand_in_answers_while_the_leave_runs(co):
    leave(co.wang, co.min)
    assert Directory(NOW).answers_for(co.wang.id) == co.min.id
    assert Directory(NOW + DAY).answers_for(co.wang.id) == co.wang.id
    assert Directory(NOW - DAY).answers_for(co.wang.id) == co.min.id
    assert Directory(NOW - DAY * 1.001).answers_for(co.wang.id) == co.wang.id


def test_leave_that_nobody_approved_changes_nothing(co):
    leave(co.wang, co.min, state=Leave.State.ASKED)
    assert Directory(NOW).answers_for(co.wang.id) == co.wang.id
    assert not Directory(NOW).on_leave(co.wang.id)


def test_stand_ins_on_leave_are_followed_to_theirs(co):
    leave(co.wang, co.min)
    leave(co.min, co.jing)
    assert Directory(NOW).answers_for(co.wang.id) == co.jing.id


def test_stand_ins_in_a_circle_end_at_the_head(co):
    leave(co.wang, co.min)
    leave(co.min, co.wang)
    assert Directory(NOW).answers_for(co.wang.id) == co.li.id


def test_a_head_on_leave_answers_through_their_stand_in_then_the_heads_head(co):
    leave(co.wang)
    leave(co.li, co.huang)
    assert Directory(NOW).answers_for(co.wang.id) == co.huang.id
    left(co.huang)
    assert Directory(NOW).answers_for(co.wang.id) == co.zhao.id


def test_after_leaving_the_successor_answers_else_the_head_else_an_admin(co):
    left(co.wang, successor=co.min)
    assert Directory(NOW).answers_for(co.wang.id) == co.min.id
    left(co.min)
    assert Directory(NOW).answers_for(co.wang.id) == co.li.id
    for head in (co.li, co.zhao, co.boss):
        left(head)
    assert Directory(NOW).answers_for(co.wang.id) == co.he.id


def test_holders_of_a_role_are_found_by_the_subtree_of_their_home_team(co):
    left(co.jing)
    directory = Directory(NOW)
    assert directory.with_role(Role.AM, team=co.teams["cell"].id) == [co.wang.id, co.min.id]
    assert set(directory.with_role(Role.AM, team=co.teams["sales"].id)) == {
        co.wang.id,
        co.min.id,
        co.lin.id,
        co.jie.id,
    }
    assert directory.with_role(Role.SO) == [co.zhou.id, co.so_head.id]


def test_a_team_comes_first_among_its_ancestors(co):
    teams = co.teams
    assert Directory(NOW).team_ancestors(teams["cell"].id) == [teams["cell"].id, teams["east"].id, teams["sales"].id]


def test_names_and_languages_come_without_further_queries(co, django_assert_num_queries):
    directory = Directory(NOW)
    with django_assert_num_queries(4):
        for person in co.people.values():
            directory.name(person.id), directory.language(person.id), directory.heads_above(person.id)
            directory.answers_for(person.id), directory.manager_above(person.id)
        for slug in co.departments:
            directory.desk_head(slug)


def test_a_thousand_people_load_in_milliseconds(co):
    cells = [Team.objects.create(name=f"组{n}", parent=co.teams["east"]) for n in range(100)]
    people = User.objects.bulk_create(
        User(username=f"p{n}", name=f"员工{n}", password="!", team=cells[n % 100]) for n in range(1000)
    )
    Post.objects.bulk_create(
        Post(user=user, role=Role.LEADER if n < 100 else Role.AM, team=user.team, since=SINCE)
        for n, user in enumerate(people)
    )
    best = min(_seconds_to_load() for _ in range(3))
    assert best < 0.1, f"{best * 1000:.1f} ms"  # about 10 ms on an idle machine


def _seconds_to_load():
    began = time.perf_counter()
    directory = Directory(NOW)
    directory.is_active(0), directory.on_leave(0), directory.head_of_team(0), directory.team_ancestors(0)
    return time.perf_counter() - began
