"""The door for other programs: keys, scopes, limits, problems, and answers that are given once."""

import datetime
import json
import re
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.urls import get_resolver

from leads.actions import arrive
from leads.actions.arriving import NewLead
from leads.models import Lead
from salesops.events.models import Event
from salesops.people.actions import deactivate, join, revoke_api_key
from salesops.people.models import ApiKey, Scope
from salesops.people.models.api_key import BURST
from salesops.web.api.bodies import MOST
from salesops.web.api.once import KEPT, purge
from salesops.web.forms.once import new_token
from salesops.web.models import ApiAnswer
from tests.company import company
from tests.leads.api_call import EVERYTHING, Caller, caller
from tests.sop.world import local

NEW = {"company": "克来机电", "contact": "蒋宇", "phone": "13900139000", "source": "website"}
NOW = local("2026-03-02 10:00")


@pytest.fixture
def firm(db, time_machine):
    time_machine.move_to(NOW, tick=False)
    return company()


@pytest.fixture
def program(firm):
    return caller(firm.zhou)


def code(answer) -> str:
    return urlsplit(answer.json()["type"]).fragment


# Keys


def test_a_key_is_kept_as_a_hash_only_and_told_by_how_it_begins(firm, program):
    key = ApiKey.objects.get()
    prefix, secret = re.fullmatch(r"sops_([A-Za-z0-9]{8})_(.{43})", program.token).groups()
    assert (key.prefix, key.shown) == (prefix, f"sops_{prefix}")
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(k)::text FROM people_apikey k")
        assert secret not in cursor.fetchone()[0]
    event = Event.objects.get(name="api_key.made")
    assert event.refs == {"api_key": key.pk, "person": firm.zhou.pk}
    assert secret not in json.dumps(event.data)


def test_only_a_whole_key_opens(firm, program):
    prefix = ApiKey.objects.get().prefix
    wrong = ["", "x", "sops_", f"sops_{prefix}", f"sops_{prefix}_", f"sops_{prefix}_{'x' * 43}", program.token + "x"]
    wrong += [program.token.upper(), program.token.replace("sops", "key"), "sops_éééééééé_é", "Bearer"]
    for token in wrong:
        answer = Caller(token).get("/leads")
        assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer"), token
        assert code(answer) == "unauthorized"
    basic = Client().get("/api/v1/leads", headers={"Authorization": f"Basic {program.token}"})
    assert basic.status_code == 401
    assert program.get("/leads").status_code == 200


def test_a_session_opens_nothing_and_is_not_even_read(firm):
    client = Client(enforce_csrf_checks=True)
    client.force_login(firm.he)
    answer = client.get("/api/v1/leads")
    assert answer.status_code == 401
    assert not answer.cookies
    posted = client.post("/api/v1/leads", json.dumps(NEW), content_type="application/json")
    assert posted.status_code == 401
    assert client.get("/").status_code == 302


def test_a_key_beside_a_session_acts_for_its_own_person(firm, program):
    program.client.force_login(firm.lin)
    answer = program.post("/leads", NEW)
    assert answer.status_code == 201
    assert Lead.objects.get().created_by == firm.zhou
    assert not answer.cookies


def test_a_revoked_and_an_expired_key_open_nothing(firm, time_machine):
    program, short = caller(firm.zhou), caller(firm.zhou, days=30)
    revoke_api_key(ApiKey.objects.order_by("pk")[0], by=firm.he, at=NOW)
    assert program.get("/leads").status_code == 401
    assert short.get("/leads").status_code == 200
    time_machine.move_to(NOW + datetime.timedelta(days=30), tick=False)
    assert short.get("/leads").status_code == 401


def test_a_leavers_keys_end_at_once_and_for_ever(firm):
    program = caller(firm.wang)
    assert program.get("/leads").status_code == 200
    deactivate(firm.wang, by=firm.he, at=NOW)
    assert program.get("/leads").status_code == 401
    firm.wang.refresh_from_db()
    join(firm.wang, by=firm.he, at=NOW)
    assert program.get("/leads").status_code == 401
    assert Event.objects.filter(name="api_key.revoked").count() == 1


