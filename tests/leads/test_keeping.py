"""What keeps a held lead alive: recycling, grading anew, the month's visit, the quarter's survey (sop.md section 2)."""

import pytest

from leads.actions import claim, close, log_follow_up, log_survey, regrade, return_to_pool
from leads.models import Lead, Pooled, Status
from salesops.notices.models import Notice
from salesops.sop.actions import set_rule
from salesops.sop.models import Deadline
from tests.sop.world import local, run_sweep, shown

pytestmark = pytest.mark.django_db


def respond(lead, at, by, **values):
    values = {"way": "call", "reached": True, "note": "谈了需求", "need": "替换旧系统", "intent": "high"} | values
    return log_follow_up(lead, by=by, at=local(at), **values)


def rows(rule, lead):
    return [(row.ending, shown(row.due_at)) for row in Deadline.objects.filter(rule=rule, file=lead.ref).order_by("id")]


@pytest.fixture
def lead(claimed):
    """A lead that 王伟 claimed at 11:00; `lead.grade` is B unless a test grades it anew."""
    return claimed("09:00", "10:00", "11:00")


# lead.recycle


def test_every_contact_that_reached_the_customer_gives_another_fifteen_days(firm, lead):
    respond(lead, "2026-03-02 12:00", firm.wang)
    respond(lead, "2026-03-04 12:00", firm.wang, reached=False, note="")
    respond(lead, "2026-03-05 12:00", firm.wang)
    assert rows("lead.recycle", lead) == [("met", "Tue 03-17 18:00"), ("", "Fri 03-20 18:00")]


def test_no_clock_runs_before_the_first_response(firm, lead):
    respond(lead, "2026-03-02 12:00", firm.wang, reached=False, note="")
    assert rows("lead.recycle", lead) == []


def test_a_lead_that_was_never_contacted_has_not_gone_cold_however_often_one_looks(firm, lead):
    run_sweep("2026-03-02 11:30")
    run_sweep("2026-03-25 18:01")
    assert Lead.objects.get(pk=lead.pk).owner == firm.wang  # its first response is late, which is told
    lead = return_to_pool(lead, reason="出差", by=firm.wang, at=local("2026-03-26 10:00"))
    respond(claim(lead, by=firm.min, at=local("2026-03-26 11:00")), "2026-03-26 12:00", firm.min)
    assert rows("lead.recycle", lead) == [("", "Fri 04-10 18:00")]  # whole fifteen days for whom got it now


def test_each_grade_has_its_own_time_and_a_new_grade_moves_it(firm, lead):
    at, values = local("2026-03-02 08:00"), {"due": {"A": {"term": "days", "n": 7}}}
    set_rule("lead.recycle", values=values, holds_from=at, reason="A 级快回收", by=firm.he, at=at)
    respond(lead, "2026-03-02 12:00", firm.wang)
    assert rows("lead.recycle", lead) == [("", "Tue 03-17 18:00")]
    regrade(lead, grade="A", reason="很急", by=firm.wang, at=local("2026-03-03 10:00"))
    assert rows("lead.recycle", lead) == [("", "Mon 03-09 18:00")]


def test_the_owner_is_warned_after_three_quarters_of_the_time(firm, lead):
    respond(lead, "2026-03-02 12:00", firm.wang)
    for day in ("04", "06", "10", "12"):
        respond(lead, f"2026-03-{day} 10:00", firm.wang, reached=False, note="")
    run_sweep("2026-03-13 22:29")
    assert not Notice.objects.filter(key__contains=".warn", person=firm.wang).exists()
    run_sweep("2026-03-13 22:31")
    assert Notice.objects.filter(key__contains=".warn", person=firm.wang).count() == 1


def test_a_lead_that_went_cold_goes_back_to_the_pool_although_tries_were_made(firm, lead):
    respond(lead, "2026-03-02 12:00", firm.wang)
    for day in ("04", "06", "10", "12", "16"):
        respond(lead, f"2026-03-{day} 10:00", firm.wang, reached=False, note="")
    run_sweep("2026-03-17 18:01")
    lead.refresh_from_db()
    assert (lead.status, lead.owner, lead.pooled_why) == (Status.POOL, None, Pooled.RECYCLED)
    assert rows("lead.recycle", lead) == [("missed", "Tue 03-17 18:00")]


def test_a_c_lead_that_went_cold_goes_to_the_nurture_pool(firm, lead):
    respond(lead, "2026-03-02 12:00", firm.wang)
    regrade(lead, grade="C", reason="明年再说", by=firm.wang, at=local("2026-03-02 13:00"))
    respond(lead, "2026-03-09 12:00", firm.wang, next_on=local("2026-03-20 00:00").date(), later_reason="客户出国")
    run_sweep("2026-03-24 18:01")
    assert Lead.objects.get(pk=lead.pk).status == Status.NURTURE


def test_giving_a_lead_back_makes_the_clock_void(firm, lead):
    respond(lead, "2026-03-02 12:00", firm.wang)
    return_to_pool(lead, reason="出差", by=firm.wang, at=local("2026-03-03 10:00"))
    assert rows("lead.recycle", lead) == [("void", "Tue 03-17 18:00")]


# lead.regrade


def test_who_gets_a_b_lead_has_three_months_to_close_it_or_to_grade_it_anew(firm, lead):
    assert rows("lead.regrade", lead) == [("", "Tue 06-02 18:00")]


def test_confirming_the_grade_with_a_reason_meets_it_and_opens_the_next(firm, lead):
    regrade(lead, grade="B", reason="预算批了，五月签", by=firm.wang, at=local("2026-04-01 10:00"))
    assert rows("lead.regrade", lead) == [("met", "Tue 06-02 18:00"), ("", "Wed 07-01 18:00")]


