"""A lead's first days (sop.md sections 2 and 4). Monday 2026-03-02 is a plain working day, office hours 09:00-18:00."""

import pytest

from leads.actions import (
    Refused,
    accept,
    assign,
    attach_minutes,
    claim,
    close,
    decline,
    log_follow_up,
    plan_appointment,
    qualify,
    regrade,
    undo_follow_up,
)
from leads.models import Assignment, FollowUp, Lead, Status
from salesops.notices.models import Notice
from salesops.people.models import Leave, User
from salesops.sop.models import Deadline
from tests.sop.world import local, run_sweep, shown

pytestmark = pytest.mark.django_db


def graded(firm, lead, at, grade="A", **values):
    return qualify(lead, grade=grade, industry="汽车配件", size="unknown", by=firm.zhou, at=local(at), **values)


def respond(firm, lead, at, by=None, **values):
    values = {"way": "call", "reached": True, "note": "谈了需求", "need": "替换旧系统", "intent": "high"} | values
    return log_follow_up(lead, by=by or firm.wang, at=local(at), **values)


def deadline(rule, **filters):
    return Deadline.objects.get(rule=rule, **filters)


@pytest.fixture
def lead(firm, arriving):
    """A lead of 上海, graded A and routed to 王伟 on Monday at 10:00."""
    return graded(firm, arriving("2026-03-02 09:30"), "2026-03-02 10:00")


# Cleaning


def test_a_new_lead_waits_to_be_cleaned_by_sales_operations_within_24_hours_of_working_days(arriving):
    lead = arriving("2026-03-06 15:00")
    row = deadline("lead.qualify")
    assert (lead.status, row.desk, shown(row.due_at)) == (Status.CLEANING, "so", "Mon 03-09 15:00")


def test_closing_a_lead_that_does_not_fit_meets_the_cleaning(firm, arriving):
    lead = close(arriving("2026-03-02 10:00"), reason="不在服务范围", by=firm.zhou, at=local("2026-03-02 11:00"))
    assert (lead.status, deadline("lead.qualify").ending) == (Status.CLOSED, "met")


# Routing


def test_an_a_lead_is_routed_at_once_by_territory_with_reasons(firm, lead):
    assignment = Assignment.objects.get()
    assert (lead.owner, lead.status, assignment.how) == (firm.wang, Status.ASSIGNED, "routed")
    assert assignment.reasons["territory"] == firm.shanghai.pk
    assert [each["person"] for each in assignment.reasons["candidates"]] == [firm.wang.pk, firm.min.pk, firm.jing.pk]


def test_leads_go_round_fairly(firm, arriving):
    owners = [
        graded(firm, arriving("2026-03-02 09:30", company=f"公司{n}"), "2026-03-02 10:00").owner for n in range(6)
    ]
    assert owners == [firm.wang, firm.min, firm.jing] * 2


def test_ties_favour_nobody_also_among_leads_of_one_moment(firm, arriving):
    owners = []
    for day in ("02", "03", "04"):
        leads = [arriving(f"2026-03-{day} 09:30", company=f"{day}-{n}") for n in range(4)]
        owners += [graded(firm, lead, f"2026-03-{day} 10:00").owner for lead in leads]
        for lead in leads:
            close(lead, reason="不合适", by=firm.zhou, at=local(f"2026-03-{day} 10:30"))
    assert owners == [firm.wang, firm.min, firm.jing] * 4


def test_nobody_on_leave_or_full_is_considered(firm, arriving):
    Leave.objects.create(
        user=firm.wang,
        stand_in=firm.min,
        since=local("2026-03-02 00:00"),
        until=local("2026-03-04 00:00"),
        state="approved",
    )
    firm.shanghai.members.filter(person=firm.min).update(capacity=0)
    lead = graded(firm, arriving("2026-03-02 09:30"), "2026-03-02 10:00")
    assert lead.owner == firm.jing
    why = {each["person"]: each["why_not"] for each in Assignment.objects.get().reasons["candidates"]}
    assert why == {firm.wang.pk: "on_leave", firm.min.pk: "full", firm.jing.pk: ""}


def test_who_has_left_is_not_considered_and_cannot_be_assigned_to(firm, arriving):
    User.objects.filter(pk__in=[firm.wang.pk, firm.min.pk]).update(is_active=False)
    leads = [graded(firm, arriving("2026-03-02 10:00", company=f"公司{n}"), "2026-03-02 10:10") for n in range(3)]
    assert {lead.owner for lead in leads} == {firm.jing}
    firm.wang.refresh_from_db()
    with pytest.raises(Refused):
        assign(leads[0], to=firm.wang, by=firm.zhou, at=local("2026-03-02 10:30"))


def test_a_lead_that_nobody_can_take_goes_to_the_pool_and_is_told_at_once(firm, arriving):
    lead = graded(firm, arriving("2026-03-02 09:30", region="广东"), "2026-03-02 10:00")
    assert (lead.status, lead.owner) == (Status.POOL, None)
    told = set(Notice.objects.filter(kind="lead.unassignable").values_list("person", flat=True))
    assert firm.zhou.pk in told
    assert shown(deadline("lead.claim").due_at) == "Mon 03-02 14:00"