# Key x scope: every address of the API

CALLS = {
    "POST leads": (Scope.LEADS_WRITE, NEW),
    "POST leads/batch": (Scope.LEADS_WRITE, {"leads": [NEW]}),
    "POST leads/{pk}/follow-ups": (Scope.LEADS_WRITE, {"way": "call", "reached": False}),
    "GET leads": (Scope.LEADS_READ, None),
    "GET leads/{pk}": (Scope.LEADS_READ, None),
    "GET leads/{pk}/contact": (Scope.LEADS_CONTACT, None),
    "GET leads/{pk}/deadlines": (Scope.DEADLINES_READ, None),
}
OPEN = {"openapi.json"}  # what needs no key


def test_every_address_of_the_api_has_a_row():
    patterns = next(each for each in get_resolver().url_patterns if each.namespace == "api").url_patterns
    there = {re.sub(r"<[^>]+>", "{pk}", str(pattern.pattern)) for pattern in patterns}
    assert there - {""} == {call.split()[1] for call in CALLS} | OPEN


@pytest.mark.parametrize("call", CALLS)
def test_a_call_needs_its_scope_and_no_other(firm, call):
    lead = arrive(NewLead(company="星河科技", contact="刘敏", phone="13800138000"), by=firm.zhou, at=NOW, way_in="hand")
    (method, path), (scope, body) = call.split(), CALLS[call]
    path = "/" + path.format(pk=lead.pk)
    refused = caller(firm.zhou, *(set(EVERYTHING) - {scope}))(method, path, body)
    assert (refused.status_code, code(refused)) == (403, "forbidden")
    assert scope.value in refused.json()["detail"]
    assert Lead.objects.count() == 1
    # Sales operations follows nothing up: its scope is there, and its role says no.
    expected = {403} if "follow-ups" in call else {200, 201}
    assert caller(firm.zhou, scope)(method, path, body).status_code in expected
    assert Caller()(method, path, body).status_code == 401


@pytest.mark.parametrize(
    ("person", "may"),
    [
        ("wang", 201),
        ("li", 201),
        ("zhao", 201),
        ("zhou", 201),
        ("he", 201),
        ("xu", 403),
        ("wu", 403),
        ("sun", 403),
        ("lawyer", 403),
    ],
)
def test_who_may_not_enter_leads_by_hand_may_not_by_key(firm, person, may):
    answer = caller(getattr(firm, person)).post("/leads", NEW)
    assert answer.status_code == may
    assert Lead.objects.count() == (may == 201)


def test_what_is_refused_is_logged_without_names_and_numbers(firm, program, caplog):
    program.get("/leads/999")
    Caller("sops_12345678_13900139000").post("/leads", NEW)
    assert f"404 GET /api/v1/leads/999 key={ApiKey.objects.get().shown} user={firm.zhou.pk}" in caplog.text
    assert "401 POST /api/v1/leads key=-" in caplog.text
    assert "13900139000" not in caplog.text
    assert program.token not in caplog.text


# How often


def test_a_key_has_a_rate_of_its_own_and_is_told_when_to_come_back(firm, program, time_machine):
    other = caller(firm.zhou)
    assert {program.get("/leads/1").status_code for _call in range(BURST)} == {404}
    answer = program.get("/leads/1")
    assert (answer.status_code, code(answer), answer["Retry-After"]) == (429, "too_many", "1")
    assert other.get("/leads/1").status_code == 404
    time_machine.shift(1)
    assert [program.get("/leads/1").status_code for _call in range(3)] == [404, 404, 429]


@pytest.mark.django_db(transaction=True)
def test_calls_at_the_same_moment_count_each(firm, program):
    key = ApiKey.objects.get()

    def call(_n):
        try:
            return key.call(NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(call, range(BURST + 20)))
    assert waits.count(0) == BURST


def test_the_last_use_is_remembered(firm, program):
    assert ApiKey.objects.get().last_used_at is None
    program.get("/leads")
    assert ApiKey.objects.get().last_used_at == NOW


# Bodies and methods


