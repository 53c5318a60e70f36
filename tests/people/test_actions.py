import datetime

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied, ValidationError

from salesops.events.models import Event
from salesops.people.actions import (
    appoint,
    approve_leave,
    ask_leave,
    deactivate,
    dismiss,
    end_leave,
    join,
    move_to_team,
    refuse_leave,
)
from salesops.people.directory import Directory
from salesops.people.models import Leave, Post, Role, User
from tests.company import company

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
NOW = datetime.datetime(2026, 9, 7, 2, 0, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)


@pytest.fixture
def co():
    return company()


def events():
    return list(Event.objects.order_by("id").values_list("name", "subject"))


def asked(co, **values):
    values = {"since": NOW + DAY, "until": NOW + 3 * DAY, "stand_in": co.min, "by": co.wang, "at": NOW} | values
    return ask_leave(co.wang, **values)


def test_appointing_gives_a_post_from_now_on_and_records_it(co):
    post = appoint(co.wang, Role.LEADER, team=co.teams["south"], by=co.he, at=NOW)
    assert (post.since, post.until) == (NOW, None)
    assert events() == [("post.given", f"person:{co.wang.id}")]


def test_appointing_twice_gives_one_post(co):
    first = appoint(co.wang, Role.LEADER, team=co.teams["south"], by=co.he, at=NOW)
    assert appoint(co.wang, Role.LEADER, team=co.teams["south"], by=co.he, at=NOW + DAY) == first
    assert len(events()) == 1


def test_a_leader_without_a_team_is_refused_in_words(co):
    with pytest.raises(ValidationError, match="team"):
        appoint(co.wang, Role.LEADER, by=co.he, at=NOW)


def test_only_administrators_appoint_dismiss_move_and_deactivate(co):
    post = Post.objects.get(user=co.wang)
    for attempt in (
        lambda: appoint(co.wang, Role.ADMIN, by=co.zhao, at=NOW),
        lambda: dismiss(post, by=co.zhao, at=NOW),
        lambda: move_to_team(co.wang, None, by=co.zhao, at=NOW),
        lambda: deactivate(co.wang, by=co.zhao, at=NOW),
        lambda: join(co.wang, by=co.zhao, at=NOW),
    ):
        with pytest.raises(PermissionDenied):
            attempt()
    assert not events()


def test_dismissing_ends_the_post_now(co):
    dismiss(Post.objects.get(user=co.li), by=co.he, at=NOW)
    assert Directory(NOW).head_of(co.wang.id) == co.zhao.id
    assert events() == [("post.ended", f"person:{co.li.id}")]


def test_the_last_administrator_stays(co):
    with pytest.raises(ValidationError):
        dismiss(Post.objects.get(user=co.he), by=co.he, at=NOW)
    appoint(co.zhou, Role.ADMIN, by=co.he, at=NOW - DAY)
    dismiss(Post.objects.get(user=co.he), by=co.he, at=NOW)


def test_moving_changes_the_home_team_and_says_where_from(co):
    move_to_team(co.wang, co.teams["south"], by=co.he, at=NOW)
    assert Directory(NOW).head_of(co.wang.id) == co.huang.id
    assert Event.objects.get().refs == {
        "person": co.wang.id,
        "team": co.teams["south"].id,
        "from_team": co.teams["cell"].id,
    }
    move_to_team(co.wang, co.teams["south"], by=co.he, at=NOW)
    assert Event.objects.count() == 1


def test_leave_counts_once_somebody_above_approved_it(co):
    leave = asked(co)
    assert not Directory(NOW + DAY).on_leave(co.wang.id)
    approve_leave(leave, by=co.li, at=NOW)
    assert Directory(NOW + DAY).answers_for(co.wang.id) == co.min.id
    event = Event.objects.get(name="leave.approved")
    assert event.refs["stand_in"] == co.min.id
    assert event.data == {"since": (NOW + DAY).isoformat(), "until": (NOW + 3 * DAY).isoformat()}


