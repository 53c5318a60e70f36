"""Every URL x every role: the rows are in tests/<room>/access.py. A URL without a row fails."""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from salesops.web.forms.once import FIELD, new_token
from tests.access import COLLEAGUE, ROLES
from tests.company import company, outsider
from tests.sop import sample

TESTS = Path(__file__).parent
ROOMS = sorted(path.parent.name for path in TESTS.glob("*/access.py"))
ROWS = [row for room in ROOMS for row in import_module(f"tests.{room}.access").ROWS]

# Whole sites of others, which have tests of their own: tests/people/test_signin.py, tests/people/test_admin.py; and the
# API, which opens to keys and not to sessions: its table is in tests/web/test_api.py.
GROUPS = ("admin:", "account_", "mfa_", "usersessions_", "api:")
# Of these, the pages that open without a session.
WITHOUT_SESSION = {"account_login", "account_signup", "account_inactive", "api:openapi"}


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


def name_of(one):
    return f"{one.url}{' POST' if one.post is not None else ''}"


@pytest.mark.django_db
@pytest.mark.usefixtures("samples")
@pytest.mark.parametrize("one", ROWS, ids=name_of)
def test_the_roles_get_what_the_table_says(one):
    """A page without an object is asked for by every role; one with an object by AMs, by the roles that the row names
    and by one of the rest, another in each row.
    """
    rest = [role for role in ROLES if role not in ("am", *one.roles)]
    _holds(one, {"am", *one.roles, *rest[ROWS.index(one) % len(rest) :][:1]} if one.make and rest else set(ROLES))


@pytest.mark.soak
@pytest.mark.django_db
@pytest.mark.usefixtures("samples")
@pytest.mark.parametrize("one", ROWS, ids=name_of)
def test_every_role_gets_what_the_table_says(one):
    _holds(one, set(ROLES))


def _holds(one, roles):
    co = company()
    stranger = outsider(co)
    asked = {}  # by the owner of the object, which is made once for all who ask for it
    for role in ("anonymous", *(role for role in ROLES if role in roles)):
        person = getattr(co, ROLES[role]) if role in ROLES else co.wang
        client = Client(raise_request_exception=False)
        if role in ROLES:
            client.force_login(person)
        expected = one.expected(role) if role in ROLES else [one.anonymous]
        for owner, status in zip([person, getattr(co, COLLEAGUE), stranger], expected, strict=False):
            asked.setdefault(owner, []).append((role, client, status))
    wrong = []
    for owner, those in asked.items():
        for role, got, status in _statuses(one, co, owner, those):
            if got != status:
                whose = f" of {owner}" if one.make else ""
                wrong.append(f"{role}{whose}: {got} instead of {status}")
    assert not wrong


def _statuses(one, co, owner, asked):
    with transaction.atomic():
        url = reverse(one.url, kwargs=one.make(co, owner) if one.make else None)
        for role, client, status in asked:
            with transaction.atomic():
                data = one.post() if callable(one.post) else one.post
                answer = client.get(url) if data is None else client.post(url, {FIELD: new_token()} | data)
                transaction.set_rollback(True)
            yield role, answer.status_code, status
        transaction.set_rollback(True)


# Choosing a language twice is choosing it once, as is searching or looking up; what is typed is kept again and again
# until the form is sent.
WITHOUT_TOKEN = {
    "web:language",
    "web:search",
    "web:draft",
    "web:draft_removal",
    "leads:known",
    "leads:security_search",
    "leads:letter_answer",
}


@pytest.mark.django_db
@pytest.mark.usefixtures("samples")
@pytest.mark.parametrize("one", [one for one in ROWS if one.post is not None], ids=lambda one: one.url)
def test_no_form_is_taken_without_its_one_time_token(one, client):
    if one.url in WITHOUT_TOKEN:
        return
    co = company()
    client.force_login(co.wang)
    url = reverse(one.url, kwargs=one.make(co, co.wang) if one.make else None)
    assert client.post(url, one.post() if callable(one.post) else one.post).status_code == 400


@pytest.mark.django_db
def test_no_page_of_the_sign_in_or_the_admin_site_opens_without_a_session(client):
    for name in names():
        if name.startswith(GROUPS) and name not in WITHOUT_SESSION and not name.startswith("admin:<"):
            try:
                url = reverse(name)
            except NoReverseMatch:  # it takes an argument; its list page is tested
                continue
            assert client.get(url).status_code in (302, 401, 404, 405), name


@pytest.mark.django_db
def test_only_administrators_enter_the_admin_site():
    co = company()
    for role, name in ROLES.items():
        client = Client()
        client.force_login(getattr(co, name))
        assert client.get("/admin/", follow=True).status_code == (200 if role == "admin" else 403), role
