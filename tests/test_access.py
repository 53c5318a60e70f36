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

from salesops.notices.models import ChannelAccount
from salesops.web.forms.once import FIELD, new_token
from tests.company import company, outsider

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


def channel(co, owner):
    return {"pk": ChannelAccount.objects.create(kind="wecom", person=owner).pk}


ROWS = [
    row("web:home", everybody=302),
    row("web:profile"),
    row("web:language", everybody=302, post={"language": "en"}),
    row("web:refused", everybody=403),
    row("web:healthz", anonymous=200),
    row("notices:inbox"),
    row("notices:reading", everybody=302, post={}),
    row("notices:channels"),
    row("notices:channel", channel, everybody="302 404 404", post={"active": "no"}),
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


@pytest.mark.django_db
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
