"""Sessions, limits, second factor and redirects (reliability.md F29-F31)."""

import datetime
import time

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from salesops.people.actions import deactivate, join, remove_second_factor
from salesops.people.models import User
from tests.company import PASSWORD, company

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("second_factor")]
LOGIN = "/account/login/"
NOW = datetime.datetime(2026, 9, 7, 2, 0, tzinfo=datetime.UTC)


@pytest.fixture(autouse=True)
def a_code_just_began():
    """Codes change every 30 seconds; begins the test when one has just changed, so that it lasts."""
    with time_machine.travel(time.time() // 30 * 30 + 1):
        yield


@pytest.fixture
def co():
    cache.clear()
    return company(password=PASSWORD)


def send(client, name, password=PASSWORD, **extra):
    return client.post(LOGIN, {"login": name, "password": password} | extra.pop("data", {}), **extra)


def with_app(user):
    """Gives the user a second factor; returns its secret."""
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    RecoveryCodes.activate(user)
    return secret


def code(secret):
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def enter(client, user, secret):
    """Signs in by password and code, and does not have the device remembered."""
    send(client, user.username)
    client.post(reverse("mfa_authenticate"), {"code": code(secret)})
    return client.post(reverse("mfa_trust"), {"action": "skip"})


def is_in(client):
    return client.get("/me/").status_code == 200


def test_pages_send_strangers_to_sign_in_and_back(client, co):
    assert client.get("/me/").url == "/account/login/?next=/me/"


def test_nobody_signs_up(client, co):
    page = client.get(reverse("account_signup"))
    assert "管理员开通" in page.content.decode() or "administrator" in page.content.decode()
    client.post(reverse("account_signup"), {"username": "new", "password1": PASSWORD, "password2": PASSWORD})
    assert not User.objects.filter(username="new").exists()


def test_a_first_sign_in_leads_to_the_second_factor_and_nowhere_else(client, co):
    send(client, "wang")
    for url in ("/", "/me/", "/admin/", reverse("mfa_index"), reverse("account_change_password")):
        assert client.get(url).url == reverse("mfa_activate_totp")
    assert client.get("/me/", headers={"HX-Request": "true"})["HX-Redirect"] == reverse("mfa_activate_totp")
    assert client.get("/healthz").headers["Content-Type"] == "application/json"


def test_setting_the_second_factor_up_opens_the_product(client, co):
    send(client, "wang")
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    assert client.post(reverse("mfa_activate_totp"), {"code": code(secret)}).url == reverse("mfa_view_recovery_codes")
    assert len(client.get(reverse("mfa_view_recovery_codes")).context["unused_codes"]) == 10
    assert is_in(client)
    stored = Authenticator.objects.get(user=co.wang, type=Authenticator.Type.TOTP).data["secret"]
    assert stored != secret


def test_a_password_alone_does_not_open_an_account_with_a_second_factor(client, co):
    with_app(co.wang)
    assert send(client, "wang").url == reverse("mfa_authenticate")
    assert not is_in(client)


def test_password_and_code_open_the_account(client, co):
    assert enter(client, co.wang, with_app(co.wang)).url == "/"
    assert is_in(client)


def test_a_code_opens_once(client, co):
    secret = with_app(co.wang)
    enter(client, co.wang, secret)
    other = Client()
    send(other, "wang")
    other.post(reverse("mfa_authenticate"), {"code": code(secret)})
    other.post(reverse("mfa_trust"), {"action": "skip"})
    assert not is_in(other)


def test_a_used_code_is_refused_until_it_would_be_over_anyway(client, co):
    secret = with_app(co.wang)
    used = code(secret)
    enter(client, co.wang, secret)
    for seconds in (5, 28, 29, 40, 65):
        with time_machine.travel(time.time() + seconds):
            other = Client()
            send(other, "wang")
            other.post(reverse("mfa_authenticate"), {"code": used})
            other.post(reverse("mfa_trust"), {"action": "skip"})
            assert not is_in(other), seconds


def test_a_recovery_code_opens_once(client, co):
    with_app(co.wang)
    unused = Authenticator.objects.get(user=co.wang, type=Authenticator.Type.RECOVERY_CODES).wrap().get_unused_codes()
    for opens in (True, False):
        other = Client()
        send(other, "wang")
        other.post(reverse("mfa_authenticate"), {"code": unused[0]})
        other.post(reverse("mfa_trust"), {"action": "skip"})
        assert is_in(other) is opens


def test_a_remembered_device_needs_the_password_only_for_at_most_thirty_days(client, co):
    secret = with_app(co.wang)
    send(client, "wang")
    client.post(reverse("mfa_authenticate"), {"code": code(secret)})
    client.post(reverse("mfa_trust"), {"action": "trust"})
    client.post(reverse("account_logout"))
    send(client, "wang")
    assert is_in(client)
    client.post(reverse("account_logout"))
    with time_machine.travel(time.time() + 31 * 86400, tick=False):
        assert send(client, "wang").url == reverse("mfa_authenticate")


def test_a_remembered_device_is_of_no_use_to_another_account(client, co):
    secret = with_app(co.wang)
    with_app(co.min)
    send(client, "wang")
    client.post(reverse("mfa_authenticate"), {"code": code(secret)})
    client.post(reverse("mfa_trust"), {"action": "trust"})
    client.post(reverse("account_logout"))
    assert send(client, "min").url == reverse("mfa_authenticate")


def test_the_second_factor_cannot_be_switched_off(client, co):
    enter(client, co.wang, with_app(co.wang))
    client.post(reverse("mfa_deactivate_totp"))
    assert Authenticator.objects.filter(user=co.wang, type=Authenticator.Type.TOTP).exists()


def test_changing_how_one_signs_in_asks_for_the_password_again_after_a_while(client, co):
    enter(client, co.wang, with_app(co.wang))
    assert client.get(reverse("mfa_generate_recovery_codes")).status_code == 200
    with time_machine.travel(time.time() + 301):
        assert client.get(reverse("mfa_generate_recovery_codes")).url.startswith("/account/reauthenticate/")


def test_an_administrator_lets_a_lost_phone_be_replaced_and_ends_its_sessions(client, co):
    enter(client, co.wang, with_app(co.wang))
    remove_second_factor(co.wang, by=co.he, at=NOW)
    assert not is_in(client)
    send(client, "wang")
    assert client.get("/me/").url == reverse("mfa_activate_totp")


def test_the_session_gets_a_new_key_at_sign_in(client, co):
    client.get(LOGIN)
    client.cookies["session"] = "planted0planted0planted0planted0"
    secret = with_app(co.wang)
    send(client, "wang")
    between = client.cookies["session"].value
    client.post(reverse("mfa_authenticate"), {"code": code(secret)})
    client.post(reverse("mfa_trust"), {"action": "skip"})
    assert len({"planted0planted0planted0planted0", between, client.cookies["session"].value}) == 3


def test_a_stolen_cookie_is_dead_after_signing_out(client, co):
    enter(client, co.wang, with_app(co.wang))
    thief = Client()
    thief.cookies["session"] = client.cookies["session"].value
    assert is_in(thief)
    client.post(reverse("account_logout"))
    assert not is_in(thief)


def test_every_session_dies_with_the_account_and_stays_dead_when_it_comes_back(client, co):
    enter(client, co.wang, with_app(co.wang))
    assert UserSession.objects.filter(user=co.wang).count() == 1
    deactivate(co.wang, by=co.he, at=NOW)
    assert not is_in(client)
    join(User.objects.get(pk=co.wang.pk), by=co.he, at=NOW)
    assert not is_in(client)


def test_a_new_password_ends_the_other_sessions(client, co):
    secret = with_app(co.wang)
    enter(client, co.wang, secret)
    other = Client()
    other.cookies["session"] = client.cookies["session"].value
    new = {"oldpassword": PASSWORD, "password1": "另一句足够长的话 42", "password2": "另一句足够长的话 42"}
    assert client.post(reverse("account_change_password"), new).status_code == 302
    assert is_in(client)
    assert not is_in(other)


def test_a_session_ends_when_idle_and_at_its_limit(client, co, settings):
    enter(client, co.wang, with_app(co.wang))
    begun = time.time()
    for hours in range(1, 24 * 7, 7):
        with time_machine.travel(begun + hours * 3600, tick=False):
            assert is_in(client), hours
    with time_machine.travel(begun + 7 * 86400 + 60, tick=False):
        assert not is_in(client)


def test_an_idle_session_ends(client, co, settings):
    enter(client, co.wang, with_app(co.wang))
    with time_machine.travel(time.time() + settings.SESSION_COOKIE_AGE + 301, tick=False):
        assert not is_in(client)


def test_reading_pages_writes_the_session_rarely(client, co, django_assert_max_num_queries):
    enter(client, co.wang, with_app(co.wang))
    is_in(client)
    with django_assert_max_num_queries(8):
        is_in(client)


def test_a_wrong_name_a_wrong_password_and_a_leaver_get_the_same_answer(client, co):
    deactivate(co.min, by=co.he, at=NOW)
    answers = set()
    for name, password in (("nobody", PASSWORD), ("wang", "wrong"), ("min", PASSWORD)):
        page = send(Client(), name, password)
        answers.add((page.status_code, str(page.context["form"].errors)))
    assert len(answers) == 1


def test_an_account_is_locked_for_a_while_after_five_failures_from_anywhere(client, co):
    for n in range(5):
        send(Client(), "wang", f"guess {n}", REMOTE_ADDR=f"10.0.0.{n}")
    with_app(co.wang)
    page = send(Client(), "wang", REMOTE_ADDR="10.0.0.99")
    assert page.status_code == 200
    assert page.context["form"].errors
    with time_machine.travel(time.time() + 301, tick=False):
        assert send(Client(), "wang", REMOTE_ADDR="10.0.0.99").status_code == 302


def test_one_address_may_not_try_many_accounts(client, co):
    names = [name for name in co.people if name != "wang"][:20]
    for name in names:
        send(Client(), name, "Spring2026!")
    assert send(Client(), "wang").status_code == 200
    assert send(Client(), "wang", REMOTE_ADDR="10.9.9.9").status_code == 302


def test_a_forged_forwarding_header_does_not_widen_the_limit(client, co):
    names = [name for name in co.people if name != "wang"][:20]
    for n, name in enumerate(names):
        send(Client(), name, "Spring2026!", headers={"X-Forwarded-For": f"203.0.113.{n}"})
    assert send(Client(), "wang", headers={"X-Forwarded-For": "203.0.113.99"}).status_code == 200


def test_behind_trusted_proxies_the_address_is_the_one_that_they_saw(client, co, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = settings.TRUSTED_PROXIES = 1
    names = [name for name in co.people if name != "wang"][:20]
    for n, name in enumerate(names):
        send(Client(), name, "Spring2026!", headers={"X-Forwarded-For": f"1.2.3.{n}, 198.51.100.7"})
    assert send(Client(), "wang", headers={"X-Forwarded-For": "9.9.9.9, 198.51.100.7"}).status_code == 200
    assert send(Client(), "wang", headers={"X-Forwarded-For": "198.51.100.7, 198.51.100.8"}).status_code == 302


def test_second_factor_codes_cannot_be_guessed_at_will(client, co):
    secret = with_app(co.wang)
    send(client, "wang")
    for n in range(5):
        client.post(reverse("mfa_authenticate"), {"code": f"00000{n}"})
    client.post(reverse("mfa_authenticate"), {"code": code(secret)})
    client.post(reverse("mfa_trust"), {"action": "skip"})
    assert not is_in(client)


# The cases of Django's own URLHasAllowedHostAndSchemeTests (tests/utils_tests/test_http.py).
BAD = [
    "http://example.com",
    "http:///example.com",
    "https://example.com",
    "ftp://example.com",
    r"\\example.com",
    r"\\\example.com",
    r"/\\/example.com",
    r"\\\example.com",
    r"\\example.com",
    r"\\//example.com",
    r"/\/example.com",
    r"\/example.com",
    r"/\example.com",
    "http:///example.com",
    r"http:/\//example.com",
    r"http:\/example.com",
    r"http:/\example.com",
    'javascript:alert("XSS")',
    "\njavascript:alert(x)",
    "java\nscript:alert(x)",
    "\x08//example.com",
    r"http://otherserver\@example.com",
    r"http:\\testserver\@example.com",
    r"http://testserver\me:pass@example.com",
    r"http://testserver\@example.com",
    r"http:\\testserver\confirm\me@example.com",
    "http:999999999",
    "ftp:9999999999",
    "\n",
    "http://[2001:cdba:0000:0000:0000:0000:3257:9652/",
    "http://2001:cdba:0000:0000:0000:0000:3257:9652]/",
]
GOOD = ["/view/?param=http://example.com", "/view?param=ftp://example.com", "/leads/7/", "/leads/?x=1#y"]


@pytest.mark.parametrize("target", BAD)
def test_nobody_is_sent_off_the_site_after_signing_in(client, co, settings, target):
    settings.SECOND_FACTOR_REQUIRED = False
    answer = send(client, "wang", data={"next": target})
    assert answer.status_code == 302
    assert answer.url == "/"


@pytest.mark.parametrize("target", GOOD)
def test_one_is_sent_to_where_one_was_going(client, co, settings, target):
    settings.SECOND_FACTOR_REQUIRED = False
    assert send(client, "wang", data={"next": target}).url == target


@pytest.mark.parametrize("target", BAD)
def test_the_language_switch_sends_nobody_off_the_site(client, target):
    answer = client.post(reverse("web:language"), {"language": "en", "next": target})
    assert answer.headers.get("Location", "/") == "/"


def test_the_admin_site_has_no_password_door_of_its_own(client, co):
    assert client.get("/admin/", follow=False).url.startswith("/admin/login/")
    page = client.get("/admin/", follow=True)
    assert page.redirect_chain[-1][0].startswith("/account/login/")
    client.post("/admin/login/", {"username": "he", "password": PASSWORD})
    assert not is_in(client)


def test_the_admin_site_stays_behind_the_second_factor(client, co):
    send(client, "he")
    assert client.get("/admin/").url == reverse("mfa_activate_totp")


def test_whoever_is_no_administrator_is_refused_at_the_admin_site(client, co, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    client.force_login(co.wang)
    page = client.get("/admin/", follow=True)
    assert page.status_code == 403


def test_a_password_that_an_administrator_knows_is_changed_before_anything_else(client, co):
    User.objects.filter(pk=co.wang.pk).update(temporary_password=True)
    send(client, "wang")
    for url in ("/", "/me/", reverse("mfa_activate_totp")):
        assert client.get(url).url == reverse("account_change_password")
    new = {"oldpassword": PASSWORD, "password1": "另一句足够长的话 42", "password2": "另一句足够长的话 42"}
    client.post(reverse("account_change_password"), new)
    assert not User.objects.get(pk=co.wang.pk).temporary_password
    assert client.get("/me/").url == reverse("mfa_activate_totp")
