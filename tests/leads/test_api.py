"""Leads by the API: the same judgement as quick entry and import, in the scope of the key's person."""

import pytest

from leads.actions import claim, close, qualify
from leads.models import FollowUp, Lead
from salesops.events.models import Event
from salesops.sop.models import Deadline
from tests.leads.api_call import caller
from tests.sop.world import local

pytestmark = pytest.mark.django_db
NEW = {"company": "克来机电", "contact": "蒋宇", "phone": "139 0013 9000", "source": "website", "need": "想看演示"}


@pytest.fixture(autouse=True)
def morning(time_machine):
    time_machine.move_to(local("2026-03-02 10:00"), tick=False)


@pytest.fixture
def website(firm):
    """The company's website, on behalf of sales operations."""
    return caller(firm.zhou)


@pytest.fixture
def his(firm, arriving):
    """王伟's lead, not answered yet."""
    lead = qualify(
        arriving("2026-03-02 09:00"),
        grade="B",
        industry="汽车",
        size="small",
        by=firm.zhou,
        at=local("2026-03-02 09:10"),
    )
    return claim(lead, by=firm.wang, at=local("2026-03-02 09:20"))


# Bringing leads in


def test_a_new_lead_waits_to_be_cleaned_with_its_source(firm, website):
    answer = website.post("/leads", NEW)
    assert answer.status_code == 201
    lead = Lead.objects.select_related("customer", "contact").get()
    assert answer.json() == {
        "outcome": "created",
        "lead": {"id": lead.pk, "url": f"/api/v1/leads/{lead.pk}"},
        "reason": None,
        "filled": [],
    }
    assert answer["Location"] == f"/api/v1/leads/{lead.pk}"
    assert (lead.customer.name, lead.contact.phone, lead.source, lead.status) == (
        "克来机电",
        "13900139000",
        "website",
        "cleaning",
    )
    assert Deadline.objects.get(rule="lead.qualify").subject == lead.ref
    assert Event.objects.get(name="lead.arrived").data["way_in"] == "api"
    assert lead.created_by == firm.zhou


def test_a_known_number_is_filled_in_once_and_then_a_duplicate(website):
    first = website.post("/leads", NEW).json()["lead"]
    again = website.post(
        "/leads", NEW | {"company": "克来机电有限公司", "region": "上海", "budget": 120, "need": "别的"}
    )
    assert again.status_code == 200
    assert again.json() == {"outcome": "updated", "lead": first, "reason": None, "filled": ["budget", "region"]}
    assert website.post("/leads", NEW).json()["outcome"] == "duplicate"
    lead = Lead.objects.select_related("customer").get()
    assert (lead.customer.region, lead.need) == ("上海", "想看演示")


def test_one_number_under_two_companies_is_left_to_sales_operations(website):
    first = website.post("/leads", NEW).json()["lead"]
    answer = website.post("/leads", NEW | {"company": "星河科技"}).json()
    assert (answer["outcome"], answer["reason"], answer["lead"]) == ("duplicate", "other_company", first)
    assert Lead.objects.count() == 1


def test_a_closed_lead_stands_in_nobodys_way(firm, website):
    website.post("/leads", NEW)
    close(Lead.objects.get(), reason="无需求", by=firm.zhou, at=local("2026-03-02 10:00"))
    assert website.post("/leads", NEW).json()["outcome"] == "created"
    assert Lead.objects.count() == 2
    assert Lead.objects.values("contact").distinct().count() == 1


def test_nothing_is_written_on_a_lead_that_the_person_does_not_see(firm, website, his):
    contact = his.contact
    known = {"company": "克来机电", "phone": contact.phone, "source": "partner", "title": "采购经理"}
    answer = caller(firm.lin).post("/leads", known).json()
    assert (answer["outcome"], answer["reason"], answer["filled"]) == ("duplicate", "known", [])
    contact.refresh_from_db()
    assert contact.title == ""


def test_a_wechat_name_alone_finds_the_contact_in_its_company(website):
    new = {"company": "克来机电", "contact": "蒋宇", "wechat": "jiang_yu", "source": "social"}
    assert website.post("/leads", new).json()["outcome"] == "created"
    assert website.post("/leads", new).json()["outcome"] == "duplicate"


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"company": " "}, "#/company", "string_too_short"),
        ({"company": "x" * 201}, "#/company", "string_too_long"),
        ({"source": "tv"}, "#/source", "enum"),
        ({"phone": "12345"}, "#/phone", "phone"),
        ({"email": "nobody"}, "#/email", "email"),
        ({"budget": -1}, "#/budget", "greater_than_equal"),
        ({"budget": "viel"}, "#/budget", "decimal_parsing"),
        ({"grade": "D"}, "#/grade", "enum"),
        ({"owner": 7}, "#/owner", "extra_forbidden"),
        ({"status": "active"}, "#/status", "extra_forbidden"),
        ({"arrived_at": "2020-01-01T00:00:00Z"}, "#/arrived_at", "extra_forbidden"),
        ({"phone": ""}, "#", "no_way"),
        ({"contact": ["a"]}, "#/contact", "string_type"),
    ],
)
def test_what_cannot_be_used_is_said_at_its_field(website, change, pointer, code):
    answer = website.post("/leads", NEW | change)
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    problem = answer.json()
    assert problem["type"].endswith("/developers/#invalid")
    assert pointer in {error["pointer"] for error in problem["errors"]}
    assert code in {error["code"] for error in problem["errors"]}
    assert not Lead.objects.exists()