def test_a_b_lead_goes_to_the_pool_and_a_c_lead_to_the_nurture_pool(firm, arriving):
    b = graded(firm, arriving("2026-03-02 09:30", company="甲"), "2026-03-02 10:00", "B")
    c = graded(firm, arriving("2026-03-02 09:30", company="乙"), "2026-03-02 10:00", "C")
    assert (b.status, c.status) == (Status.POOL, Status.NURTURE)


def test_a_new_lead_of_a_known_customer_goes_to_its_owner_and_counts_as_accepted(firm, arriving, lead):
    again = graded(firm, arriving("2026-03-03 09:30", company="克来机电股份有限公司"), "2026-03-03 10:00", "B")
    assert (again.owner, again.status) == (firm.wang, Status.ACTIVE)
    assert not Deadline.objects.filter(rule="lead.accept", subject=again.ref).exists()
    assert Deadline.objects.open().filter(rule="lead.first_response", subject=again.ref).exists()


def test_the_new_owner_is_told_which_meets_the_products_own_duty(firm, lead):
    assert Notice.objects.filter(person=firm.wang, kind="lead.assigned").count() == 1
    assert deadline("lead.notify").ending == "met"


def test_the_presales_consultant_of_the_territory_is_copied_once_and_sees_the_lead(firm, arriving):
    firm.shanghai.presales = firm.xu
    firm.shanghai.save()
    lead = graded(firm, arriving("2026-03-02 09:30"), "2026-03-02 10:00")
    run_sweep("2026-03-02 12:01")
    assert Notice.objects.filter(person=firm.xu, kind="lead.copied").count() == 1
    assert Lead.objects.visible_to(firm.xu).filter(pk=lead.pk).exists()


# Accepting


def test_accepting_in_time(firm, lead):
    assert shown(deadline("lead.accept").due_at) == "Mon 03-02 12:00"
    accept(lead, by=firm.wang, at=local("2026-03-02 11:00"))
    assert deadline("lead.accept").counted == "in_time"
    assert Lead.objects.get().status == Status.ACTIVE


def test_what_is_not_accepted_in_two_hours_is_taken_back_and_routed_without_who_let_it_lapse(firm, lead):
    run_sweep("2026-03-02 12:01")
    lead = Lead.objects.get()
    assert (lead.owner, lead.status) == (firm.min, Status.ASSIGNED)
    first, second = Deadline.objects.filter(rule="lead.accept").order_by("id")
    assert (first.owner, first.ending, first.counted) == (firm.wang, "missed", "late")
    assert (second.owner, shown(second.due_at)) == (firm.min, "Mon 03-02 14:01")
    assert Deadline.objects.get(rule="lead.first_response", owner=firm.wang).counted == "void"
    told = set(Notice.objects.filter(kind="lead.taken_back").values_list("person", flat=True))
    assert {firm.wang.pk, firm.zhou.pk} <= told


def test_when_all_let_it_lapse_it_goes_to_the_pool(firm, lead):
    for time in ("12:01", "14:02", "16:03"):
        run_sweep(f"2026-03-02 {time}")
    lead = Lead.objects.get()
    assert (lead.status, lead.owner) == (Status.POOL, None)
    assert Assignment.objects.filter(ended="lapsed").count() == 3


def test_the_customers_own_clock_runs_on_when_the_lead_changes_hands(firm, lead):
    run_sweep("2026-03-02 12:01")
    assert shown(deadline("lead.first_answer").due_at) == "Mon 03-02 18:00"
    accept(lead, by=firm.min, at=local("2026-03-02 12:30"))
    respond(firm, lead, "2026-03-02 15:00", by=firm.min)
    assert deadline("lead.first_answer").ending == "met"


def test_who_lost_the_lead_cannot_accept_it_any_more(firm, lead):
    with pytest.raises(Refused):
        accept(lead, by=firm.wang, at=local("2026-03-02 12:30"))
    assert Lead.objects.get().owner == firm.wang  # refused as a whole: the next sweep takes it back
    run_sweep("2026-03-02 12:31")
    assert Lead.objects.get().owner == firm.min


def test_declining_routes_it_to_the_next_at_once(firm, lead):
    decline(lead, reason="出差", by=firm.wang, at=local("2026-03-02 10:10"))
    assert Lead.objects.get().owner == firm.min
    assert Deadline.objects.get(rule="lead.accept", owner=firm.wang).counted == "void"


# The pool


def test_claiming_is_accepting_and_starts_the_first_response(firm, arriving):
    lead = graded(firm, arriving("2026-03-02 09:30"), "2026-03-02 10:00", "B")
    lead = claim(lead, by=firm.lin, at=local("2026-03-02 11:00"))
    assert (lead.owner, lead.status, deadline("lead.claim").ending) == (firm.lin, Status.ACTIVE, "met")
    assert shown(deadline("lead.first_response").due_at) == "Mon 03-02 15:00"
    with pytest.raises(Refused, match="林芳"):
        claim(lead, by=firm.jie, at=local("2026-03-02 11:01"))


