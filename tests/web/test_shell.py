import pytest
from django.urls import reverse

from tests.browser import axe_violations, shoot
from tests.company import PASSWORD, company

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def co():
    return company(password=PASSWORD)


def languages(page):
    """The page in Chinese, then in English, by the header's own switch."""
    yield "zh"
    page.locator("form.language button").click()
    page.wait_for_load_state()
    yield "en"


@pytest.mark.parametrize("size", ["page", "phone"])
def test_signing_in_reads_well_and_is_accessible(size, request, live_server, co):
    page = request.getfixturevalue(size)
    page.goto(live_server.url + reverse("account_login"))
    for language in languages(page):
        shoot(page, f"signin-{size}-{language}")
        assert axe_violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("size", ["page", "phone"])
def test_the_empty_shell_reads_well_and_is_accessible(size, request, live_server, co, sign_in):
    page = request.getfixturevalue(size)
    sign_in(page, co.he)
    for name in ("web:home", "web:profile", "usersessions_list", "mfa_index"):
        page.goto(live_server.url + reverse(name))
        for language in languages(page):
            shoot(page, f"{name.replace(':', '-')}-{size}-{language}")
            assert axe_violations(page) == []
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.locator("form.language button").click()


@pytest.mark.parametrize("size", ["page", "phone"])
def test_a_page_that_is_not_there_says_what_to_do(size, request, live_server, co, sign_in):
    page = request.getfixturevalue(size)
    sign_in(page, co.wang)
    page.goto(live_server.url + "/nowhere/")
    shoot(page, f"404-{size}-zh")
    assert page.locator("main a.btn-primary").get_attribute("href") == "/"
    assert axe_violations(page) == []