def test_nobody_approves_their_own_leave_nor_a_colleagues(co):
    leave = asked(co)
    for person in (co.wang, co.min, co.huang):
        with pytest.raises(PermissionDenied):
            approve_leave(leave, by=person, at=NOW)
    leave_of_admin = ask_leave(co.he, since=NOW, until=NOW + DAY, by=co.he, at=NOW)
    with pytest.raises(PermissionDenied):
        approve_leave(leave_of_admin, by=co.he, at=NOW)


def test_a_decision_stands(co):
    leave = refuse_leave(asked(co), by=co.li, at=NOW)
    with pytest.raises(ValidationError):
        approve_leave(leave, by=co.zhao, at=NOW)
    refuse_leave(leave, by=co.li, at=NOW)
    assert [name for name, _ in events()] == ["leave.asked", "leave.refused"]


def test_leave_does_not_overlap_leave(co):
    asked(co)
    with pytest.raises(ValidationError, match="leave"):
        asked(co, since=NOW + 2 * DAY, until=NOW + 5 * DAY)
    asked(co, since=NOW + 3 * DAY, until=NOW + 4 * DAY)


def test_leave_ends_after_it_begins_and_has_another_person_as_stand_in(co):
    with pytest.raises(ValidationError, match="ends after"):
        asked(co, until=NOW)
    with pytest.raises(ValidationError, match="another person"):
        asked(co, stand_in=co.wang)


def test_leave_cut_short_ends_now_and_leave_not_begun_is_cancelled(co):
    leave = approve_leave(asked(co), by=co.li, at=NOW)
    end_leave(leave, by=co.wang, at=NOW + 2 * DAY)
    assert not Directory(NOW + 2 * DAY).on_leave(co.wang.id)
    later = approve_leave(asked(co, since=NOW + 5 * DAY, until=NOW + 6 * DAY), by=co.li, at=NOW)
    assert end_leave(later, by=co.wang, at=NOW).state == Leave.State.CANCELLED
    assert [name for name, _ in events()][2:] == ["leave.ended", "leave.asked", "leave.approved", "leave.cancelled"]


def test_leaving_ends_account_posts_and_every_session_at_once(co, client):
    client.force_login(co.wang)
    UserSession.objects.create(user=co.wang, ip="10.0.0.1", session_key=client.session.session_key)
    assert Session.objects.count() == 1
    deactivate(co.wang, by=co.he, at=NOW, successor=co.min)
    wang = User.objects.get(pk=co.wang.pk)
    assert (wang.is_active, wang.left_at, wang.successor_id) == (False, NOW, co.min.id)
    assert not Post.objects.current(NOW).filter(user=wang).exists()
    assert Session.objects.count() == 0
    assert Directory(NOW).answers_for(wang.id) == co.min.id
    assert events() == [("person.left", f"person:{wang.id}")]


def test_nobody_deactivates_themselves_or_names_a_successor_who_left(co):
    with pytest.raises(ValidationError):
        deactivate(co.he, by=co.he, at=NOW)
    deactivate(co.min, by=co.he, at=NOW)
    co.min.refresh_from_db()
    for successor in (co.min, co.wang):
        with pytest.raises(ValidationError):
            deactivate(co.wang, by=co.he, at=NOW, successor=successor)


def test_leaving_twice_is_one_event(co):
    deactivate(co.wang, by=co.he, at=NOW)
    deactivate(co.wang, by=co.he, at=NOW + DAY)
    assert User.objects.get(pk=co.wang.pk).left_at == NOW
    assert len(events()) == 1


def test_somebody_who_comes_back_is_active_again(co):
    deactivate(co.wang, by=co.he, at=NOW, successor=co.min)
    join(User.objects.get(pk=co.wang.pk), by=co.he, at=NOW + DAY)
    assert Directory(NOW + DAY).answers_for(co.wang.id) == co.wang.id
