"""What every test may use. People have names: see tests/company.py."""

import gc
import os

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.utils import translation
from hypothesis import HealthCheck, settings

from salesops.sop import populations
from tests.browser import environment, executable

# Playwright's own event loop makes Django think that it runs asynchronously.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

# A tenth of the time of a page went into collecting garbage that was none.
gc.set_threshold(200_000, 50, 100)

settings.register_profile(
    "fast",
    max_examples=50,
    derandomize=True,  # the same examples every time: make soak looks for new ones
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.register_profile("soak", parent=settings.get_profile("fast"), max_examples=2000, derandomize=False)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fast"))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """What empties the database afterwards comes last: the rows of the migrations are gone with it.

    pytest-django sorts so too, but a parametrized fixture of a wider scope makes pytest sort once more after it.
    """

    def empties(item) -> bool:
        marker = item.get_closest_marker("django_db")
        named = {"transactional_db", "live_server"} & set(item.fixturenames)
        return bool(named) or bool(marker and marker.kwargs.get("transaction"))

    items.sort(key=empties)


@pytest.fixture(autouse=True)
def fast_and_calm(settings):
    """Cheap password hashes; and no second factor, so that client.force_login(user) opens a page."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.SECOND_FACTOR_REQUIRED = False
    settings.WHITENOISE_AUTOREFRESH = True  # else each new Client reads every static file at its first request


@pytest.fixture
def no_daily_duties(monkeypatch):
    """Nobody owes what everybody owes every day: it stands in the way of tests that count what is owed."""
    for name in ("meetings.reps", "meetings.teams"):
        kind, _slice = populations.find(name)
        monkeypatch.setitem(populations._registered, name, (kind, lambda at, after, limit: []))


@pytest.fixture(autouse=True)
def daily_duties_where_they_matter(request):
    """In the room that is about them, in the demo, and among real processes, which know nothing of a test."""
    if not {"meetings", "demo", "processes"} & set(request.path.parts):
        request.getfixturevalue("no_daily_duties")


@pytest.fixture
def second_factor(settings):
    """The second factor is asked for, as it is in earnest."""
    settings.SECOND_FACTOR_REQUIRED = True


@pytest.fixture
def english():
    """Sentences as they stand in the source, whatever the default language."""
    with translation.override("en"):
        yield


# The browser: `page` is a desktop's 1366x768, `phone` a phone's 360x740. Mark such tests with @pytest.mark.browser.


@pytest.fixture(scope="session")
def browser_type_launch_args():
    return {"executable_path": executable(), "env": environment(), "args": ["--no-sandbox"]}


@pytest.fixture(scope="session")
def browser_context_args():
    return {"locale": "zh-CN", "timezone_id": "Asia/Shanghai", "viewport": {"width": 1366, "height": 768}}


@pytest.fixture
def phone(browser, browser_context_args):
    size = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
    context = browser.new_context(**(browser_context_args | size))
    yield context.new_page()
    context.close()


@pytest.fixture
def sign_in(live_server):
    """sign_in(page, user): opens a session for the user in the page's browser, past the second factor."""

    def sign_in(page, user):
        client = Client()
        client.force_login(user)
        session = client.session
        session["second_factor"] = True
        session.save()
        page.context.add_cookies(
            [{"name": django_settings.SESSION_COOKIE_NAME, "value": session.session_key, "url": live_server.url}]
        )

    return sign_in
