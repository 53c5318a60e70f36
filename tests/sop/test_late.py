"""Late now: a head sees who is late, and reminds them once."""

import pytest

from salesops.notices.models import Notice
from salesops.people.models import User
from salesops.web.forms.once import new_token
from tests.company import company

from .world import happen, local, only

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("samples")]


@pytest.fixture
def firm():
    return company()


@pytest.fixture
def late(firm, time_machine):
    """王伟 owes a response that was due on Monday at 14:00; it is 15:00 now."""
    happen("deal.assigned", "2026-03-02 10:00", deal=firm.departments["it"], owner=firm.wang, grade="A")
    happen("deal.accepted", "2026-03-02 10:30", deal=firm.departments["it"])
    time_machine.move_to(local("2026-03-02 15:00"), tick=False)
    return only("sample.respond")


def test_a_head_sees_who_below_is_late_and_another_head_does_not(client, firm, late):
    for person, sees in ((firm.li, True), (firm.zhao, True), (firm.huang, False)):
        client.force_login(person)
        assert ("王伟" in client.get("/late/").content.decode().split("<main")[1]) is sees


def test_two_of_one_name_are_two_people(client, firm, late):
    User.objects.filter(pk=firm.min.pk).update(name="王伟")
    happen("deal.assigned", "2026-03-02 10:00", deal=firm.departments["legal"], owner=firm.min, grade="A")
    client.force_login(firm.li)
    assert [person.name for person in client.get("/late/").context["people"]] == ["王伟"] * 2


def test_what_is_met_is_not_late_any_more(client, firm, late):
    happen("deal.contacted", "2026-03-02 15:00", deal=firm.departments["it"], owner=firm.wang, grade="A", reached=True)
    client.force_login(firm.li)
    assert f"/deadlines/{late.pk}/" not in client.get("/late/").content.decode()


def test_reminding_twice_on_a_day_tells_once(client, firm, late):
    client.force_login(firm.li)
    for _turn in range(2):
        client.post(f"/deadlines/{late.pk}/nudge/", {"once": new_token()})
    assert Notice.objects.filter(person=firm.wang, kind="deadline.nudged").count() == 1


def test_who_was_reminded_today_is_shown_so_and_not_offered_again(client, firm, late, time_machine):
    client.force_login(firm.li)
    assert f"/deadlines/{late.pk}/nudge/" in client.get("/late/").content.decode()
    client.post(f"/deadlines/{late.pk}/nudge/", {"once": new_token()})
    page = client.get("/late/").content.decode()
    assert f"/deadlines/{late.pk}/nudge/" not in page
    assert "今天已催办" in page
    time_machine.move_to(local("2026-03-03 09:00"), tick=False)
    client.force_login(firm.li)
    assert f"/deadlines/{late.pk}/nudge/" in client.get("/late/").content.decode()


def test_my_day_of_a_head_counts_what_is_late_below(client, firm, late):
    for person, counted in ((firm.li, [1]), (firm.huang, [0]), (firm.wang, [])):
        client.force_login(person)
        notes = client.get("/today/").context["notes"]
        assert [note.count for note in notes if note.url == "/late/"] == [n for n in counted if n]


def test_the_page_asks_as_often_for_many_as_for_one(client, firm, late, django_assert_max_num_queries):
    for slug in ("product", "legal", "finance"):
        happen("deal.assigned", "2026-03-02 10:00", deal=firm.departments[slug], owner=firm.min, grade="A")
    client.force_login(firm.li)
    with django_assert_max_num_queries(12):
        client.get("/late/")
