from datetime import timedelta

from salesops import clock
from salesops.people.actions import ask_leave
from tests.access import row


def person(co, owner):
    return {"pk": owner.pk}


def team(co, owner):
    return {"pk": co.teams["cell"].pk}


def post(co, owner):
    return {"pk": owner.pk, "post": owner.posts.first().pk}


def leave(co, owner):
    since = clock.now() + timedelta(days=3)
    asked = ask_leave(owner, since=since, until=since + timedelta(days=1), by=owner, at=clock.now())
    return {"pk": asked.pk}


DETAILS = {"name": "王伟", "email": "", "mobile": "", "team": "", "department": "", "language": "zh-hans"}

ROWS = [
    row("people:list", everybody=403, admin=200),
    row("people:invitation", everybody=403, admin=200),
    row("people:teams", everybody=403, admin=200),
    row("people:new_team", everybody=403, admin=200),
    row("people:team", team, everybody=403, admin=200),
    row("people:detail", person, everybody=403, admin=200),
    row(  # without what its writer saw, a form that says something else meets what stands on file
        "people:details", person, post=DETAILS, everybody=403, admin="409 409 409"
    ),
    row("people:roles", person, post={"role": "se"}, everybody=403, admin="302 302 302"),
    row("people:role_ending", post, post={}, everybody=403, admin="302 302 302"),
    row("people:access", person, post={"what": "factor"}, everybody=403, admin="302 302 302"),
    row("people:leaving", person, everybody=403, admin=200),
    row("people:leave"),
    row(  # nobody decides their own; whom a head does not see is not there
        "people:leave_decision",
        leave,
        post={"approve": "yes"},
        everybody="403 404 404",
        leader="403 302 404",
        manager="403 302 404",
        so="403 403 403",
        admin="403 302 302",
    ),
    row(
        "people:leave_ending",
        leave,
        post={},
        everybody="302 404 404",
        leader="302 302 404",
        manager="302 302 404",
        so="302 403 403",
        admin="302 302 302",
    ),
]
