"""The pages of approvals."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from salesops.approvals.actions import Refused, ask, decide
from salesops.approvals.kinds import all_of, any_of
from salesops.approvals.models import Approval, Decision
from salesops.web.forms.once import new_token
from tests.company import company
from tests.double_post import post_together
from tests.sop.world import local

from . import sample  # noqa: F401 - registers the kind

AT = local("2026-03-02 10:00")


def asked(firm, number=1, people=None):
    steps = any_of(*(person.pk for person in people)) if people else all_of(firm.li.pk)
    return ask(
        "sample", subject=f"sample:{number}", title=f"#{number}", reason="季度回顾", steps=steps, by=firm.wang, at=AT
    )


@pytest.fixture
def firm():
    return company()


def post(client, person, approval, **data):
    client.force_login(person)
    return client.post(f"/approvals/{approval.pk}/decision/", {"once": new_token(), **data}, follow=True)


@pytest.mark.django_db
def test_the_inbox_says_who_asks_for_what_and_why_and_one_click_approves(client, firm):
    approval = asked(firm)
    client.force_login(firm.li)
    page = client.get("/approvals/").content.decode()
    for words in ("王伟", "样品 #1", "季度回顾", "行数: 312"):
        assert words in page
    assert "已批准" in post(client, firm.li, approval, approve="yes").content.decode()
    assert Approval.objects.get().state == "approved"


@pytest.mark.django_db
def test_refusing_without_a_reason_keeps_the_page_and_says_so(client, firm):
    approval = asked(firm)
    page = post(client, firm.li, approval, approve="no")
    assert page.status_code == 422
    assert Approval.objects.get().state == "waiting"
    post(client, firm.li, approval, approve="no", reason="范围太大")
    client.force_login(firm.wang)
    assert "范围太大" in client.get(f"/approvals/{approval.pk}/").content.decode()


@pytest.mark.django_db
def test_neither_word_is_taken_for_a_yes(client, firm):
    approval = asked(firm)
    for sent in ({}, {"approve": "maybe"}, {"approve": ""}):
        assert post(client, firm.li, approval, **sent).status_code == 422
    assert Approval.objects.get().state == "waiting"


@pytest.mark.django_db
def test_who_asked_takes_it_back(client, firm):
    approval = asked(firm)
    client.force_login(firm.wang)
    client.post(f"/approvals/{approval.pk}/withdrawal/", {"once": new_token()})
    assert Approval.objects.get().state == "withdrawn"


@pytest.mark.django_db
def test_the_inbox_costs_the_same_for_many(client, firm, django_assert_max_num_queries):
    for number in range(20):
        asked(firm, number)
    client.force_login(firm.li)
    with django_assert_max_num_queries(22):
        client.get("/approvals/")


@pytest.mark.django_db(transaction=True)
def test_a_double_click_decides_once(firm):
    approval = asked(firm)
    answers = post_together(
        f"/approvals/{approval.pk}/decision/", {"once": new_token(), "approve": "yes"}, user=firm.li
    )
    assert [answer.status_code for answer in answers] == [302, 302]
    assert Decision.objects.get().state == "approved"


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_one_wins_and_the_other_is_told(firm):
    approval, start = asked(firm, people=(firm.li, firm.zhao)), Barrier(2)

    def say(person, approve):
        start.wait()
        try:
            decide(approval, approve=approve, reason="范围太大", by=person, at=AT)
            return "won"
        except Refused as refused:
            return str(refused)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        said = [pool.submit(say, firm.li, True), pool.submit(say, firm.zhao, False)]
        words = sorted(one.result() for one in said)
    assert "won" in words
    assert [word for word in words if "李娜" in word or "赵强" in word]
    assert Decision.objects.exclude(decided_by=None).count() == 1
