"""Every page of the access table in a real browser: accessible, no wider than its screen, asking no other host.

Each once on a phone in Chinese; the whole matrix of languages, sizes and colours is in `make soak`.
"""

import pytest
from django.core.cache import cache
from django.urls import reverse
from playwright.sync_api import Error

from salesops.people.models import User
from tests.access import ROLES
from tests.browser import axe_violations, shoot
from tests.company import company
from tests.sop import sample
from tests.test_access import ROWS

SIZES = {"phone": (360, 740), "desktop": (1366, 768)}
MOST_BYTES = 100_000
PAGES = [row for row in ROWS if row.post is None]


def who(row) -> str | None:
    """A role that opens the page of an object of one's own."""
    return next((role for role in ROLES if row.expected(role)[0] == 200), None)


@pytest.fixture
def samples():
    forget = sample.install()
    yield
    forget()


def matrix():
    for language in ("zh-hans", "en"):
        for size in SIZES:
            for colours in ("light", "dark"):
                first = (language, size, colours) == ("zh-hans", "phone", "light")
                marks = [] if first else [pytest.mark.soak]
                yield pytest.param(language, size, colours, marks=marks, id=f"{language}-{size}-{colours}")


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("samples")
@pytest.mark.parametrize(("language", "size", "colours"), list(matrix()))
def test_every_page_is_accessible_fits_its_screen_and_keeps_to_itself(
    language, size, colours, browser, browser_context_args, live_server, sign_in
):
    cache.clear()
    co, wrong = company(), []
    width, height = SIZES[size]
    look = {"viewport": {"width": width, "height": height}, "color_scheme": colours, "is_mobile": size == "phone"}
    context = browser.new_context(**(browser_context_args | look))
    User.objects.update(language=language)
    page = context.new_page()
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("request", lambda one: None if one.url.startswith((live_server.url, "data:")) else wrong.append(one.url))
    for row in PAGES:
        role = who(row)
        if role is None:
            continue
        person = getattr(co, ROLES[role])
        sign_in(page, person)
        try:
            answer = page.goto(live_server.url + reverse(row.url, kwargs=row.make(co, person) if row.make else None))
        except Error as error:
            if "Download is starting" not in error.message:
                raise
            continue
        if not answer.headers.get("content-type", "").startswith("text/html"):
            continue
        assert page.evaluate("document.documentElement.lang").lower() == language
        shoot(page, f"{row.url.replace(':', '-')}-{PAGES.index(row)}-{language}-{size}-{colours}")
        wrong += [f"{row.url}: {violation}" for violation in axe_violations(page)]
        if page.evaluate("document.documentElement.scrollWidth") > width:
            wrong.append(f"{row.url}: scrolls sideways")
        if len(answer.body()) > MOST_BYTES:
            wrong.append(f"{row.url}: {len(answer.body())} bytes of HTML")
    context.close()
    assert not wrong
