"""Every URL x every role (architecture.md, promise 9). A URL without a row fails.

One line a URL. A page without an object has one status per role; one with an object has three, for an object of
one's own, of a colleague in the same cell, and of somebody outside the region:

    row("leads:detail", lead, everybody="404 404 404", am="200 404 404", leader="200 200 404", so="200 200 200"),
    row("leads:follow_up", lead, post={"note": "…"}, everybody="404 404 404", am="302 404 404"),

`lead` is a function that makes the object for its owner and returns the URL's arguments: lead(co, owner) -> {"pk": 7}.
`anonymous` is 302, to the sign-in page, unless the row says otherwise. POSTs carry a one-time token by themselves.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from salesops.sop.actions import ask_waiver
from salesops.sop.models import Deadline
from salesops.web.forms.once import FIELD, new_token
from tests.company import company, outsider
from tests.sop import sample
from tests.sop.world import happen, local, only

# Who stands for each role. All AMs, the leader and the assistant are at home in 华东一组.
ROLES = {
    "am": "wang",
    "se": "xu",
    "so": "zhou",
    "cs": "wu",
    "assistant": "sun",
    "leader": "li",
    "manager": "zhao",
    "department_head": "legal",
    "department_member": "lawyer",
    "admin": "he",
}
COLLEAGUE = "min"


@dataclass(frozen=True)
class Row:
    url: str
    make: Callable | None = None
    everybody: int | str = 200
    anonymous: int = 302
    post: dict | None = None
    roles: dict = field(default_factory=dict)

    def expected(self, role: str) -> list[int]:
        return [int(status) for status in str(self.roles.get(role, self.everybody)).split()]


def row(url, make=None, *, everybody=200, anonymous=302, post=None, **roles) -> Row:
    unknown = set(roles) - set(ROLES)
    if unknown:
        raise ValueError(f"{url}: no such roles: {unknown}")
    return Row(url, make, everybody, anonymous, post, roles)


def rule(co, owner):
    return {"key": "sample.respond"}


def deadline(co, owner):
    happen("deal.assigned", "2026-03-02 10:00", deal=co.departments["it"], owner=owner, grade="A")
    return {"pk": only("sample.respond", owner=owner).pk}


def asked_waiver(co, owner):
    found = Deadline.objects.get(pk=deadline(co, owner)["pk"])
    return {"pk": ask_waiver(found, reason="客户出差", by=owner, at=local("2026-03-02 11:00")).pk}


# Who sees the work of whom: only their own; leader and manager what lies below them; SO and admin everybody's.
SEEN = {"everybody": "200 404 404", "leader": "200 200 404", "manager": "200 200 404"}
SEEN |= {"so": "200 200 200", "admin": "200 200 200"}
# What only its owner does: others who see it are refused.
OWN = {"everybody": "302 404 404", "leader": "302 403 404", "manager": "302 403 404"}
OWN |= {"so": "302 403 403", "admin": "302 403 403"}

ROWS = [
    row("web:home", everybody=302),
    row("web:profile"),
    row("web:language", everybody=302, post={"language": "en"}),
    row("web:refused", everybody=403),
    row("web:healthz", anonymous=503, everybody=503),  # open to all; not well, because no sweep runs in a test
    row("sop:my_day"),
    row("sop:rules"),
    row("sop:rule", rule),
    row("sop:deadline", deadline, **SEEN),
    row("sop:reason", deadline, post={"reason": "客户出差"}, **OWN),
    row("sop:waiver", deadline, post={"reason": "客户出差"}, **OWN),
    row(  # who may see a desk's duty and is not of the desk is told so on the page
        "sop:taking",
        deadline,
        post={},
        everybody="302 404 404",
        leader="302 302 404",
        manager="302 302 404",
        so="302 302 302",
        admin="302 302 302",
    ),
    row("sop:waivers"),
    row(
        "sop:waiver_decision",
        asked_waiver,
        everybody="404 404 404",
        leader="404 200 404",
        manager="404 200 404",
        so="404 200 200",
        admin="404 200 200",
    ),
]

# Whole sites of others, which have tests of their own: tests/people/test_signin.py, tests/people/test_admin.py.
GROUPS = ("admin:", "account_", "mfa_", "usersessions_")
# Of these, the pages that open without a session.
WITHOUT_SESSION = {"account_login", "account_signup", "account_inactive"}


def names(patterns=None, namespace="") -> Iterator[str]:
    """The names of all URLs, with their namespaces; the pattern itself for one without a name."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from names(pattern.url_patterns, inner)
        elif isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}" if pattern.name else f"{namespace}<{pattern.pattern}>"


def test_every_url_has_a_row_and_every_row_a_url():
    there = {name for name in names() if not name.startswith(GROUPS)}
    assert there == {one.url for one in ROWS}


@pytest.fixture
def samples():
    forget = sample.install()
    yield
    forget()


@pytest.mark.django_db
@pytest.mark.usefixtures("samples")
@pytest.mark.parametrize("one", ROWS, ids=lambda one: f"{one.url}{' POST' if one.post is not None else ''}")
def test_each_role_gets_what_the_table_says(one):
    co = company()
    stranger = outsider(co)
    wrong = []
    for role in ("anonymous", *ROLES):
        person = getattr(co, ROLES[role]) if role in ROLES else AnonymousUser()
        expected = one.expected(role) if role in ROLES else [one.anonymous]
        owners = [person if role in ROLES else co.wang, getattr(co, COLLEAGUE), stranger]
        for owner, status in zip(owners, expected, strict=False):
            got = _status(one, co, person, owner)
            if got != status:
                whose = f" of {owner}" if one.make else ""
                wrong.append(f"{role}{whose}: {got} instead of {status}")
    assert not wrong


def _status(one, co, person, owner):
    client = Client(raise_request_exception=False)
    with transaction.atomic():
        if person.is_authenticated:
            client.force_login(person)
        url = reverse(one.url, kwargs=one.make(co, owner) if one.make else None)
        answer = client.get(url) if one.post is None else client.post(url, {FIELD: new_token()} | one.post)
        transaction.set_rollback(True)
    return answer.status_code


@pytest.mark.django_db
def test_no_page_of_the_sign_in_or_the_admin_site_opens_without_a_session(client):
    for name in names():
        if name.startswith(GROUPS) and name not in WITHOUT_SESSION and not name.startswith("admin:<"):
            try:
                url = reverse(name)
            except NoReverseMatch:  # it takes an argument; its list page is tested
                continue
            assert client.get(url).status_code in (302, 404, 405), name


@pytest.mark.django_db
def test_only_administrators_enter_the_admin_site():
    co = company()
    for role, name in ROLES.items():
        client = Client()
        client.force_login(getattr(co, name))
        assert client.get("/admin/", follow=True).status_code == (200 if role == "admin" else 403), role
