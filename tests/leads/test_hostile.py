"""Texts that would run and fields that nobody asked for: inert on the new pages, ignored by every form of leads."""

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from leads.actions import reveal
from leads.models import Contact, Customer, Export, Lead
from salesops.approvals.actions import ask
from salesops.approvals.kinds import any_of
from salesops.people.models import Post, User
from salesops.sop.models import Deadline
from salesops.web.forms.once import FIELD, new_token
from tests.access import ROLES
from tests.company import company
from tests.leads.access import ROWS
from tests.sop.world import local

pytestmark = pytest.mark.django_db
NOW = local("2026-03-02 10:00")
PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg/onload=alert(1)>',
    "'--><iframe srcdoc='<script>alert(1)</script>'>",
    "{{ 7|add:'7' }}{% debug %}",
    "javascript:alert(1)",
    "</title><script>alert(1)</script>",
    "<a href=javascript:alert(1)>x</a>",
    "<details open ontoggle=alert(1)>",
    "＜script＞alert(1)＜/script＞",
]
LIVE = ("<script>alert", "<img src=x", "<svg/onload", "<iframe", "<details open ontoggle", "<a href=javascript")


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_somebody_wrote_runs_on_none_of_the_new_pages(client, firm, payload):
    customer = Customer.objects.create(name=payload, created_at=NOW, owner=firm.wang)
    contact = Contact.objects.create(customer=customer, name=payload[:60], title=payload[:60], phone="13900000001")
    lead = Lead.objects.create(
        customer=customer, contact=contact, status="active", owner=firm.wang, source="partner", arrived_at=NOW
    )
    facts = {"purpose": payload, "view": "all", "query": "q=" + payload, "columns": ["customer"], "estimated": 1}
    export = Export.objects.create(by=firm.he, asked_at=NOW, leads=[lead.pk], **facts)
    words = {"title": payload, "reason": payload}
    approval = ask("leads.export", subject=export.ref, **words, steps=any_of(firm.boss.pk), by=firm.he, at=NOW)
    reveal(contact, lead=lead, what="phone", by=firm.wang, at=NOW)
    client.force_login(firm.he)
    client.get(f"/leads/{lead.pk}/")
    pages = [
        "/approvals/",
        f"/approvals/{approval.pk}/",
        "/leads/exports/",
        f"/leads/exports/{export.pk}/",
        f"/leads/contacts/{contact.pk}/erasure/",
        "/leads/security/",
        f"/leads/security/?contact={contact.pk}",
        f"/leads/security/?customer={customer.pk}",
        f"/leads/security/?person={firm.he.pk}",
    ]
    for url in pages:
        text = client.get(url).content.decode()
        assert "<main" in text
        assert [live for live in LIVE if live in text] == [], url
    client.force_login(firm.boss)
    assert "<script>alert" not in client.get("/approvals/").content.decode()


# What follows from acts alone, or is not a lead's at all: no form of leads asks for any of these.
UNASKED = {
    **dict.fromkeys(("owner", "owner_id", "presales", "presales_id", "created_by", "created_by_id"), "lin"),
    **dict.fromkeys(("by", "user", "decided_by", "on_behalf_of"), "lin"),
    **dict.fromkeys(("status", "state", "ending", "verdict", "counted"), "closed"),
    **dict.fromkeys(("arrived_at", "qualified_at", "assigned_at", "responded_at", "pooled_at"), "2020-01-01T00:00"),
    **dict.fromkeys(("last_contact_at", "due_at", "met_at", "ended_at", "next_at", "stopped_at"), "2020-01-01T00:00"),
    **dict.fromkeys(("is_superuser", "is_staff", "is_active", "held", "may_export", "revealed"), "on"),
    **dict.fromkeys(("role", "roles", "posts"), "admin"),
    **dict.fromkeys(("id", "pk", "merged_into", "phone_index", "password"), "1"),
}
POSTS = [row for row in ROWS if row.post is not None]


def kept() -> list:
    """What the fields above would have changed, of all that there is."""
    times = ("arrived_at", "qualified_at", "assigned_at", "responded_at", "pooled_at", "last_contact_at")
    return [
        list(Lead.objects.order_by("pk").values_list("pk", "owner", "presales", "status", "created_by", *times)),
        list(Deadline.objects.order_by("rule", "subject").values_list("rule", "owner", "due_at", "met_at", "ending")),
        list(User.objects.order_by("pk").values_list("pk", "is_superuser", "is_staff", "is_active", "team")),
        list(Post.objects.order_by("user", "role").values_list("user", "role", "until")),
        list(Customer.objects.order_by("pk").values_list("pk", "owner", "merged_into")),
        list(Contact.objects.order_by("pk").values_list("pk", "phone_index")),
    ]


@pytest.mark.parametrize(
    "role", ["am", "so", *(pytest.param(one, marks=pytest.mark.soak) for one in ("manager", "admin"))]
)
def test_no_form_takes_a_field_that_it_does_not_ask_for(role, time_machine):
    time_machine.move_to(local("2026-03-02 11:00"), tick=False)
    co, wrong = company(), []
    person = getattr(co, ROLES[role])
    client = Client(raise_request_exception=False)
    client.force_login(person)
    hostile = {name: str(co.lin.pk) if value == "lin" else value for name, value in UNASKED.items()}
    for row in POSTS:
        with transaction.atomic():
            url = reverse(row.url, kwargs=row.make(co, person) if row.make else None)
            sent = row.post() if callable(row.post) else row.post
            plain = _after(url, client, sent)
            if _after(url, client, hostile | sent) != plain:
                wrong.append(row.url)
            transaction.set_rollback(True)
    assert not wrong


def _after(url, client, data) -> list:
    """What stands once the form was sent; then it is as if it had not been."""
    with transaction.atomic():
        client.post(url, {FIELD: new_token()} | data)
        found = kept()
        transaction.set_rollback(True)
    return found
