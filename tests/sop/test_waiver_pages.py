"""Waivers to decide: who, which duty, why, and what that person has had waived; one click decides."""

import pytest

from salesops.sop.actions import ask_waiver
from salesops.sop.models import Waiver
from salesops.web.forms.once import new_token
from tests.company import company

from .world import assign, local, only, run_sweep

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("samples")]


@pytest.fixture
def firm():
    return company()


@pytest.fixture
def ask(firm, time_machine):
    """ask(owner, department): a late response of the owner, and their request to waive it."""

    def ask(owner, department="it", reason="客户出差"):
        assign(firm, firm.departments[department], owner=owner)
        run_sweep("2026-03-02 15:00")
        row = only("sample.respond", subject=f"deal:{firm.departments[department].pk}")
        return ask_waiver(row, reason=reason, by=owner, at=local("2026-03-02 15:10"))

    time_machine.move_to(local("2026-03-02 15:30"), tick=False)
    return ask


def page(client, person):
    client.force_login(person)
    return client.get("/waivers/").content.decode().split("<main")[1]


def decide(client, person, waiver, granted, note="", **more):
    client.force_login(person)
    fields = {"granted": granted, "note": note, "in_list": "1", "once": new_token()}
    return client.post(f"/waivers/{waiver.pk}/", fields | more)


def test_the_head_sees_who_asks_for_what_and_why(client, firm, ask):
    ask(firm.wang)
    shown = page(client, firm.li)
    for words in ("王伟", "客户出差", "信息技术部", "今天 14:00"):
        assert words in shown
    assert "王伟" not in page(client, firm.huang)


def test_it_stands_on_the_heads_day_and_in_their_inbox_until_it_is_decided(client, firm, ask):
    waiver = ask(firm.wang)
    client.force_login(firm.li)

    def waiting():
        notes = client.get("/today/").context["notes"]
        inbox = [row.url for group in client.get("/notices/").context["groups"] for row in group.rows]
        return [note.count for note in notes if note.url == "/waivers/"], f"/waivers/{waiver.pk}/" in inbox

    assert waiting() == ([1], True)
    decide(client, firm.li, waiver, "yes")
    assert waiting() == ([], False)
    assert client.get(f"/waivers/{waiver.pk}/").headers["Location"] == "/waivers/"
    client.force_login(firm.huang)
    assert client.get(f"/waivers/{waiver.pk}/").status_code == 404


def test_one_click_waives_it_and_it_stands_below_as_decided(client, firm, ask):
    waiver = ask(firm.wang)
    assert decide(client, firm.li, waiver, "yes").status_code == 302
    waiver.refresh_from_db()
    assert (waiver.state, waiver.decided_by) == ("granted", firm.li)
    below = page(client, firm.li).split("<table")[1]
    assert "客户出差" in below


def test_not_waiving_needs_a_sentence_and_the_list_stays(client, firm, ask):
    waiver = ask(firm.wang)
    refused = decide(client, firm.li, waiver, "no")
    assert refused.status_code == 422
    assert "invalid-feedback" in refused.content.decode()
    assert Waiver.objects.get().state == "asked"
    assert decide(client, firm.li, waiver, "no", note="可以提前说").status_code == 302
    assert Waiver.objects.get().note == "可以提前说"


def test_what_was_waived_this_month_stands_beside_the_next_request(client, firm, ask):
    decide(client, firm.li, ask(firm.wang, "it"), "yes")
    ask(firm.wang, "legal")
    assert "已豁免 1" in page(client, firm.li)


def test_nobody_decides_their_own_and_a_double_click_decides_once(client, firm, ask):
    own = ask(firm.li)
    assert "客户出差" not in page(client, firm.li)
    assert decide(client, firm.li, own, "yes").status_code == 404
    token = new_token()
    answers = [decide(client, firm.zhao, own, "yes", once=token).status_code for _each in range(2)]
    assert answers == [302, 302]


def test_only_heads_and_admins_see_the_page(client, firm, ask):
    ask(firm.wang)
    for person in (firm.wang, firm.zhou, firm.sun):
        client.force_login(person)
        assert client.get("/waivers/").status_code == 403
    assert "客户出差" in page(client, firm.he)


def test_the_list_costs_the_same_for_many(client, firm, ask, django_assert_max_num_queries):
    for department in ("it", "legal", "finance", "product", "marketing"):
        ask(firm.wang, department)
    client.force_login(firm.li)
    with django_assert_max_num_queries(24):
        client.get("/waivers/")
