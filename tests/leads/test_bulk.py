"""Many leads at once: a look first, the single act to each, why not to others, and the way back."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leads.actions import claim, log_follow_up, make_promise, plan_appointment, set_tags
from leads.models import Appointment, Assignment, BulkChange, GradeChange, Lead, PoolRules, Promise
from salesops.events.models import Event
from salesops.notices.models import Notice
from salesops.people.models import Post, Role, User
from salesops.sop.models import Deadline
from salesops.web.forms.once import new_token
from tests.sop.world import local, run_sweep

pytestmark = pytest.mark.django_db
URL = "/leads/changes/"
NOW = "2026-03-02 11:00"


@pytest.fixture
def many(firm, graded, time_machine):
    """many(firm.wang, "甲", "乙"): B leads that somebody holds, at 11:00; of nobody, they lie in the pool."""
    PoolRules.objects.create(pk=1, daily=200, holding=2000)
    time_machine.move_to(local(NOW), tick=False)

    def many(owner, *companies):
        leads = [graded("09:00", "09:10", company=company) for company in companies]
        return [claim(lead, by=owner, at=local("2026-03-02 10:00")) for lead in leads] if owner else leads

    return many


@pytest.fixture
def do(client):
    """do(person, "tag", leads, tag="重点"): sends what was shown, and gives the page; `look` only looks at it."""

    def send(person, act, leads, *, look=False, **values):
        client.force_login(person)
        sent = {"act": act, "asked": "1", "leads": [lead.pk for lead in leads], **values}
        page = client.post(URL, sent | {"once": new_token()})
        if look:
            return page
        if page.status_code == 302:
            return client.get(page.url)
        return client.post(URL, sent | {"once": new_token(), "confirmed": page.context["digest"]}, follow=True)

    return send


@pytest.fixture
def undo(client):
    def send(person):
        client.force_login(person)
        change = BulkChange.objects.latest("pk")
        return client.post(f"{URL}{change.pk}/undo/", {"once": new_token()}, follow=True)

    return send


def state(leads):
    """All that a change of many may touch."""
    rows = Lead.objects.filter(pk__in=[lead.pk for lead in leads]).order_by("pk")
    fields = ("pk", "owner", "status", "grade", "responded_at", "pooled_at", "lost_reason", "closed_reason")
    fields += ("customer__owner", "customer__tags", "assigned_at", "unanswered")
    owed = Deadline.objects.open().filter(file__in=[lead.ref for lead in leads]).exclude(rule="lead.notify")
    running = Assignment.objects.filter(lead__in=leads, ended_at=None).order_by("lead")
    return (
        [*rows.values_list(*fields)],
        sorted(owed.values_list("file", "subject", "rule", "owner", "starts_at", "due_at")),
        [*running.values_list("lead", "owner", "at")],
        [*Promise.objects.order_by("pk").values_list("owner", "due_on", "ended_at", "dropped")],
        [*Appointment.objects.order_by("pk").values_list("state")],
    )


VALUES = {
    "tag": {"tag": "重点跟进"},
    "return": {"reason": "行业不对"},
    "nurture": {"reason": "明年再说"},
    "lose": {"reason": "price", "text": "价格谈不下来"},
}


@pytest.mark.parametrize("act", VALUES)
def test_each_act_changes_every_ticked_lead_and_its_undo_leaves_no_trace_on_them(firm, many, do, undo, act):
    leads = many(firm.wang, "甲公司", "乙公司")
    talk = {"way": "call", "reached": True, "note": "想看案例", "need": "替换", "intent": "high"}
    log_follow_up(leads[0], by=firm.wang, at=local("2026-03-02 10:20"), **talk)
    day = local("2026-03-04 10:00")
    make_promise(leads[0], text="报价单", due_on=day.date(), by=firm.wang, at=local("2026-03-02 10:30"))
    times = {"starts_at": day, "ends_at": local("2026-03-04 11:00")}
    plan_appointment(leads[0], way="call", **times, by=firm.wang, at=local("2026-03-02 10:40"))
    before = state(leads)
    page = do(firm.wang, act, leads, **VALUES[act])
    assert [row.lead for row in page.context["done"]] == leads
    assert state(leads) != before
    undo(firm.wang)
    rows, owed, *rest = state(leads)
    if act == "nurture":  # graded C and back, which both answer the duty to grade anew
        owed = [one for one in owed if one[2] != "lead.regrade"]
        before[1][:] = [one for one in before[1] if one[2] != "lead.regrade"]
    assert rows == before[0]
    assert owed == before[1]
    assert rest == [*before[2:]]


def test_assigning_shows_when_the_new_clocks_run_out_and_its_undo_gives_each_back(firm, many, do, undo, client):
    (pooled,), (held,) = many(None, "公海的"), many(firm.min, "张敏的")
    before = state([pooled, held])
    client.force_login(firm.zhou)
    sent = {"once": new_token(), "act": f"assign:{firm.wang.pk}", "leads": [pooled.pk, held.pk]}
    shown = client.post(URL, sent).context
    assert shown["foreseen"] == {
        "accept_at": local("2026-03-02 13:00"),
        "answer_at": local("2026-03-02 15:00"),
        "taken": 1,
    }
    do(firm.zhou, "assign", [pooled, held], to=firm.wang.pk)
    assert {*Lead.objects.values_list("owner", flat=True)} == {firm.wang.pk}
    undo(firm.zhou)
    assert state([pooled, held]) == before
    told = Notice.objects.filter(kind="bulk.undone")
    assert {notice.person: notice.values["count"] for notice in told} == {firm.wang: 2, firm.min: 1}


def test_a_grade_is_set_for_many_with_one_reason_and_set_back(firm, many, do, undo):
    leads = many(firm.wang, "甲公司", "乙公司")
    do(firm.wang, "grade", leads, grade="A", reason="预算已批")
    assert {*Lead.objects.values_list("grade", flat=True)} == {"A"}
    undo(firm.wang)
    assert {*Lead.objects.values_list("grade", flat=True)} == {"B"}
    assert GradeChange.objects.count() == 4


def test_the_look_says_which_stay_and_why_and_writes_nothing(firm, many, do):
    one, tagged, lone = many(firm.wang, "甲公司", "有标签", "单独的")
    (closed,) = many(firm.wang, "已关闭")
    second = Lead.objects.get(pk=one.pk)
    second.pk = None
    second.save(force_insert=True)
    set_tags(tagged.customer, tags=["重点"], by=firm.wang, at=local("2026-03-02 10:30"))
    Lead.objects.filter(pk=closed.pk).update(status="closed")
    page = do(firm.wang, "tag", [one, tagged, lone, closed, second], look=True, tag="重点")
    assert page.context["going"] == [one, lone]
    assert len(page.context["staying"]) == 3
    assert not BulkChange.objects.exists()
    assert Event.objects.filter(name="customer.tagged").count() == 1


def test_what_was_shown_is_what_is_done_and_another_value_is_shown_first(firm, many, client):
    (lead,) = many(firm.wang, "甲公司")
    client.force_login(firm.wang)
    sent = {"act": "tag", "asked": "1", "leads": [lead.pk]}
    page = client.post(URL, sent | {"once": new_token(), "tag": "一"})
    again = client.post(URL, sent | {"once": new_token(), "tag": "二", "confirmed": page.context["digest"]})
    assert again.status_code == 200
    assert not BulkChange.objects.exists()


def test_leads_out_of_sight_or_of_others_are_left_alone(firm, many, do):
    (mine,), (theirs,), (far,) = many(firm.wang, "我的"), many(firm.min, "张敏的"), many(firm.lin, "林芳的")
    do(firm.wang, "return", [mine, theirs, far], reason="行业不对")
    assert [*Lead.objects.filter(status="pool")] == [mine]
    do(firm.li, "return", [theirs, far], reason="重新分配")
    assert {*Lead.objects.filter(status="pool")} == {mine, theirs}


def test_one_that_is_in_sight_but_not_ones_own_is_named(firm, many, do):
    (pooled,) = many(None, "公海的")
    page = do(firm.wang, "lose", [pooled], reason="price", text="贵")
    (row,) = page.context["refused"]
    assert "公海的" in row.refusal
    assert Lead.objects.get().status == "pool"


def test_only_who_leads_others_assigns_and_only_to_their_people(firm, many, do, client):
    (lead,) = many(firm.wang, "甲公司")
    assert do(firm.wang, "assign", [lead], look=True, to=firm.min.pk).status_code == 403
    assert do(firm.li, "assign", [lead], look=True, to=firm.lin.pk).status_code == 422
    assert Lead.objects.get().owner == firm.wang


def test_what_somebody_has_worked_on_since_is_not_taken_back(firm, many, do, undo):
    touched, free, missed = many(firm.min, "动过的", "没动的", "又换人的")
    do(firm.zhou, "assign", [touched, free, missed], to=firm.wang.pk)
    log_follow_up(touched, by=firm.wang, at=local(NOW), way="call", reached=True, note="聊了")
    Lead.objects.filter(pk=missed.pk).update(owner=firm.jing)
    page = undo(firm.zhou)
    assert [row.stays for row in page.context["done"]] == [True, False, True]
    assert [*Lead.objects.order_by("pk").values_list("owner", flat=True)] == [firm.wang.pk, firm.min.pk, firm.jing.pk]


def test_tags_that_somebody_changed_since_are_not_overwritten(firm, many, do, undo):
    first, second = many(firm.wang, "甲公司", "乙公司")
    do(firm.wang, "tag", [first, second], tag="展会")
    set_tags(first.customer, tags=["展会", "老客户"], by=firm.li, at=local(NOW))
    undo(firm.wang)
    assert [*Lead.objects.order_by("pk").values_list("customer__tags", flat=True)] == [["展会", "老客户"], []]


def test_it_is_taken_back_once_within_a_day_and_by_who_did_it(firm, many, do, undo, time_machine, client):
    leads = many(firm.wang, "甲公司")
    do(firm.wang, "return", leads, reason="行业不对")
    change = BulkChange.objects.get()
    client.force_login(firm.li)
    assert client.post(f"{URL}{change.pk}/undo/", {"once": new_token()}).status_code == 404
    time_machine.move_to(local("2026-03-03 11:01"), tick=False)
    undo(firm.wang)
    assert Lead.objects.get().status == "pool"
    time_machine.move_to(local("2026-03-03 10:30"), tick=False)
    undo(firm.wang), undo(firm.wang)
    assert Lead.objects.get().status == "active"
    assert Event.objects.filter(name="lead.put_back").count() == 1


def test_the_way_back_asks_for_the_right_that_one_has_now(firm, many, do, undo):
    (mine,), (theirs,) = many(firm.wang, "甲公司"), many(firm.min, "乙公司")
    do(firm.li, "assign", [mine, theirs], to=firm.jing.pk)
    Post.objects.filter(user=firm.li).update(role=Role.AM)
    assert undo(firm.li).status_code == 200
    assert {*Lead.objects.values_list("owner", flat=True)} == {firm.jing.pk}
    Post.objects.filter(user=firm.li).update(role=Role.LEADER)
    BulkChange.objects.update(undone_at=None)
    User.objects.filter(pk=firm.wang.pk).update(is_active=False)  # who has left gets no lead back
    User.objects.filter(pk=firm.min.pk).update(team=firm.teams["south"])
    undo(firm.li)
    assert {*Lead.objects.values_list("owner", flat=True)} == {firm.jing.pk}
    BulkChange.objects.update(undone_at=None)
    User.objects.filter(pk=firm.min.pk).update(team=firm.teams["cell"])
    undo(firm.li)
    assert [*Lead.objects.order_by("pk").values_list("owner", flat=True)] == [firm.jing.pk, firm.min.pk]


def test_who_is_no_seller_any_more_does_not_get_back_what_they_returned(firm, many, do, undo, client):
    leads = many(firm.wang, "甲公司")
    do(firm.wang, "return", leads, reason="行业不对")
    Post.objects.filter(user=firm.wang).update(role=Role.ASSISTANT)
    assert undo(firm.wang).status_code == 403
    assert Lead.objects.get().owner is None


def test_a_duty_whose_time_ran_out_in_the_pool_gets_a_fresh_clock(firm, many, do, undo, time_machine):
    leads = many(firm.wang, "甲公司")
    do(firm.wang, "return", leads, reason="行业不对")
    time_machine.move_to(local("2026-03-02 17:00"), tick=False)
    run_sweep("2026-03-02 17:00")
    undo(firm.wang)
    (owed,) = Deadline.objects.open().filter(rule="lead.first_response")
    assert (owed.owner, owed.starts_at) == (firm.wang, local("2026-03-02 17:00"))


def test_a_form_sent_twice_acts_once(firm, many, client):
    leads = many(firm.wang, "甲公司")
    client.force_login(firm.wang)
    sent = {"once": new_token(), "act": "return", "asked": "1", "leads": [leads[0].pk], "reason": "行业不对"}
    first, second = client.post(URL, sent), client.post(URL, sent)
    assert first.url == second.url
    assert BulkChange.objects.count() == 1


def test_all_of_the_page_are_ticked_by_one_box_without_scripts(firm, many, client):
    leads = many(firm.wang, "甲公司", "乙公司")
    client.force_login(firm.wang)
    shown = ",".join(str(lead.pk) for lead in leads)
    page = client.post(URL, {"once": new_token(), "act": "return", "all": "1", "shown": shown})
    assert page.context["going"] == leads


def test_more_than_two_hundred_are_not_taken_at_once(firm, many, client):
    (lead,) = many(firm.wang, "甲公司")
    client.force_login(firm.wang)
    ids = [*range(900_000, 900_200), lead.pk]
    page = client.post(URL, {"once": new_token(), "act": "return", "leads": ids})
    assert page.context["ticked"] == []


def test_the_story_and_the_audit_log_say_it_in_words(firm, many, do, undo, client):
    leads = many(firm.wang, "甲公司")
    do(firm.wang, "return", leads, reason="行业不对")
    undo(firm.wang)
    assert "批量操作已撤销" in client.get(f"/leads/{leads[0].pk}/").content.decode()
    client.force_login(firm.he)
    page = client.get("/audit/").content.decode()
    assert "批量操作" in page


def test_the_look_and_the_result_cost_the_same_for_many(firm, many, do, client):
    leads = many(firm.wang, *(f"公司{n}" for n in range(12)))
    do(firm.wang, "tag", leads[:1], look=True, tag="展会")
    asked = []
    for some in (leads[:1], leads):
        with CaptureQueriesContext(connection) as captured:
            do(firm.wang, "tag", some, look=True, tag="展会")
        asked.append(len(captured))
    assert asked[0] == asked[1] <= 20
    for some in (leads[:1], leads[1:]):
        do(firm.wang, "tag", some, tag="展会")
        with CaptureQueriesContext(connection) as captured:
            client.get(f"{URL}{BulkChange.objects.latest('pk').pk}/")
        asked.append(len(captured))
    assert asked[2] == asked[3] <= 12