@pytest.mark.parametrize(
    ("body", "kind", "status", "what"),
    [
        (b"{", "application/json", 400, "unreadable"),
        (b'{"company": NaN}', "application/json", 400, "unreadable"),
        (b'{"company": "\xff\xfe"}', "application/json", 400, "unreadable"),
        (b'{"company": "\\ud800"}', "application/json", 400, "unreadable"),
        (b'{"company": "a\\u0000b"}', "application/json", 400, "unreadable"),
        (b"[" * 100_000 + b"]" * 100_000, "application/json", 400, "unreadable"),
        (b'{"budget": ' + b"9" * 5000 + b"}", "application/json", 400, "unreadable"),
        (b"x" * (MOST + 1), "application/json", 413, "too_large"),
        (b"x" * 10_000_000, "application/json", 413, "too_large"),
        (b"{}", "text/plain", 415, "media_type"),
        (b"a=b", "application/x-www-form-urlencoded", 415, "media_type"),
        (b"--x\r\n\r\n--x--", "multipart/form-data; boundary=x", 415, "media_type"),
        (b"", "application/json", 422, "invalid"),
        (b"[]", "application/json", 422, "invalid"),
        (b"null", "application/json", 422, "invalid"),
        (b'"text"', "application/json", 422, "invalid"),
    ],
)
@pytest.mark.parametrize("path", ["/leads", "/leads/batch"])
def test_a_body_that_cannot_be_read_is_a_clean_answer(firm, program, path, body, kind, status, what):
    answer = program("POST", path, body, content_type=kind)
    assert (answer.status_code, code(answer)) == (status, what)
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == status
    assert not Lead.objects.exists()


def test_json_in_utf_8_may_say_so(firm, program):
    assert program.post("/leads", NEW, content_type="application/json; charset=utf-8").status_code == 201


def test_head_and_options_are_answered_and_no_other_website_is_let_in(firm, program):
    head, get = program("HEAD", "/leads"), program.get("/leads", Origin="https://evil.example")
    assert (head.status_code, head.content) == (200, b"")
    options = program("OPTIONS", "/leads", Origin="https://evil.example", Access_Control_Request_Method="POST")
    assert (options.status_code, options["Allow"]) == (204, "GET, HEAD, OPTIONS, POST")
    assert not [name for answer in (head, get, options) for name in answer.headers if name.startswith("Access-Control")]
    deleted = program("DELETE", "/leads")
    assert (deleted.status_code, code(deleted), deleted["Allow"]) == (405, "method", "GET, HEAD, OPTIONS, POST")
    assert program("HEAD", "/leads/batch").status_code == 405


def test_an_unknown_address_is_a_problem_and_no_page(firm, program):
    for path in ("", "/", "/nothing", "/leads/", "/leads/abc", "/leads/-1"):
        answer = program.get(path or "/")
        assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json"), path


def test_a_fault_of_ours_tells_nothing_and_logs_no_number(firm, program, monkeypatch, caplog):
    def fault(*args, **kwargs):
        raise RuntimeError(NEW["phone"])

    monkeypatch.setattr("leads.api.entering.take_in", fault)
    answer = program.post("/leads", NEW)
    assert (answer.status_code, code(answer)) == (500, "internal")
    assert "13900139000" not in caplog.text + answer.content.decode()
    assert "RuntimeError" in caplog.text


def test_no_stored_answer_and_no_event_holds_a_number(firm, program):
    program.post("/leads", NEW, Idempotency_Key="13900139000")
    stored = ApiAnswer.objects.get()
    assert "13900139000" not in f"{stored.digest} {stored.request} {stored.body}"
    assert not Event.objects.filter(data__icontains="13900139000").exists()


# Once


def test_the_same_call_again_gets_the_same_answer_and_writes_nothing(firm, program, time_machine):
    first = program.post("/leads", NEW, Idempotency_Key='"abc"')
    time_machine.shift(60)
    again = program.post("/leads", NEW, Idempotency_Key="abc")
    assert (again.status_code, again.content, again["Location"]) == (201, first.content, first["Location"])
    assert again["Idempotency-Replayed"] == "true"
    assert not first.has_header("Idempotency-Replayed")
    assert Lead.objects.count() == 1


