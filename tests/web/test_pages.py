import logging
import re
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import Http404
from django.urls import include, path, reverse
from django.utils.html import escape

from salesops.people.models import Team, User
from salesops.people.zones import zone_of
from salesops.web import menu
from salesops.web.forms.once import new_token
from salesops.web.menu import Entry, entries_for, register
from salesops.web.views import home
from tests.company import company

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.django_db


def forbidden(request):
    raise PermissionDenied


def hidden(request):
    raise Http404


def down(request):
    raise OperationalError("the server closed the connection")


def wrong(request):
    raise RuntimeError("13800001111")


handler500 = "salesops.web.views.server_error"
urlpatterns = [
    path("forbidden/", forbidden),
    path("hidden/7/", hidden),
    path("down/", down),
    path("wrong/", wrong),
    path("", include("salesops.urls")),
]


@pytest.fixture
def co():
    return company()


@pytest.fixture
def pages(settings, client, co):
    settings.ROOT_URLCONF = __name__
    client.raise_request_exception = False
    client.force_login(co.wang)
    return client


@pytest.mark.parametrize(("url", "status"), [("forbidden", 403), ("hidden/7", 404), ("wrong", 500), ("down", 503)])
def test_errors_say_what_to_do_in_both_languages(pages, co, url, status):
    for language in ("zh-hans", "en"):
        User.objects.filter(pk=co.wang.pk).update(language=language)
        page = pages.get(f"/{url}/")
        assert page.status_code == status
        assert f'lang="{language}"' in page.content.decode()
        assert "13800001111" not in page.content.decode()


def test_a_database_that_is_down_says_when_to_come_back(pages):
    assert pages.post("/down/").headers["Retry-After"] == "60"


@pytest.mark.parametrize(("url", "status"), [("down", 503), ("wrong", 500)])
def test_what_was_typed_comes_back_with_a_button_that_sends_it_again(pages, url, status):
    typed = {
        "once": new_token(),
        "draft": "/x/",
        "draft_saved": "10:31",
        "note": "客户<要求>十二月交付",
        "result": "visit",
    }
    page = pages.post(f"/{url}/?a=1", typed)
    text = page.content.decode()
    assert page.status_code == status
    assert f'action="/{url}/?a=1"' in text
    assert "10:31" in text
    for name, value in typed.items():
        assert f'name="{name}" value="{escape(value)}"' in text
    assert '<p class="their-text">客户&lt;要求&gt;十二月交付</p>' in text
    assert ">visit<" not in text


def test_no_draft_is_promised_that_nobody_has_seen(pages):
    page = pages.post("/down/", {"once": new_token(), "note": "客户要求", "draft_saved": "<b>10:31"}).content.decode()
    assert "草稿" not in page


def test_what_is_typed_to_sign_in_never_comes_back(pages):
    page = pages.post("/down/", {"login": "wang", "password": "correct horse 马"}).content.decode()
    assert "correct horse" not in page


def test_a_database_that_goes_away_while_the_session_is_read_is_told_too(pages, co, monkeypatch):
    def gone(*args, **kwargs):
        raise OperationalError("the server closed the connection unexpectedly")

    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.load", gone)
    page = pages.post("/me/shortcuts/", {"once": new_token(), "note": "客户要求十二月交付"})
    assert (page.status_code, page.headers["Retry-After"]) == (503, "60")
    assert "客户要求十二月交付" in page.content.decode()


def test_refusals_are_logged_by_id_and_role_without_names(pages, co, caplog):
    with caplog.at_level(logging.INFO, logger="salesops.access"):
        pages.get("/forbidden/")
        pages.get("/hidden/7/?q=13800001111")
    assert [record.getMessage() for record in caplog.records if record.name == "salesops.access"] == [
        f"403 GET /forbidden/ user={co.wang.pk} roles=am",
        f"404 GET /hidden/7/ user={co.wang.pk} roles=am",
    ]


def test_signed_in_pages_are_not_kept_by_caches(pages):
    assert "no-store" in pages.get("/me/").headers["Cache-Control"]


def test_the_shell_costs_few_queries(client, co, django_assert_num_queries):
    client.force_login(co.wang)
    client.get("/me/")
    with django_assert_num_queries(7):  # session, user with zone, home team, posts, messages, duties, outage
        client.get("/me/")


def test_switching_the_language_is_remembered_with_the_person(client, co):
    client.force_login(co.wang)
    assert client.post(reverse("web:language"), {"language": "en", "next": "/me/"}).url == "/me/"
    assert User.objects.get(pk=co.wang.pk).language == "en"
    assert "My account" in client.get("/me/").content.decode()
    client.post(reverse("web:language"), {"language": "xx"})
    assert User.objects.get(pk=co.wang.pk).language == "en"


def test_times_are_those_of_the_nearest_team_with_a_zone(co):
    Team.objects.filter(pk=co.teams["sales"].pk).update(zone="Asia/Urumqi")
    assert zone_of(co.wang) == "Asia/Urumqi"
    Team.objects.filter(pk=co.teams["cell"].pk).update(zone="Asia/Tokyo")
    assert zone_of(co.wang) == "Asia/Tokyo"
    assert zone_of(co.lin) == "Asia/Urumqi"
    assert zone_of(co.he) == "Asia/Shanghai"


def test_the_menu_shows_what_the_role_opens_in_order(co, monkeypatch):
    monkeypatch.setattr("salesops.web.menu._entries", {})
    register(
        Entry("web:profile", "second", "person", order=20),
        Entry("web:home", "first", "sun", order=10, roles=("manager",)),
    )
    assert [entry.label for entry in entries_for(co.zhao)] == ["first", "second"]
    assert [entry.label for entry in entries_for(co.wang)] == ["second"]


def test_the_start_page_is_the_first_entry_of_the_menu(co, rf, monkeypatch):
    monkeypatch.setattr("salesops.web.menu._entries", {})
    register(Entry("web:profile", "me", "person", order=20))
    request = rf.get("/")
    request.user = co.wang
    assert home(request).url == "/me/"


def test_every_icon_that_a_page_names_is_in_the_sprite():
    there = set(re.findall(r'id="([\w-]+)"', (ROOT / "static/icons.svg").read_text()))
    for page in [*ROOT.glob("templates/**/*.html"), *ROOT.glob("*/templates/**/*.html")]:
        named = set(re.findall(r'{% icon "([\w-]+)"', page.read_text()))
        assert named <= there, page
    assert {entry.icon for entry in menu._entries.values()} <= there


def test_pages_have_no_inline_script_or_style():
    for page in ROOT.glob("templates/**/*.html"):
        text = page.read_text()
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|hx-on", text), page


def test_shortcuts_can_be_switched_off_in_a_browser(client, co):
    client.force_login(co.wang)
    for choice, shown in (("on", True), ("off", False), ("on", True)):
        page = client.post("/me/shortcuts/", {"once": new_token(), "shortcuts": choice}, follow=True)
        assert ("data-shortcuts" in page.content.decode()) is shown
