"""The audit log: who did what, and when, in plain words; parked deadlines and trying them again."""

import datetime

import pytest

from salesops.events.models import Event
from salesops.events.registry import declared, title_of
from salesops.sop.models import Deadline
from salesops.web.forms.once import new_token
from tests.company import company

from .world import assign, local, only

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("samples")]


@pytest.fixture
def firm():
    return company()


@pytest.fixture
def admin(client, firm):
    client.force_login(firm.he)
    return client


def main(page):
    return page.content.decode().split("<main")[1]


def happened(count, name="deal.accepted", by=None):
    now = local("2026-03-02 10:00")
    Event.objects.bulk_create(
        Event(name=name, at=now + datetime.timedelta(minutes=n), recorded_at=now, by=by, subject="", refs={}, data={})
        for n in range(count)
    )


def test_every_event_of_the_rooms_below_has_words():
    rooms = ("rule", "calendar", "waiver", "deadline", "person", "post", "leave", "team", "channel", "quiet_hours")
    named = [name for name in declared if name.split(".")[0] in rooms]
    assert named
    assert [name for name in named if title_of(name) == name] == []


def test_it_says_who_did_what_on_what(firm, admin):
    admin.post("/calendar/2026-03-03/", {"once": new_token(), "kind": "closure", "name": "团建", "windows": ""})
    page = main(admin.get("/audit/"))
    for words in ("何平", "修改工作日历", "date: 2026-03-03"):
        assert words in page


def test_it_is_filtered_by_person_kind_and_day(firm, admin):
    happened(1, by=firm.wang)
    happened(1, name="deal.closed", by=firm.min)
    assert "deal.closed" not in main(admin.get(f"/audit/?by={firm.wang.pk}")).split("<tbody")[1]
    assert "deal.accepted" not in main(admin.get("/audit/?name=deal.closed")).split("<tbody")[1]
    assert "<tbody" not in main(admin.get("/audit/?until=2026-03-01"))


@pytest.mark.parametrize("query", ["by=x", "by=0", "name=nothing", "until=soon", "page=xx", "by=1&name=deal.closed"])
def test_a_filter_that_makes_no_sense_is_no_error(admin, query):
    assert admin.get(f"/audit/?{query}").status_code == 200


def test_older_pages_follow_without_a_count(firm, admin, django_assert_max_num_queries):
    happened(120, by=firm.wang)
    with django_assert_max_num_queries(20):
        page = admin.get("/audit/?name=deal.accepted")
    older = admin.get("/audit/", {"name": "deal.accepted", "page": page.context["page"].after})
    assert len(older.context["entries"]) == 50
    assert older.context["page"].before


def test_what_is_parked_is_listed_and_tried_again_at_once(firm, admin, time_machine):
    time_machine.move_to(local("2026-03-02 12:00"), tick=False)
    assign(firm, firm.departments["it"], "2026-03-02 11:00")
    row = only("sample.respond")
    Deadline.objects.filter(pk=row.pk).update(failures=2, next_at=local("2026-03-02 12:40"))
    admin.force_login(firm.he)
    assert f"/deadlines/{row.pk}/" in main(admin.get("/parked/"))
    admin.post("/parked/", {"once": new_token()})
    row.refresh_from_db()
    assert (row.next_at, row.failures) == (local("2026-03-02 12:00"), 2)
    assert Event.objects.get(name="deadline.tried_again").by == firm.he
