"""A number that must not get out (reliability.md, F35).

Through the pages, tasks and imports it leaves no trace in a log, an address, a task's arguments, a mail to us, or in
plain text anywhere in the database: not in events, messages, sessions, drafts nor the cache.
"""

import logging
from importlib import import_module

import pytest
from celery.app.task import Task
from django.core import mail
from django.db import connection
from django.test import Client

from leads import tasks
from leads.actions import exporting
from leads.models import Contact, Export, Lead, LeadImport, WebForm
from salesops import clock
from salesops.approvals.actions import decide
from salesops.approvals.models import Approval
from salesops.notices.sending import send
from salesops.sop.engine.sweeping import sweep
from salesops.web.forms.once import new_token
from tests.leads.api_call import caller
from tests.leads.files import csv_file, row

pytestmark = pytest.mark.django_db
CANARY = "13877665544"
SHAPES = (CANARY, "138 7766 5544", "138-7766-5544", "138%207766%205544", "+8613877665544")


@pytest.fixture
def traces(monkeypatch, caplog):
    """What leaves a request: addresses, and what tasks are called with."""
    caplog.set_level(logging.DEBUG)
    found = []

    def noted(self, args=None, kwargs=None, **options):
        found.append(f"{self.name} {args} {kwargs} {options.get('headers')}")

    monkeypatch.setattr(Task, "apply_async", noted)
    return found


class Browser:
    """Notes every address that it asks for or is sent to."""

    def __init__(self, person, traces):
        self.client, self.traces = Client(raise_request_exception=False), traces
        if person:
            self.client.force_login(person)

    def get(self, url, **query):
        return self._note(self.client.get(url, query))

    def post(self, url, **data):
        return self._note(self.client.post(url, {"once": new_token()} | data))

    def _note(self, answer):
        self.traces += [answer.request["PATH_INFO"], answer.request["QUERY_STRING"]]
        self.traces += [
            answer.headers.get(name, "") for name in ("Location", "HX-Redirect", "HX-Push-Url", "Set-Cookie")
        ]
        self.traces.append(str(answer.cookies))
        return answer


def plain_in_the_database() -> list[str]:
    """The tables in which the number stands as it is."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [name for (name,) in cursor.fetchall()]
        found = []
        for table in tables:
            for shape in SHAPES:
                cursor.execute(f'SELECT count(*) FROM "{table}" AS row WHERE row::text LIKE %s', [f"%{shape}%"])
                found += [table] * bool(cursor.fetchone()[0])
    return found


def no_trace(traces, caplog):
    said = "\n".join([*traces, caplog.text, *(str(letter.message()) for letter in mail.outbox)])
    return [shape for shape in SHAPES if shape in said]


def test_the_number_of_a_contact_leaves_no_trace(firm, traces, caplog):
    so, rep, admin = (Browser(person, traces) for person in (firm.zhou, firm.wang, firm.he))
    entry = {
        "company": "金丝雀机电",
        "reach": SHAPES[1],
        "contact": "蒋宇",
        "source": "referral",
        "keep": "yes",
        "grade": "A",
    }
    assert rep.post("/leads/new/", **entry).status_code in (200, 302)
    assert rep.post("/leads/new/", **(entry | {"company": "", "reach": CANARY})).status_code == 422
    rep.client.post("/draft/", {"draft": "/leads/new/", "reach": CANARY, "once": new_token()})
    lead = Lead.objects.get(customer__name="金丝雀机电")
    contact = Contact.objects.get(pk=lead.contact_id)
    assert contact.phone == CANARY
    for browser in (rep, so, admin):
        browser.post("/search/", words=SHAPES[1])
        browser.get("/search/")
        browser.post("/leads/known/", asked=CANARY)
        browser.get(f"/leads/{lead.pk}/")
        browser.get(f"/leads/customers/{lead.customer_id}/")
        assert browser.post(f"/leads/{lead.pk}/contact/", contact=contact.pk).status_code == 200
    admin.post("/leads/security/search/", words=CANARY)
    admin.get("/leads/security/", contact=contact.pk)
    rep.post(f"/leads/{lead.pk}/fields/phone/", value="13811110000", contact=contact.pk)
    rep.post(f"/leads/{lead.pk}/fields/phone/", value=CANARY, contact=contact.pk)
    assert caller(firm.wang).get(f"/leads/{lead.pk}/contact").status_code == 200
    visitor, form = (
        Browser(None, traces),
        WebForm.objects.create(name="官网", title="联系我们", made_by=firm.zhou, made_at=clock.now()),
    )
    visitor.post(f"/leads/form/{form.key}/", company="别家", contact="甲", reach=CANARY, need="看", agreed="on")
    _export(so, firm)
    tasks.send_letters()
    sweep(clock.now())
    send(at=clock.now())
    assert no_trace(traces, caplog) == []
    assert plain_in_the_database() == []


def _export(so, firm):
    values = {"purpose": "给总部的季度回顾，用完即删", "plain": ["customer"], "personal": ["phone"], "careful": "on"}
    assert so.post("/leads/exports/new/?view=all", **values).status_code == 302
    decide(Approval.objects.get(), approve=True, by=firm.he, at=clock.now())
    tasks.run_exports()
    export = Export.objects.get()
    assert export.state == "ready"
    so.get(f"/leads/exports/{export.pk}/")
    so.post(f"/leads/exports/{export.pk}/password/")
    exporting.end_old(clock.now())


def test_an_import_leaves_no_trace_of_its_numbers(firm, traces, caplog):
    so = Browser(firm.zhou, traces)
    rows = [row(客户名称="金丝雀机电", 联系方式=SHAPES[4]), row(客户名称="", 联系方式=CANARY)]
    stream = csv_file(*rows)
    stream.name = "线索.csv"
    page = so.post("/leads/imports/", file=stream)["Location"]
    so.get(page)
    pk = page.rstrip("/").split("/")[-2]
    draft = so.get(f"/leads/imports/{pk}/columns/").context
    assert draft
    so.post(f"/leads/imports/{pk}/columns/", **_columns(pk))
    tasks.run_imports()
    so.get(f"/leads/imports/{pk}/check/")
    so.post(f"/leads/imports/{pk}/start/", known="ask", target="cleaning")
    tasks.run_imports()
    assert Contact.objects.get().phone == CANARY
    so.get(f"/leads/imports/{pk}/")
    assert no_trace(traces, caplog) == []
    assert plain_in_the_database() == []


def _columns(pk) -> dict:
    draft = LeadImport.objects.get(pk=pk)
    return {f"c{index}": draft.mapping[heading] for index, heading in enumerate(draft.headings)}


def test_a_page_that_breaks_quotes_the_number_in_no_log_and_no_mail(firm, traces, caplog, monkeypatch, settings):
    settings.ADMINS = [("何平", "heping@example.com")]

    def broken(text):
        raise RuntimeError("broken")

    # By its module: the package gives the view of the same name.
    monkeypatch.setattr(import_module("leads.views.security"), "blind_index", broken)
    admin = Browser(firm.he, traces)
    assert admin.post("/leads/security/search/", words=CANARY).status_code == 500
    assert "RuntimeError" in caplog.text
    assert no_trace(traces, caplog) == []