def test_an_upgrade_to_a_leaves_thirty_days_and_a_downgrade_to_c_leaves_nothing_owed(firm, lead):
    regrade(lead, grade="A", reason="招标定了", by=firm.wang, at=local("2026-03-10 10:00"))
    assert rows("lead.regrade", lead)[-1] == ("", "Thu 04-09 18:00")
    regrade(lead, grade="C", reason="项目停了", by=firm.wang, at=local("2026-03-11 10:00"))
    assert [ending for ending, _due in rows("lead.regrade", lead)] == ["met", "met"]


def test_closing_the_lead_meets_it_and_giving_it_back_makes_it_void(firm, lead, arriving):
    close(lead, reason="客户选了别家", by=firm.wang, at=local("2026-03-10 10:00"))
    assert rows("lead.regrade", lead) == [("met", "Tue 06-02 18:00")]


def test_the_next_holder_gets_the_whole_time(firm, lead):
    return_to_pool(lead, reason="出差", by=firm.wang, at=local("2026-05-20 10:00"))
    claim(lead, by=firm.min, at=local("2026-05-20 11:00"))
    assert rows("lead.regrade", lead) == [("void", "Tue 06-02 18:00"), ("", "Thu 08-20 18:00")]


def test_the_manager_is_told_of_a_grade_that_nobody_looked_at(firm, lead):
    run_sweep("2026-06-02 18:01")
    row = Deadline.objects.get(rule="lead.regrade", file=lead.ref)
    assert Notice.objects.filter(key=f"d{row.pk}.late", person=firm.zhao).exists()


# lead.visit, lead.need_survey


def test_the_owner_of_a_b_lead_owes_one_visit_a_month_from_the_next_month_on(firm, lead):
    run_sweep("2026-03-31 09:00")
    assert rows("lead.visit", lead) == []
    run_sweep("2026-04-01 00:01")
    assert rows("lead.visit", lead) == [("", "Thu 04-30 18:00")]
    respond(lead, "2026-04-10 10:00", firm.wang, way="call")
    assert rows("lead.visit", lead) == [("", "Thu 04-30 18:00")]
    respond(lead, "2026-04-14 10:00", firm.wang, way="visit")
    assert rows("lead.visit", lead) == [("met", "Thu 04-30 18:00")]


def test_a_visit_in_the_first_seconds_of_a_month_counts_before_any_sweep_has_looked(firm, lead):
    respond(lead, "2026-04-01 00:00:05", firm.wang, way="visit")
    run_sweep("2026-04-01 09:00", after_silence=True)
    assert rows("lead.visit", lead) == [("met", "Thu 04-30 18:00")]


def test_a_visit_on_a_lead_that_owes_none_opens_nothing(firm, lead):
    respond(lead, "2026-03-05 10:00", firm.wang, way="visit")
    assert rows("lead.visit", lead) == []


def test_a_visit_that_is_missed_can_be_made_up_until_the_next_is_due(firm, lead):
    run_sweep("2026-04-01 00:01")
    run_sweep("2026-05-01 00:01")
    respond(lead, "2026-05-08 10:00", firm.wang, way="visit")
    assert {ending for ending, _due in rows("lead.visit", lead)} == {"met"}


def test_a_lead_that_is_no_b_lead_any_more_owes_no_visit(firm, lead):
    run_sweep("2026-04-01 00:01")
    regrade(lead, grade="A", reason="招标定了", by=firm.wang, at=local("2026-04-02 10:00"))
    assert rows("lead.visit", lead) == [("void", "Thu 04-30 18:00")]


def test_the_month_is_owed_by_who_held_the_lead_when_it_began_however_late_that_is_looked_at(firm, lead):
    regrade(lead, grade="A", reason="招标定了", by=firm.wang, at=local("2026-04-01 00:00:30"))
    run_sweep("2026-04-01 09:00", after_silence=True)
    assert [row.owner for row in Deadline.objects.filter(rule="lead.visit", file=lead.ref)] in ([], [firm.wang])


def test_the_owner_of_a_c_lead_logs_a_need_survey_each_quarter(firm, lead):
    respond(lead, "2026-03-02 12:00", firm.wang)
    regrade(lead, grade="C", reason="明年再说", by=firm.wang, at=local("2026-03-02 13:00"))
    run_sweep("2026-04-01 00:01")
    held = Lead.objects.get(pk=lead.pk)
    assert held.owner is None or rows("lead.need_survey", lead)


def test_logging_the_survey_meets_the_quarter(firm, lead):
    regrade(lead, grade="C", reason="明年再说", by=firm.wang, at=local("2026-03-02 13:00"))
    run_sweep("2026-04-01 00:01")
    assert rows("lead.need_survey", lead) == [("", "Tue 06-30 18:00")]
    log_survey(lead, needs="想要移动端报工", by=firm.wang, at=local("2026-05-06 10:00"))
    assert rows("lead.need_survey", lead) == [("met", "Tue 06-30 18:00")]


def test_the_form_of_the_survey_asks_for_the_needs_and_keeps_what_was_typed(firm, lead, client, time_machine):
    time_machine.move_to(local("2026-03-03 10:00"), tick=False)
    client.force_login(firm.wang)
    address = f"/leads/{lead.pk}/survey/"
    once = client.get(address).context["form"]["once"].value()
    once = once() if callable(once) else once
    refused = client.post(address, {"once": once, "situation": "用着表格"})
    assert (refused.status_code, "用着表格" in refused.content.decode()) == (422, True)
    done = client.post(address, {"once": once, "situation": "用着表格", "needs": "想要移动端报工"})
    assert done.status_code == 302
    assert lead.surveys.get().needs == "想要移动端报工"
