"""The lead pool (公海): who may claim what, why not, and what a lead looks like before it is claimed."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leads.actions import Refused, change_rules, claim, log_follow_up, qualify, return_to_pool
from leads.models import Assignment, Lead, Pooled, PoolRules, Status
from leads.pool import allowance
from salesops.events.models import Event
from salesops.sop.models import Tally
from tests.sop.world import local, run_sweep

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def pooled(firm, arriving):
    """Puts a B lead into the pool: `pooled("2026-03-02 10:00", company="克来机电")`."""

    def put(at, **values):
        lead = arriving("2026-03-02 09:00", **values)
        return qualify(lead, grade="B", industry="汽车配件", size="unknown", by=firm.zhou, at=local(at))

    return put


def may(person, at, *leads):
    return allowance(person, local(at), [lead.pk for lead in leads])


def test_a_lead_in_the_pool_says_since_when_and_why(firm, pooled):
    lead = pooled("2026-03-02 10:00")
    assert (lead.status, lead.pooled_at, lead.pooled_why) == (Status.POOL, local("2026-03-02 10:00"), Pooled.NEW)
    claim(lead, by=firm.wang, at=local("2026-03-02 11:00"))
    lead = return_to_pool(lead, reason="客户改做别的了", by=firm.wang, at=local("2026-03-03 10:00"))
    assert (lead.pooled_at, lead.pooled_why) == (local("2026-03-03 10:00"), Pooled.RETURNED)


def test_claims_of_a_day_are_counted_whether_given_back_or_not(firm, pooled):
    change_rules(PoolRules, daily=2, by=firm.he, at=local("2026-03-02 09:00"))
    leads = [pooled("2026-03-02 10:00", company=f"公司{n}") for n in range(3)]
    claim(leads[0], by=firm.wang, at=local("2026-03-02 11:00"))
    return_to_pool(leads[0], reason="不合适", by=firm.wang, at=local("2026-03-02 11:10"))
    claim(leads[1], by=firm.wang, at=local("2026-03-02 11:20"))
    with pytest.raises(Refused, match="claimed 2 today"):
        claim(leads[2], by=firm.wang, at=local("2026-03-02 11:30"))
    assert claim(leads[2], by=firm.wang, at=local("2026-03-03 00:00")).owner == firm.wang


def test_whoever_holds_as_many_leads_as_one_may_claims_no_more(firm, pooled):
    change_rules(PoolRules, holding=1, by=firm.he, at=local("2026-03-02 09:00"))
    first, second = pooled("2026-03-02 10:00", company="公司一"), pooled("2026-03-02 10:00", company="公司二")
    claim(first, by=firm.wang, at=local("2026-03-02 11:00"))
    with pytest.raises(Refused, match="You hold 1 leads"):
        claim(second, by=firm.wang, at=local("2026-03-02 11:01"))


def test_a_former_owner_waits_seven_days_and_others_do_not(firm, pooled):
    lead = claim(pooled("2026-03-02 10:00"), by=firm.wang, at=local("2026-03-02 11:00"))
    return_to_pool(lead, reason="出差", by=firm.wang, at=local("2026-03-02 12:00"))
    with pytest.raises(Refused, match="You held it lately"):
        claim(lead, by=firm.wang, at=local("2026-03-09 11:59"))
    assert not may(firm.min, "2026-03-02 12:01", lead).refusal_of(lead)
    assert claim(lead, by=firm.wang, at=local("2026-03-09 12:00")).owner == firm.wang


def test_a_new_lead_waits_so_that_everybody_sees_it_and_an_edit_does_not_start_the_wait_anew(firm, pooled):
    change_rules(PoolRules, fresh_hours=2, by=firm.he, at=local("2026-03-02 09:00"))
    lead = pooled("2026-03-02 10:00")
    lead.need = "改了需求"
    lead.save()
    with pytest.raises(Refused, match="It is new"):
        claim(lead, by=firm.wang, at=local("2026-03-02 11:59"))
    assert claim(lead, by=firm.wang, at=local("2026-03-02 12:00")).owner == firm.wang


def test_each_overdue_duty_takes_one_claim_off_and_the_page_says_what_to_do_first(firm, pooled):
    change_rules(PoolRules, daily=2, by=firm.he, at=local("2026-03-02 09:00"))
    first, second = pooled("2026-03-02 10:00", company="公司一"), pooled("2026-03-02 10:00", company="公司二")
    third = pooled("2026-03-02 10:00", company="公司三")
    claim(first, by=firm.wang, at=local("2026-03-02 11:00"))
    claim(second, by=firm.wang, at=local("2026-03-03 09:00"))  # the response on the first is due on Monday at 16:00
    assert (may(firm.wang, "2026-03-03 09:01").daily, may(firm.wang, "2026-03-03 09:01").late) == (1, 1)
    with pytest.raises(Refused, match="1 of your duties is overdue"):
        claim(third, by=firm.wang, at=local("2026-03-03 09:01"))
    values = {"way": "call", "reached": True, "note": "谈了", "need": "替换", "intent": "high"}
    log_follow_up(first, by=firm.wang, at=local("2026-03-03 09:30"), **values)
    assert claim(third, by=firm.wang, at=local("2026-03-03 09:31")).owner == firm.wang


def test_who_answers_too_slowly_may_claim_half(firm, pooled):
    day = local("2026-03-01 12:00").date()
    Tally.objects.create(rule="lead.first_response", owner=firm.wang, day=day, in_time=2, late=3)
    Tally.objects.create(rule="lead.first_response", owner=firm.min, day=day, in_time=1, late=3)
    assert (may(firm.wang, "2026-03-02 10:00").slow, may(firm.wang, "2026-03-02 10:00").daily) == (True, 3)
    assert not may(firm.min, "2026-03-02 10:00").slow  # four answers say nothing yet


def test_changing_the_rules_is_an_event_with_both_numbers(firm):
    change_rules(PoolRules, daily=8, by=firm.he, at=local("2026-03-02 09:00"))
    change_rules(PoolRules, daily=8, by=firm.he, at=local("2026-03-02 09:05"))
    assert PoolRules.now().daily == 8
    assert [event.data for event in Event.objects.filter(name="pool_rules.changed")] == [{"changed": {"daily": [5, 8]}}]


def test_the_pool_page_shows_the_quota_and_beside_each_lead_why_not(firm, pooled, client, time_machine):
    lead = claim(pooled("2026-03-02 10:00"), by=firm.wang, at=local("2026-03-02 11:00"))
    return_to_pool(lead, reason="出差", by=firm.wang, at=local("2026-03-02 12:00"))
    pooled("2026-03-02 10:30", company="星河科技")
    client.force_login(firm.wang)
    time_machine.move_to(local("2026-03-02 13:00"), tick=False)
    answer = client.get("/leads/pool/")
    page = answer.content.decode()
    assert [bool(lead.refusal) for lead in answer.context["page"].rows] == [True, False]
    assert "1 / 5" in page
    assert page.count('action="/leads/') == 1  # only the other one can be claimed
    assert "139" not in page  # no number before the claim


def test_the_page_of_the_pool_costs_at_most_twelve_queries_for_any_number_of_leads(firm, pooled, client, time_machine):
    for n in range(40):
        pooled("2026-03-02 10:00", company=f"公司{n}")
    client.force_login(firm.wang)
    time_machine.move_to(local("2026-03-02 13:00"), tick=False)
    client.get("/me/")  # the first page of a session writes it
    with CaptureQueriesContext(connection) as captured:
        assert len(client.get("/leads/pool/").context["page"].rows) == 40
    assert len(captured) <= 12, "\n".join(query["sql"][:120] for query in captured)


def test_the_pool_is_narrowed_by_industry_region_and_age(firm, pooled, client, time_machine):
    pooled("2026-03-02 10:00", company="上海一家", region="上海")
    pooled("2026-03-04 10:00", company="北京一家", region="北京")
    client.force_login(firm.wang)
    time_machine.move_to(local("2026-03-04 11:00"), tick=False)
    by_region = client.get("/leads/pool/", {"region": "北京"}).content.decode()
    by_age = client.get("/leads/pool/", {"age": "1"}).content.decode()
    nonsense = client.get("/leads/pool/", {"age": "x", "grade": "Z"}).content.decode()
    assert ("北京一家" in by_region, "上海一家" in by_region) == (True, False)
    assert ("北京一家" in by_age, "上海一家" in by_age) == (False, True)
    assert "北京一家" in nonsense
    assert "上海一家" in nonsense


def test_a_lead_that_will_go_back_soon_stands_above_the_pool_from_three_quarters_of_the_time(
    firm, pooled, client, time_machine
):
    lead = claim(pooled("2026-03-02 10:00"), by=firm.wang, at=local("2026-03-02 10:30"))
    values = {"way": "call", "reached": True, "note": "谈了", "need": "替换", "intent": "high"}
    log_follow_up(lead, by=firm.wang, at=local("2026-03-02 11:00"), **values)
    client.force_login(firm.wang)
    time_machine.move_to(local("2026-03-12 10:00"), tick=False)
    assert not client.get("/leads/pool/").context["returning"]
    time_machine.move_to(local("2026-03-15 10:00"), tick=False)
    client.force_login(firm.wang)
    assert [row.lead_id for row in client.get("/leads/pool/").context["returning"]] == [lead.pk]


def test_an_administrator_sets_the_rules_and_sees_the_mistake(firm, client, time_machine):
    client.force_login(firm.he)
    time_machine.move_to(local("2026-03-02 09:00"), tick=False)
    page = client.get("/leads/pool/rules/")
    sent = _fields(page) | {"daily": "0"}
    assert client.post("/leads/pool/rules/", sent).status_code == 422
    sent = _fields(page) | {"daily": "9", "late_costs": ""}
    assert client.post("/leads/pool/rules/", sent).status_code == 302
    assert (PoolRules.now().daily, PoolRules.now().late_costs) == (9, False)


def test_rules_that_two_administrators_change_at_once_stand_side_by_side(firm, client, time_machine):
    client.force_login(firm.he)
    time_machine.move_to(local("2026-03-02 09:00"), tick=False)
    mine = _fields(client.get("/leads/pool/rules/")) | {"daily": "9", "holding": "30"}
    change_rules(PoolRules, daily=7, by=firm.he, at=local("2026-03-02 09:00"))
    clash = client.post("/leads/pool/rules/", mine)
    assert (clash.status_code, PoolRules.now().daily) == (409, 7)
    assert [(each.theirs, each.field.value()) for each in clash.context["form"].conflicts] == [("7", "9")]
    assert client.post("/leads/pool/rules/", _fields(clash)).status_code == 302
    assert (PoolRules.now().daily, PoolRules.now().holding) == (9, 30)


def _fields(page) -> dict[str, str]:
    form = page.context["form"]
    found = {field.html_name: field.value() for field in form}
    return {name: "" if value is None else str(value() if callable(value) else value) for name, value in found.items()}


def test_a_lead_in_the_pool_counts_once_however_it_came_back(firm, pooled):
    lead = claim(pooled("2026-03-02 10:00"), by=firm.wang, at=local("2026-03-02 10:30"))
    run_sweep("2026-03-02 15:00")
    assert Assignment.objects.filter(lead=lead).count() == 1
    assert Lead.objects.get(pk=lead.pk).pooled_why == Pooled.NEW  # says how it came there last; its status rules


def test_what_was_said_and_done_shows_once_the_lead_is_claimed(firm, claimed, client, time_machine):
    lead = claimed("09:00", "09:10", "09:20")
    talk = {"way": "call", "reached": True, "note": "客户年底换系统", "need": "替换", "intent": "high"}
    log_follow_up(lead, by=firm.wang, at=local("2026-03-02 10:00"), **talk)
    return_to_pool(lead, reason="没空", by=firm.wang, at=local("2026-03-02 11:00"))
    time_machine.move_to(local("2026-03-04 10:00"), tick=False)
    client.force_login(firm.min)
    for query in ("", "?kind=said", "?kind=changed"):
        page = client.get(f"/leads/{lead.pk}/{query}", headers={"HX-Request": "true"} if query else {})
        assert page.status_code == 200
        assert "年底换系统" not in page.content.decode()
        assert firm.wang.name not in page.content.decode()
    for tab in ("needs", "visits", "promises", "files", "deal", "comment"):
        assert client.get(f"/leads/{lead.pk}/{tab}/").status_code == 403, tab
    claim(lead, by=firm.min, at=local("2026-03-04 10:00"))
    assert "年底换系统" in client.get(f"/leads/{lead.pk}/").content.decode()
