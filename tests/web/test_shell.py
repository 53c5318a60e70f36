import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.urls import reverse

from tests.browser import axe_violations, shoot
from tests.company import PASSWORD, company

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def co():
    cache.clear()
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


@pytest.mark.parametrize("size", ["page", "phone"])
def test_signing_in_through_the_real_form_with_a_second_factor(size, request, live_server, co, second_factor):
    page = request.getfixturevalue(size)
    refused = []
    page.on("console", lambda message: refused.append(message.text) if message.type == "error" else None)
    page.goto(live_server.url + "/me/")
    page.locator("#id_login").fill("wang")
    page.locator("#id_password").fill("wrong")
    page.keyboard.press("Enter")
    page.wait_for_selector(".alert-danger")
    shoot(page, f"signin-failed-{size}-zh")
    assert axe_violations(page) == []
    page.locator("#id_login").fill("wang")
    page.locator("#id_password").fill(PASSWORD)
    page.locator("main button[type=submit]").click()
    page.wait_for_selector("img.qr")
    for language in languages(page):
        shoot(page, f"second-factor-{size}-{language}")
        assert axe_violations(page) == []
        assert page.evaluate("document.querySelector('img.qr').naturalWidth > 0")
    page.locator("form.language button").click()
    secret = page.locator("code.secret").inner_text()
    page.locator("#id_code").fill(format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time()))))
    page.locator("main button[type=submit]").click()
    page.wait_for_selector(".codes")
    shoot(page, f"recovery-codes-{size}-zh")
    assert axe_violations(page) == []
    page.locator("main a.btn-primary").click()
    page.goto(live_server.url + "/me/")
    assert page.locator("h1").inner_text() == "王伟"
    assert refused == []  # nothing that the content security policy had to stop


def test_dark_mode_is_readable_too(page, live_server, co, sign_in):
    page.emulate_media(color_scheme="dark")
    sign_in(page, co.he)
    page.goto(live_server.url + reverse("web:profile"))
    shoot(page, "dark-profile")
    assert axe_violations(page) == []


def test_the_admin_site_works_under_the_policy(page, live_server, co, sign_in):
    refused = []
    page.on("console", lambda message: refused.append(message.text) if message.type == "error" else None)
    sign_in(page, co.he)
    page.goto(live_server.url + reverse("admin:people_user_change", args=[co.wang.pk]))
    shoot(page, "admin-person")
    assert refused == []


def test_the_name_menu_opens_by_keyboard_and_closes_on_escape(page, live_server, co, sign_in):
    sign_in(page, co.wang)
    page.goto(live_server.url + reverse("web:profile"))
    summary = page.locator("details.drop > summary")
    summary.focus()
    page.keyboard.press("Enter")
    assert page.locator(".drop-menu").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator(".drop-menu").is_visible()
    assert summary.evaluate("node => node === document.activeElement")


def test_paper_is_light_and_shows_the_page_alone(page, live_server, co, sign_in):
    page.emulate_media(color_scheme="dark", media="print")
    sign_in(page, co.wang)
    page.goto(live_server.url + "/me/")
    for part in (".topbar", ".side", ".bottom"):
        assert page.locator(part).is_hidden()
    assert page.locator("h1").evaluate("node => getComputedStyle(node).color") == "rgb(28, 36, 48)"
    assert page.locator("body").evaluate("node => getComputedStyle(node).backgroundColor") == "rgb(255, 255, 255)"


def test_shortcuts_leave_fields_modifiers_dialogs_and_composition_alone(page, live_server, co, sign_in):
    sign_in(page, co.wang)
    page.goto(live_server.url + "/me/")
    shown = page.locator("#shortcuts")
    for key in ("Control+?", "Alt+?", "Meta+?"):
        page.keyboard.press(key)
        assert shown.is_hidden()
    # As Chrome and Safari tell a key that belongs to a word being composed.
    for told in ("{key: '?', isComposing: true}", "{key: '?', keyCode: 229}"):
        page.evaluate(f"document.body.dispatchEvent(new KeyboardEvent('keydown', {{...{told}, bubbles: true}}))")
        assert shown.is_hidden()
    page.locator("#search-words").press_sequentially("gd?/")
    assert page.locator("#search-words").input_value() == "gd?/"
    assert shown.is_hidden()
    page.locator("h1").click()
    page.keyboard.press("?")
    assert shown.is_visible()
    page.keyboard.press("g")
    page.keyboard.press("d")
    assert page.url.endswith("/me/")
    page.keyboard.press("Escape")
    assert shown.is_hidden()
    page.get_by_role("button", name="关闭快捷键").click()
    page.keyboard.press("?")
    assert shown.is_hidden()


def test_a_word_being_composed_in_the_search_sends_nothing(page, live_server, co, sign_in):
    sign_in(page, co.wang)
    page.goto(live_server.url + "/me/")
    page.keyboard.press("/")
    browser = page.context.new_cdp_session(page)
    browser.send("Input.imeSetComposition", {"text": "kelai", "selectionStart": 5, "selectionEnd": 5})
    page.keyboard.press("Enter")
    browser.send("Input.insertText", {"text": "克来"})
    page.wait_for_timeout(200)
    assert page.url.endswith("/me/")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url.endswith("/search/")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "entry"),
    [("/sop/lead.accept/", "/sop/"), ("/leads/pool/rules/", "/leads/pool/"), ("/today/next/", "/today/")],
)
def test_a_page_without_an_entry_marks_the_one_above_its_address(client, path, entry):
    client.force_login(company().zhao)
    side = client.get(path, follow=True).content.decode().split('class="side"')[1].split("</nav>")[0]
    assert [part.split('"')[0] for part in side.split('href="')[1:] if 'class="inside"' in part] == [entry]
