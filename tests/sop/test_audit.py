"""The audit log: who did what, and when, in plain words; parked deadlines and trying them again."""

import datetime

import pytest
from django.utils import translation

from salesops.events.models import Event
from salesops.events.registry import data_title, declared, title_of
from salesops.sop.audit import ELSEWHERE
from salesops.sop.models import Deadline
from salesops.web.forms.once import new_token
from tests.company import company

from .world import assign, local, only

# What tests/sop/sample.py declares.
SAMPLES = ("day.", "deal.", "hours.", "meeting.", "talk.", "trouble.")

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


def happened(count, name="deal.accepted", by=None, data=None):
    now = local("2026-03-02 10:00")
    Event.objects.bulk_create(
        Event(
            name=name,
            at=now + datetime.timedelta(minutes=n),
            recorded_at=now,
            by=by,
            subject="",
            refs={},
            data=data or {},
        )
        for n in range(count)
    )


def test_every_event_and_all_it_carries_has_words():
    named = {name: event for name, event in declared.items() if not name.startswith(SAMPLES)}
    assert len(named) > 80
    assert [name for name in named if title_of(name) == name] == []
    with translation.override("zh-hans"):
        values = {value for event in named.values() for value in event.data} - set(ELSEWHERE)
        assert sorted(value for value in values if data_title(value) == value) == []


def test_codes_are_words_and_a_step_is_told_as_its_rule_tells_it(firm, admin):
    happened(1, name="lead.pooled", data={"grade": "B", "why": "not_followed"})
    happened(1, name="deadline.step_taken", data={"rule": "lead.accept", "step": "take_back", "owner": firm.wang.pk})
    page = main(admin.get("/audit/"))
    for words in ("原因：未按时跟进", "等级：B", "步骤：收回并重新分配", "王伟"):
        assert words in page


def test_it_says_who_did_what_on_what(firm, admin):
    admin.post("/calendar/2026-03-03/", {"once": new_token(), "kind": "closure", "name": "团建", "windows": ""})
    page = main(admin.get("/audit/"))
    for words in ("何平", "修改工作日历", "日期：2026-03-03", "类型：公司放假"):
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
