"""What the inbox offers to do about leads, and that it goes when the duty is done."""

from datetime import timedelta

import pytest

from leads.actions import accept, log_follow_up
from leads.models import Lead
from salesops.notices.models import Notice
from salesops.sop.engine.sweeping import sweep
from salesops.sop.models import Deadline
from salesops.web.forms.once import new_token
from tests.sop.world import local

pytestmark = pytest.mark.django_db
URL = "/notices/"


@pytest.fixture
def assigned(graded):
    """An A lead that has just been routed to one of the cell; and who that is."""
    lead = graded("10:00", "10:05", grade="A")
    return lead, lead.owner


@pytest.fixture
def reading(client, monkeypatch):
    """reading(person, "2026-03-02 10:10"): the person's rows at that time."""

    def reading(person, at):
        monkeypatch.setattr("salesops.clock.now", lambda: local(at) if isinstance(at, str) else at)
        client.force_login(person)
        return [row for group in client.get(URL).context["groups"] for row in group.rows]

    return reading


def test_a_new_lead_is_accepted_from_its_message_and_the_message_goes(assigned, reading, client):
    lead, owner = assigned
    (row,) = reading(owner, "2026-03-02 10:10")
    assert (row.act.label, row.act.post) == ("确认接单", True)
    answer = client.post(row.act.url, {"once": new_token(), "back": URL})
    assert answer.url == URL
    assert Lead.objects.get(pk=lead.pk).status == "active"
    assert reading(owner, "2026-03-02 10:11") == []


def test_what_is_late_is_done_from_its_message_and_the_message_goes(assigned, reading, client, firm):
    lead, owner = assigned
    accept(lead, by=owner, at=local("2026-03-02 10:20"))
    due_at = Deadline.objects.open().get(rule="lead.first_response").due_at
    sweep(now=due_at - timedelta(minutes=50))
    rows = reading(owner, due_at - timedelta(minutes=49))
    (row,) = [row for row in rows if row.notice.kind == "deadline.reminder"]
    assert row.act.url == f"/leads/{lead.pk}/follow-up/?back=%2Fnotices%2F"
    values = {"way": "call", "reached": True, "note": "想看案例", "need": "替换", "intent": "high"}
    log_follow_up(lead, by=owner, at=due_at - timedelta(minutes=40), **values)
    assert reading(owner, due_at - timedelta(minutes=39)) == []


def test_a_lead_that_was_taken_back_leaves_no_message_to_act_on(assigned, reading):
    lead, owner = assigned
    sweep(now=local("2026-03-02 14:00"))
    assert Lead.objects.get(pk=lead.pk).owner != owner
    assert reading(owner, "2026-03-02 14:01") == []


def test_the_new_owner_is_still_told_outside_though_the_lead_was_accepted_at_once(assigned):
    lead, owner = assigned
    notice = Notice.objects.get(person=owner, kind="lead.assigned")
    assert notice.receipt
    accept(lead, by=owner, at=local("2026-03-02 10:06"))
    assert not notice.deliveries.filter(state="dropped").exists()


def test_the_inbox_asks_the_same_however_many_leads(assigned, reading, client, django_assert_max_num_queries):
    _lead, owner = assigned
    reading(owner, "2026-03-02 10:10")
    with django_assert_max_num_queries(12):
        assert client.get(URL).context["groups"]


def test_what_is_late_keeps_the_top_however_old_its_message(firm, claimed, reading, client):
    told = {"person": firm.wang, "kind": "sop.remind", "values": {}, "for_action": True}
    duties = []
    for n, due in enumerate(("2026-03-02 11:00", "2026-03-02 18:00")):
        lead = claimed("09:00", "09:10", "09:20", company=f"公司{n}")
        duties.append(Deadline.objects.open().filter(file=lead.ref, owner=firm.wang).earliest("due_at"))
        Deadline.objects.filter(pk=duties[n].pk).update(due_at=local(due))
    Notice.objects.all().delete()
    for n, name in enumerate(("late", "early")):
        at = local("2026-03-02 10:00") + timedelta(minutes=n)
        Notice.objects.create(key=name, created_at=at, deadline_id=duties[n].pk, file=duties[n].file, **told)
    assert [row.notice.key for row in reading(firm.wang, "2026-03-02 10:30")] == ["early", "late"]
    assert [row.notice.key for row in reading(firm.wang, "2026-03-02 11:30")] == ["late", "early"]
    page = client.get(URL).content.decode()
    assert page.count("已逾期") == 1
    Deadline.objects.filter(pk=duties[0].pk).update(stopped_at=local("2026-03-02 10:40"))
    assert [row.notice.key for row in reading(firm.wang, "2026-03-02 11:30")] == ["early", "late"]