def test_a_name_is_of_one_request_and_of_one_key(firm, program):
    program.post("/leads", NEW, Idempotency_Key="abc")
    other = program.post("/leads", NEW | {"need": "别的"}, Idempotency_Key="abc")
    assert (other.status_code, code(other)) == (422, "reused")
    elsewhere = program.post("/leads/batch", {"leads": [NEW]}, Idempotency_Key="abc")
    assert code(elsewhere) == "reused"
    assert caller(firm.zhou).post("/leads", NEW, Idempotency_Key="abc").json()["outcome"] == "duplicate"
    assert program.post("/leads", NEW, Idempotency_Key="x" * 256).status_code == 400
    assert program.post("/leads", NEW, Idempotency_Key="é").status_code == 400


def test_a_call_that_failed_may_be_put_right_under_its_name(firm, program, monkeypatch):
    assert program.post("/leads", NEW | {"phone": "1"}, Idempotency_Key="abc").status_code == 422
    with monkeypatch.context() as patch:
        patch.setattr("salesops.web.api.once._response", None)  # after the write, before the commit
        assert program.post("/leads", NEW, Idempotency_Key="abc").status_code == 500
    assert not Lead.objects.exists()
    assert not ApiAnswer.objects.exists()
    assert program.post("/leads", NEW, Idempotency_Key="abc").status_code == 201


def test_an_answer_is_kept_for_a_day(firm, program, time_machine):
    program.post("/leads", NEW, Idempotency_Key="abc")
    time_machine.shift(KEPT)
    later = program.post("/leads", NEW, Idempotency_Key="abc")
    assert (later.status_code, later.json()["outcome"]) == (200, "duplicate")
    assert purge(NOW + KEPT) == 0
    assert purge(NOW + 3 * KEPT) == 1


@pytest.mark.django_db(transaction=True)
def test_ten_equal_calls_at_once_make_one_lead(firm, program):
    start = threading.Barrier(10)

    def call(_n):
        start.wait()
        try:
            return Caller(program.token).post("/leads", NEW, Idempotency_Key="abc")
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(call, range(10)))
    assert Lead.objects.count() == 1
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert {code(answer) for answer in answers if answer.status_code == 409} <= {"busy"}
    assert len({answer.content for answer in answers if answer.status_code == 201}) == 1


@pytest.mark.django_db(transaction=True)
def test_ten_equal_leads_at_once_without_a_name_make_one_lead_too(firm, program):
    start = threading.Barrier(10)

    def call(_n):
        start.wait()
        try:
            return Caller(program.token).post("/leads", NEW).json()["outcome"]
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        outcomes = list(pool.map(call, range(10)))
    assert sorted(outcomes) == ["created"] + ["duplicate"] * 9
    assert Lead.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_while_one_is_answered_an_equal_one_is_told_to_come_back(firm, program, monkeypatch):
    from leads.actions.taking_in import take_in

    busy, go_on = threading.Event(), threading.Event()

    def slow(*args, **kwargs):
        busy.set()
        go_on.wait(10)
        return take_in(*args, **kwargs)

    monkeypatch.setattr("leads.api.entering.take_in", slow)

    def call():
        try:
            return program.post("/leads", NEW, Idempotency_Key="abc")
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(call)
        busy.wait(10)
        second = Caller(program.token).post("/leads", NEW, Idempotency_Key="abc")
        go_on.set()
        assert first.result().status_code == 201
    assert (second.status_code, code(second), second["Retry-After"]) == (409, "busy", "1")