# First response


def test_a_contact_with_need_and_intent_is_the_first_response(firm, lead):
    respond(firm, lead, "2026-03-02 11:30")
    assert deadline("lead.accept").counted == "in_time"
    assert deadline("lead.first_response").counted == "in_time"
    assert shown(deadline("lead.follow_up").due_at) == "Tue 03-03 18:00"


@pytest.mark.parametrize("missing", [{"reached": False}, {"need": ""}, {"intent": ""}])
def test_a_try_or_a_talk_without_need_or_intent_is_not(firm, lead, missing):
    respond(firm, lead, "2026-03-02 11:30", **missing)
    assert deadline("lead.first_response").is_open
    assert not Deadline.objects.filter(rule="lead.follow_up").exists()


def test_the_manager_is_told_of_a_missing_first_response(firm, lead):
    accept(lead, by=firm.wang, at=local("2026-03-02 11:00"))
    run_sweep("2026-03-02 14:01")
    notice = Notice.objects.get(person=firm.zhao, kind="deadline.late")
    assert notice.values["rule"] == "lead.first_response"


# Following up


def test_tries_without_an_answer_count_twice_in_a_row_and_not_a_third_time(firm, lead):
    respond(firm, lead, "2026-03-02 11:30")
    for day in ("03", "04"):
        respond(firm, lead, f"2026-03-{day} 11:00", reached=False)
    assert shown(Deadline.objects.open().get(rule="lead.follow_up").due_at) == "Thu 03-05 18:00"
    respond(firm, lead, "2026-03-05 11:00", reached=False)
    assert shown(Deadline.objects.open().get(rule="lead.follow_up").due_at) == "Thu 03-05 18:00"


def test_three_missed_periods_return_it_to_the_pool(firm, lead):
    respond(firm, lead, "2026-03-02 11:30")
    run_sweep("2026-03-06 18:01")
    assert Lead.objects.get().status == Status.POOL
    assert Assignment.objects.get().ended == "returned"
    assert Deadline.objects.open().filter(rule="lead.claim").count() == 1
    assert not Deadline.objects.open().filter(rule="lead.follow_up").exists()


def test_a_regraded_lead_follows_its_new_cadence(firm, lead):
    respond(firm, lead, "2026-03-02 11:30")
    regrade(lead, grade="C", reason="预算推迟", by=firm.wang, at=local("2026-03-02 12:00"))
    assert shown(Deadline.objects.open().get(rule="lead.follow_up").due_at) == "Mon 03-09 18:00"


def test_who_does_not_hold_the_lead_leaves_a_note_and_touches_no_deadline(firm, lead):
    run_sweep("2026-03-02 12:01")
    respond(firm, lead, "2026-03-02 12:10")
    assert FollowUp.objects.count() == 1
    assert Deadline.objects.open().get(rule="lead.first_response").owner == firm.min


def test_an_undone_follow_up_is_owed_again(firm, lead):
    follow_up = respond(firm, lead, "2026-03-02 11:30")
    undo_follow_up(follow_up, by=firm.wang, at=local("2026-03-02 11:31"))
    row = Deadline.objects.open().get(rule="lead.first_response")
    assert (shown(row.due_at), row.turn, row.owner) == ("Mon 03-02 14:00", 1, firm.wang)
    assert not Deadline.objects.open().filter(rule="lead.follow_up").exists()
    assert Lead.objects.get().responded_at is None


# Records and minutes


def test_a_planned_talk_is_recorded_within_two_office_hours_of_its_end(firm, lead):
    appointment = plan_appointment(
        lead,
        way="demo",
        starts_at=local("2026-03-03 15:00"),
        ends_at=local("2026-03-03 17:00"),
        by=firm.wang,
        at=local("2026-03-02 11:00"),
    )
    row = deadline("follow_up.record")
    assert shown(row.due_at) == "Wed 03-04 10:00"
    respond(firm, lead, "2026-03-04 10:01", appointment=appointment)
    row.refresh_from_db()
    assert (row.ending, row.counted) == ("met", "late")
    assert Deadline.objects.filter(rule="follow_up.record").count() == 1


def test_a_talk_without_appointment_is_judged_by_the_stated_time_at_once(firm, lead):
    respond(firm, lead, "2026-03-02 14:30", talked_at=local("2026-03-02 10:30"))
    assert deadline("follow_up.record").counted == "late"


def test_an_important_talk_needs_detailed_minutes(firm, lead):
    follow_up = respond(firm, lead, "2026-03-02 11:30", way="negotiation")
    assert shown(deadline("follow_up.minutes").due_at) == "Tue 03-03 11:30"
    attach_minutes(follow_up, minutes="双方确认了交付时间", by=firm.wang, at=local("2026-03-02 18:00"))
    assert deadline("follow_up.minutes").counted == "in_time"
