"""An admin sets the numbers of rules in the words of the SOP."""

import pytest

from salesops.sop.models import Deadline, RuleSetting
from tests.company import company

from .world import happen, local, only, shown

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("samples")]


@pytest.fixture
def firm():
    return company()


@pytest.fixture
def add(client, firm):
    """add(**fields): the admin's form, sent; returns the answer."""

    def add(**fields):
        client.force_login(firm.he)
        values = {"rule": "sample.respond", "holds_from_0": "2026-03-02", "holds_from_1": "12:00", "reason": "旺季"}
        return client.post("/admin/sop/rulesetting/add/", values | fields)

    return add


def test_a_number_holds_for_what_opens_from_its_date_on(firm, add):
    deal, other = firm.departments["marketing"], firm.departments["it"]
    assert add(due="A: 2 hours, office").status_code == 302
    happen("deal.assigned", "2026-03-02 10:00", deal=deal, owner=firm.wang, grade="A")
    happen("deal.assigned", "2026-03-02 13:00", deal=other, owner=firm.wang, grade="A")
    assert shown(only("sample.respond", subject=f"deal:{deal.pk}").due_at) == "Mon 03-02 14:00"
    assert shown(only("sample.respond", subject=f"deal:{other.pk}").due_at) == "Mon 03-02 15:00"


def test_the_other_grades_keep_their_terms(firm, add):
    add(due="A: 2 hours, office")
    happen("deal.assigned", "2026-03-02 13:00", deal=firm.departments["it"], owner=firm.wang, grade="B")
    assert shown(only("sample.respond").due_at) == "Tue 03-03 12:00"


def test_a_reminder_is_moved_or_left_out(firm, add):
    add(ladder="remind: 2 hours, office")
    happen("deal.assigned", "2026-03-02 13:00", deal=firm.departments["it"], owner=firm.wang, grade="A")
    assert shown(only("sample.respond").next_at) == "Mon 03-02 15:00"
    add(ladder="remind: off", holds_from_1="13:30")
    happen("deal.assigned", "2026-03-02 14:00", deal=firm.departments["product"], owner=firm.wang, grade="A")
    row = Deadline.objects.filter(rule="sample.respond").latest("id")
    assert row.next_at == row.due_at


def test_a_teams_own_number_beats_the_companys_and_holds_below_it(firm, add):
    add(due="A: 2 hours, office")
    add(due="A: 1 hour, office", team=firm.teams["east"].pk)
    happen("deal.assigned", "2026-03-02 13:00", deal=firm.departments["it"], owner=firm.wang, grade="A")
    assert shown(only("sample.respond").due_at) == "Mon 03-02 14:00"


def test_a_rule_that_is_off_opens_nothing(firm, add):
    add(off="on")
    happen("deal.assigned", "2026-03-02 13:00", deal=firm.departments["it"], owner=firm.wang, grade="A")
    assert not Deadline.objects.filter(rule="sample.respond").exists()


@pytest.mark.parametrize(
    ("field", "text"),
    [("due", "A: soon"), ("due", "D: 2 hours, office"), ("ladder", "shout: 1 hour, office"), ("ladder", "late: 1 day")],
)
def test_what_makes_no_sense_is_refused_and_kept_in_the_form(add, field, text):
    page = add(**{field: text})
    assert page.status_code == 200
    assert text in page.content.decode()
    assert not RuleSetting.objects.exists()


def test_nobody_but_an_admin_sets_numbers_and_no_setting_is_ever_changed(client, firm, add):
    add(due="A: 2 hours, office")
    setting = RuleSetting.objects.get()
    assert (setting.set_by, setting.holds_from) == (firm.he, local("2026-03-02 12:00"))
    assert client.post(f"/admin/sop/rulesetting/{setting.pk}/change/", {"reason": "x"}).status_code == 403
    client.force_login(firm.zhao)
    assert client.get("/admin/sop/rulesetting/add/").status_code in (302, 403, 404)
