"""The page of components holds what the stylesheet styles, and each part is accessible in every dress."""

import re
from pathlib import Path

import pytest

from tests.browser import axe_violations, shoot
from tests.company import company

ROOT = Path(__file__).resolve().parents[2]
# What every page must have in each state; the rest belongs to single pages.
PARTS = (
    "btn-primary btn-outline-secondary btn-link btn-plain tag soon late met info count pill owed-item "
    "duty-file card-duty sheet alert-danger is-invalid invalid-feedback form-text form-control "
    "form-select draft-state trouble chip pick chip-row fold list cards card-title number pager rows facts "
    "message success warning error banner empty "
)


@pytest.fixture
def co():
    return company()


@pytest.mark.django_db
def test_every_common_part_is_shown(client, co):
    client.force_login(co.wang)
    page = client.get("/components/").content.decode().split("<main", 1)[1]
    shown = {name for classes in re.findall(r'class="([^"]*)"', page) for name in classes.split()}
    assert shown >= set(PARTS.split())


@pytest.mark.parametrize("part", ["btn-primary", "tag", "pill", "chip", "banner", "message", "empty", "draft-state"])
def test_what_is_listed_is_styled(part):
    assert f".{part}" in (ROOT / "static/css/salesops.css").read_text()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("size", "scheme"), [("page", "light"), ("phone", "dark")])
def test_every_part_is_accessible_in_both_languages(size, scheme, request, live_server, co, sign_in):
    page = request.getfixturevalue(size)
    page.emulate_media(color_scheme=scheme)
    sign_in(page, co.wang)
    page.goto(f"{live_server.url}/components/")
    for language in ("zh", "en"):
        if language == "en":
            with page.expect_navigation():
                page.locator("form.language button").click()
        shoot(page, f"components-{size}-{scheme}-{language}")
        assert axe_violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
