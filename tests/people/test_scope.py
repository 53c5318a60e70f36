import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from salesops.people import scope
from salesops.people.models import Leave, Post, Role, Team, User
from tests.company import SINCE, company

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture
def co():
    return company()


def seen_by(user, **how):
    return set(scope.people(User.objects.get(pk=user.pk), **how).values_list("username", flat=True))


def test_a_representative_sees_only_their_own_work(co):
    assert seen_by(co.wang) == {"wang"}


def test_a_stand_in_sees_the_absent_ones_work_while_the_leave_runs(co):
    now = timezone.now()
    leave = Leave.objects.create(
        user=co.wang, stand_in=co.min, since=now - DAY, until=now + DAY, state=Leave.State.APPROVED
    )
    assert seen_by(co.min) == {"min", "wang"}
    leave.until = now - DAY / 2
    leave.save()
    assert seen_by(co.min) == {"min"}


def test_leave_that_nobody_approved_opens_nothing(co):
    now = timezone.now()
    Leave.objects.create(user=co.wang, stand_in=co.min, since=now - DAY, until=now + DAY)
    assert seen_by(co.min) == {"min"}


def test_a_successor_sees_the_leavers_work(co):
    User.objects.filter(pk=co.wang.pk).update(is_active=False, left_at=timezone.now(), successor=co.min)
    assert seen_by(co.min) == {"min", "wang"}


def test_a_leader_sees_the_cell_and_not_the_neighbours(co):
    assert seen_by(co.li) == {"li", "wang", "min", "jing", "sun"}


def test_a_manager_sees_the_team_and_everything_below_it(co):
    assert seen_by(co.zhao) == {"zhao", "xu", "li", "wang", "min", "jing", "sun", "huang", "lin", "jie"}


def test_a_teams_number_that_begins_like_another_does_not_open_it(co):
    Team.objects.filter(pk=co.teams["south"].pk).update(path=co.teams["cell"].path[:-1] + "9.")
    assert "lin" not in seen_by(co.li)


def test_a_functional_head_sees_the_people_who_hold_a_post_in_the_line(co):
    line = Team.objects.create(name="售前条线", kind=Team.Kind.FUNCTION)
    Post.objects.create(user=co.xu, role=Role.SE, team=line, since=SINCE)
    Post.objects.create(user=co.huang, role=Role.MANAGER, team=line, since=SINCE)
    assert seen_by(co.huang) == {"huang", "lin", "jie", "xu"}


def test_a_cells_leader_does_not_see_support_people_shared_with_the_cell(co):
    Post.objects.create(user=co.xu, role=Role.SE, team=co.teams["cell"], since=SINCE)
    assert "xu" not in seen_by(co.li)


def test_a_post_that_ended_opens_nothing(co):
    Post.objects.filter(user=co.li).update(until=timezone.now() - DAY)
    assert seen_by(co.li) == {"li"}


def test_operations_and_admins_see_everybody(co):
    assert len(seen_by(co.zhou)) == len(seen_by(co.he)) == len(co.people)


def test_a_room_may_open_less_to_operations_and_admins(co):
    assert seen_by(co.he, everything=()) == {"he"}


def test_an_assistant_sees_the_team_only_where_a_room_says_so(co):
    assert seen_by(co.sun) == {"sun"}
    assert seen_by(co.sun, team=[Role.ASSISTANT]) == {"li", "wang", "min", "jing", "sun"}


def test_a_department_head_sees_the_department(co):
    assert seen_by(co.legal) == {"legal", "lawyer"}
    assert seen_by(co.lawyer) == {"lawyer"}


def test_somebody_who_left_sees_nothing(co):
    User.objects.filter(pk=co.he.pk).update(is_active=False)
    assert seen_by(co.he) == set()


def test_teams_are_those_of_home_and_posts_and_below_for_heads(co):
    def names(user):
        return set(scope.teams(user).values_list("name", flat=True))

    assert names(co.wang) == {"华东一组"}
    assert names(co.sun) == {"华东一组"}
    assert names(co.zhao) == {"华东区", "华东一组", "华南组"}
    assert names(co.lawyer) == set()
    assert len(names(co.zhou)) == Team.objects.count()


def test_a_scope_costs_one_query_for_the_posts_and_rides_in_the_rooms_own(co, django_assert_num_queries):
    user = User.objects.get(pk=co.zhao.pk)
    with django_assert_num_queries(2):
        list(User.objects.filter(pk__in=scope.people(user)))
    with django_assert_num_queries(1):
        list(Team.objects.filter(pk__in=scope.teams(user)))


def test_whoever_lacks_the_role_is_refused(co, rf):
    @scope.require_role(Role.MANAGER, Role.ADMIN)
    def view(request):
        return "done"

    request = rf.get("/")
    request.user = co.zhao
    assert view(request) == "done"
    request.user = co.li
    with pytest.raises(PermissionDenied):
        view(request)


def test_a_superuser_is_an_administrator_without_the_post(co):
    boss = User.objects.create(username="root", name="初始管理员", is_superuser=True)
    assert boss.has_role(Role.ADMIN)
    boss.is_active = False
    assert not boss.has_role(Role.ADMIN)
