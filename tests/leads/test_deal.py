"""A lead is won by a signed contract, and paid for: what ends, what counts for whom, what can be taken back."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from leads.actions import Refused, assign, close, log_follow_up, receive_payment, regrade, win, withdraw_deal
from leads.models import Deal, Lead, Payment, Stage, Status
from salesops.sop.models import Deadline
from salesops.web.forms.once import new_token
from tests.sop.world import local, shown

pytestmark = pytest.mark.django_db

TALK = {"way": "call", "reached": True, "note": "谈妥了价格", "need": "替换旧系统", "intent": "high"}


@pytest.fixture
def proposed(firm, lead):
    """王伟's lead, answered on Monday and at the proposal."""
    log_follow_up(lead, by=firm.wang, at=local("2026-03-02 10:30"), **TALK)
    Lead.objects.update(stage=Stage.PROPOSAL)
    lead.refresh_from_db()
    return lead


def won(firm, lead, at="2026-03-03 10:00", **values):
    values = {"amount": Decimal("120000"), "signed_on": date(2026, 3, 3)} | values
    return win(lead, by=firm.wang, at=local(at), **values)


def owed(lead):
    return sorted(Deadline.objects.open().filter(file=lead.ref).values_list("rule", flat=True))


def test_a_won_lead_owes_no_follow_up_and_its_grade_was_right_in_time(firm, proposed):
    assert owed(proposed) == ["lead.follow_up", "lead.recycle", "lead.regrade"]
    won(firm, proposed)
    proposed.refresh_from_db()
    assert (proposed.status, proposed.stage, proposed.owner) == (Status.WON, Stage.CONTRACT, firm.wang)
    assert owed(proposed) == []
    endings = dict(Deadline.objects.filter(file=proposed.ref).values_list("rule", "ending"))
    assert (endings["lead.regrade"], endings["lead.follow_up"], endings["lead.recycle"]) == ("met", "void", "void")
    log_follow_up(proposed, by=firm.wang, at=local("2026-03-04 10:00"), **TALK)
    assert owed(proposed) == []


def test_what_is_won_is_not_lost_assigned_or_graded_anew(firm, proposed):
    won(firm, proposed)
    for act in (
        lambda at: close(proposed, reason="弄错了", by=firm.wang, at=at),
        lambda at: assign(proposed, to=firm.min, by=firm.zhao, at=at),
        lambda at: regrade(proposed, grade="C", reason="不急", by=firm.wang, at=at),
        lambda at: win(proposed, amount=Decimal(1), signed_on=date(2026, 3, 3), by=firm.wang, at=at),
    ):
        with pytest.raises(Refused):
            act(local("2026-03-03 11:00"))
    assert Deal.objects.count() == 1


def test_no_contract_comes_before_the_needs_are_known(firm, lead):
    with pytest.raises(Refused, match="需求分析"):
        won(firm, lead, "2026-03-02 11:00")
    assert not Deal.objects.exists()


def test_a_signing_that_is_taken_back_starts_the_follow_ups_again(firm, proposed):
    deal = won(firm, proposed)
    payment = receive_payment(deal, amount=Decimal(1), received_on=date(2026, 3, 3), by=firm.wang, at=deal.at)
    with pytest.raises(Refused, match="回款"):
        withdraw_deal(deal, reason="客户撤回", by=firm.wang, at=local("2026-03-03 11:00"))
    Payment.objects.filter(pk=payment.pk).update(withdrawn_at=deal.at)
    withdraw_deal(deal, reason="客户撤回", by=firm.wang, at=local("2026-03-03 11:00"))
    proposed.refresh_from_db()
    assert proposed.status == Status.ACTIVE
    assert owed(proposed) == ["lead.follow_up", "lead.recycle", "lead.regrade"]
    follow_up = Deadline.objects.open().get(rule="lead.follow_up")
    assert shown(follow_up.due_at) == "Thu 03-05 18:00"
    assert won(firm, proposed, "2026-03-04 10:00").pk != deal.pk
    assert Deal.objects.standing().count() == 1


def post(client, lead, **values):
    return client.post(reverse("leads:deal", args=[lead.pk]), {"once": new_token(), **values})


def test_the_page_takes_the_signing_then_the_payments_and_says_what_is_open(firm, proposed, client):
    assert post(client, proposed, amount="120000", signed_on="2026-03-02").status_code == 302
    assert post(client, proposed, amount="50000.50", received_on="2026-03-02", note="首付").status_code == 302
    page = client.get(reverse("leads:deal", args=[proposed.pk])).content.decode()
    assert "¥120,000.00" in page
    assert "¥69,999.50" in page
    payment = Payment.objects.get()
    client.post(reverse("leads:payment_withdrawal", args=[payment.pk]), {"once": new_token(), "reason": "录错了"})
    page = client.get(reverse("leads:deal", args=[proposed.pk])).content.decode()
    assert "首付" not in page
    assert Payment.objects.get().withdrawn_by == firm.wang


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"amount": "0", "signed_on": "2026-03-02"}, "0.01"),
        ({"amount": "12万", "signed_on": "2026-03-02"}, "12万"),
        ({"amount": "1", "signed_on": "2026-03-03"}, "这一天还没到"),
        ({"amount": "1", "signed_on": "2026-03-02", "ends_on": "2026-03-01"}, "2026-03-01"),
    ],
)
def test_what_cannot_be_is_said_and_kept(firm, proposed, client, values, said):
    answer = post(client, proposed, **values)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Deal.objects.exists()


def test_the_won_stand_in_a_view_of_their_own(firm, proposed, client, django_assert_max_num_queries):
    won(firm, proposed, "2026-03-02 10:40", signed_on=date(2026, 3, 2))
    company = proposed.customer.name
    page = client.get("/leads/?view=won").content.decode()
    assert company in page
    assert "tag soon" not in page.split("<main")[1]
    assert company not in client.get("/leads/?view=mine").content.decode().split("<main")[1]
    with django_assert_max_num_queries(12):
        client.get(reverse("leads:deal", args=[proposed.pk]))