def test_a_source_is_required_and_its_chinese_word_is_read(website):
    without = {name: value for name, value in NEW.items() if name != "source"}
    (error,) = website.post("/leads", without).json()["errors"]
    assert (error["pointer"], error["code"], error["detail"]) == ("#/source", "missing", "此项必填。")
    assert website.post("/leads", NEW | {"source": "行业展会"}).status_code == 201
    assert Lead.objects.get().source == "exhibition"


def test_errors_are_told_in_the_keys_language(firm):
    english = caller(firm.zhou, language="en").post("/leads", NEW | {"phone": "1"}).json()
    assert english["errors"][0]["detail"] == "This is no phone number that can be called."
    assert english["title"] == "Some fields cannot be used as they are."


def test_a_batch_answers_row_by_row_and_one_bad_row_stops_no_other(website):
    rows = [NEW, {"company": "星河科技"}, NEW, NEW | {"company": "远大控股", "phone": "13800138000"}, "?"]
    answer = website.post("/leads/batch", {"leads": rows})
    assert answer.status_code == 200
    results = answer.json()["results"]
    assert [row["outcome"] for row in results] == ["created", "invalid", "duplicate", "created", "invalid"]
    assert [row["row"] for row in results] == [0, 1, 2, 3, 4]
    assert {error["pointer"] for error in results[1]["errors"]} == {"#/source"}
    assert results[2]["lead"] == results[0]["lead"]
    assert Lead.objects.count() == 2


def test_a_batch_holds_at_most_a_hundred(website):
    assert website.post("/leads/batch", {"leads": [NEW] * 101}).status_code == 422
    assert website.post("/leads/batch", {"leads": []}).status_code == 422
    assert not Lead.objects.exists()


# Reading


def test_a_lead_is_read_with_its_contact_masked(firm, his):
    lead = caller(firm.wang).get(f"/leads/{his.pk}").json()
    assert (lead["company"], lead["grade"], lead["stage"], lead["status"]) == ("克来机电", "B", 1, "active")
    assert lead["owner"] == {"id": firm.wang.pk, "username": "wang", "name": "王伟"}
    assert lead["contact"]["masked"] is True
    assert lead["contact"]["phone"] == f"{his.contact.phone[:3]}****{his.contact.phone[-4:]}"
    assert lead["arrived_at"] == "2026-03-02T01:00:00Z"
    assert not Event.objects.filter(name="contact.revealed").exists()


def test_the_contact_in_full_is_a_logged_look(firm, his):
    answer = caller(firm.wang).get(f"/leads/{his.pk}/contact")
    assert answer.json()["phone"] == his.contact.phone
    assert answer["Cache-Control"] == "no-store"
    event = Event.objects.get(name="contact.revealed")
    assert (event.by, event.file, event.data) == (firm.wang, his.ref, {"what": "api"})


def test_a_pool_lead_is_seen_and_its_contact_is_not(firm, arriving):
    lead = qualify(
        arriving("2026-03-02 09:00"),
        grade="B",
        industry="汽车",
        size="small",
        by=firm.zhou,
        at=local("2026-03-02 09:10"),
    )
    assert caller(firm.wang).get(f"/leads/{lead.pk}").json()["contact"] is None
    assert caller(firm.wang).get("/leads").json()["leads"][0]["contact"] is None
    assert caller(firm.zhou).get(f"/leads/{lead.pk}").json()["contact"]["name"] == "蒋宇"
    assert caller(firm.wang).get(f"/leads/{lead.pk}/contact").status_code == 403
    assert not Event.objects.filter(name="contact.revealed").exists()


def test_what_the_person_does_not_see_is_not_there(firm, his):
    stranger = caller(firm.lin)
    for path in ("", "/contact", "/deadlines"):
        assert stranger.get(f"/leads/{his.pk}{path}").status_code == 404
    assert stranger.post(f"/leads/{his.pk}/follow-ups", {"way": "call", "reached": False}).status_code == 404
    assert stranger.get("/leads").json() == {"leads": [], "next": None}
    assert caller(firm.wang).get(f"/leads/{10**30}").status_code == 404


def test_the_list_goes_on_from_its_cursor_and_repeats_nothing(firm, arriving):
    made = [arriving(f"2026-03-02 09:{minute:02}", company=f"上海第{minute}厂").pk for minute in range(7)]
    program, seen, cursor = caller(firm.zhou), [], ""
    for _page in range(3):
        answer = program.get(f"/leads?limit=3&cursor={cursor}").json()
        seen += [lead["id"] for lead in answer["leads"]]
        cursor = answer["next"]
    assert seen == made[::-1]
    assert cursor is None