@pytest.mark.django_db(transaction=True)
def test_whoever_lost_the_answer_gets_it_by_asking_again(firm, program, live_server, time_machine):
    server, content = urlsplit(live_server.url), json.dumps(NEW).encode()
    head = (
        f"POST /api/v1/leads HTTP/1.1\r\nHost: {server.netloc}\r\nAuthorization: Bearer {program.token}\r\n"
        f"Content-Type: application/json\r\nIdempotency-Key: abc\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    with socket.create_connection((server.hostname, server.port)) as line:
        line.sendall(head.encode() + content)
        line.recv(1)  # it is written; the rest of the answer is lost with the line
    again = program.post("/leads", NEW, Idempotency_Key="abc")
    assert (again.status_code, again["Idempotency-Replayed"]) == (201, "true")
    assert again.json()["lead"]["id"] == Lead.objects.get().pk


# Its description and the pages of keys


def test_the_description_names_every_call_in_the_readers_language(firm):
    english, chinese = (
        Client().get("/api/v1/openapi.json", headers={"Accept-Language": which}) for which in ("en", "zh-hans")
    )
    said = english.json()
    calls = {f"{method.upper()} {path}" for path, methods in said["paths"].items() for method in methods}
    assert calls == {f"{call.split()[0]} /api/v1/{call.split()[1]}" for call in CALLS}
    for path, methods in said["paths"].items():
        for method, each in methods.items():
            assert each["summary"], (path, method)
            assert each["x-scope"] == CALLS[f"{method.upper()} {path.removeprefix('/api/v1/')}"][0]
            assert each["security"] == [{"KeyAuth": []}]
    assert said["paths"]["/api/v1/leads"]["post"]["summary"] == "Add a lead"
    assert chinese.json()["paths"]["/api/v1/leads"]["post"]["summary"] == "录入一条线索"
    references = set(re.findall(r'"#/components/schemas/(\w+)"', english.content.decode()))
    assert references <= set(said["components"]["schemas"])


def test_the_examples_of_the_page_for_developers_work(firm, program, client):
    client.force_login(firm.wang)
    page = client.get("/developers/")
    assert page.status_code == 200
    create = next(each for each in page.context["endpoints"] if each.method == "POST" and each.path == "/api/v1/leads")
    body = json.loads(re.search(r"-d '(.*)'", create.curl).group(1))
    assert program.post("/leads", body).status_code == 201
    assert "Authorization: Bearer $SALESOPS_KEY" in create.curl


def test_an_administrator_makes_a_key_sees_it_once_and_revokes_it(firm, client, django_assert_max_num_queries):
    client.force_login(firm.he)
    given = {"name": "官网", "person": firm.zhou.pk, "scopes": ["leads:write"], "days": 90, "language": "en"}
    form = given | {"once": new_token()}
    made = client.post("/settings/api-keys/new/", form)
    token = re.search(r"sops_\w{8}_[\w-]{43}", made.content.decode()).group()
    assert made["Cache-Control"] == "no-store"
    assert Caller(token).post("/leads", NEW).status_code == 201
    again = client.post("/settings/api-keys/new/", form)
    assert again.status_code == 302
    key = ApiKey.objects.get()
    assert (key.scopes, key.expires_at, key.language) == (["leads:write"], NOW + datetime.timedelta(days=90), "en")
    page = client.get("/settings/api-keys/").content.decode()
    assert key.shown in page
    assert token not in page
    for _n in range(5):
        caller(firm.zhou)
    with django_assert_max_num_queries(8):
        client.get("/settings/api-keys/")
    client.post(f"/settings/api-keys/{key.pk}/ending/", {"once": new_token()})
    assert Caller(token).get("/leads").status_code == 401


def test_nobody_but_an_administrator_makes_keys_and_none_for_a_leaver(firm, client):
    client.force_login(firm.he)
    deactivate(firm.wang, by=firm.he, at=NOW)
    given = {"name": "官网", "person": firm.wang.pk, "scopes": ["leads:read"], "days": 90, "language": "en"}
    assert client.post("/settings/api-keys/new/", given | {"once": new_token()}).status_code == 422
    client.force_login(firm.zhou)
    assert client.post("/settings/api-keys/new/", given | {"once": new_token()}).status_code == 403
    assert not ApiKey.objects.exists()


def test_the_tidying_forgets_old_answers(firm, program, time_machine):
    from salesops.web.tasks import tidy

    program.post("/leads", NEW, Idempotency_Key="abc")
    time_machine.shift(2 * KEPT)
    tidy()
    assert not ApiAnswer.objects.exists()