def test_a_cursor_of_nothing_and_a_filter_of_nothing_are_told(firm):
    program = caller(firm.zhou)
    for query in ("cursor=nonsense", "stage=9", "grade=Z", "limit=0", "limit=101", "changed_since=today"):
        assert program.get(f"/leads?{query}").status_code == 422, query
    (error,) = program.get("/leads?stage=9").json()["errors"]
    assert error["pointer"] == "?stage"


def test_the_list_is_filtered_by_stage_grade_owner_and_change(firm, his, arriving, time_machine):
    arriving("2026-03-02 09:30", company="星河科技")
    program = caller(firm.zhou)

    def found(query):
        return [lead["company"] for lead in program.get(f"/leads?{query}").json()["leads"]]

    assert found("grade=B") == found("owner=wang") == found("status=active") == ["克来机电"]
    assert found("stage=1") == ["星河科技", "克来机电"]
    assert found("changed_since=2026-03-02T09:25:00%2B08:00") == ["星河科技"]
    assert found("owner=nobody") == []


def test_what_is_owed_is_read_and_what_has_ended(firm, his):
    program = caller(firm.wang)
    owed = program.get(f"/leads/{his.pk}/deadlines").json()["deadlines"]
    first = next(row for row in owed if row["rule"] == "lead.first_response")
    assert (first["state"], first["late"], first["due_at"]) == ("open", False, "2026-03-02T05:20:00Z")
    assert first["owner"]["username"] == "wang"
    ended = program.get(f"/leads/{his.pk}/deadlines?state=ended").json()["deadlines"]
    assert {row["rule"] for row in ended} >= {"lead.qualify", "lead.claim"}
    assert "lead.notify" not in {row["rule"] for row in [*owed, *ended]}


# Following up


def test_a_follow_up_meets_what_the_pages_form_would(firm, his):
    said = {"way": "call", "reached": True, "note": "客户想先看案例", "need": "替换旧系统", "intent": "high"}
    answer = caller(firm.wang).post(f"/leads/{his.pk}/follow-ups", said)
    assert answer.status_code == 201
    assert {duty["rule"]: duty["in_time"] for duty in answer.json()["met"]}["lead.first_response"] is True
    logged = FollowUp.objects.get()
    assert (logged.by, logged.way, logged.reached, logged.progress, logged.note) == (
        firm.wang,
        "call",
        True,
        None,
        "客户想先看案例",
    )


def test_a_first_response_says_need_and_intent(firm, his):
    answer = caller(firm.wang).post(f"/leads/{his.pk}/follow-ups", {"way": "demo", "reached": True, "note": "看了演示"})
    assert answer.status_code == 422
    assert {error["pointer"] for error in answer.json()["errors"]} == {"#/need", "#/intent"}
    late = {"way": "call", "reached": False, "next_on": "2027-01-01"}
    assert {
        error["pointer"] for error in caller(firm.wang).post(f"/leads/{his.pk}/follow-ups", late).json()["errors"]
    } == {"#/next_on"}
    assert not FollowUp.objects.exists()


@pytest.mark.parametrize("way", ["call", "message", "mail", "visit", "demo", "negotiation"])
def test_a_try_in_vain_by_any_way_is_logged_as_one(firm, his, way):
    answer = caller(firm.wang).post(f"/leads/{his.pk}/follow-ups", {"way": way, "reached": False, "note": "没人接"})
    assert answer.status_code == 201
    assert FollowUp.objects.values_list("way", "reached").get() == (way, False)


def test_who_only_sees_a_lead_follows_nothing_up(firm, his):
    said = {"way": "call", "reached": False}
    assert caller(firm.li).post(f"/leads/{his.pk}/follow-ups", said).status_code == 403
    assert caller(firm.zhou).post(f"/leads/{his.pk}/follow-ups", said).status_code == 403
    assert not FollowUp.objects.exists()


# What it costs


def test_reading_costs_the_same_for_many(firm, arriving, django_assert_max_num_queries):
    program = caller(firm.zhou)
    for minute in range(3):
        arriving(f"2026-03-02 09:{minute:02}", company=f"上海第{minute}厂")
    with django_assert_max_num_queries(6):
        assert len(program.get("/leads").json()["leads"]) == 3
    for minute in range(3, 40):
        arriving(f"2026-03-02 09:{minute:02}", company=f"上海第{minute}厂")
    with django_assert_max_num_queries(6):
        assert len(program.get("/leads?limit=100&changed_since=2026-03-01T00:00:00Z").json()["leads"]) == 40


def test_a_lead_of_a_batch_costs_the_same_at_the_end_as_at_the_beginning(website):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def cost(first, count):
        rows = [NEW | {"company": f"上海第{n}厂", "phone": f"138{n:08}"} for n in range(first, first + count)]
        with CaptureQueriesContext(
            connection,
        ) as queries:
            website.post("/leads/batch", {"leads": rows})
        return len(queries)

    five, fifteen = cost(0, 5), cost(100, 15)
    assert (fifteen - five) / 10 <= 20
