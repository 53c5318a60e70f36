"""The tour of the first day: at the real pages, skipped with one click, seen again when one likes."""

import pytest
from django.urls import reverse

from salesops.people.models import User
from salesops.web.forms.once import new_token
from salesops.web.tour import MOST, steps_for
from tests.access import ROLES
from tests.browser import axe_violations, shoot
from tests.company import company

pytestmark = pytest.mark.django_db


@pytest.fixture
def co():
    return company()


@pytest.fixture
def new(client, co):
    """new(co.wang): the person on their first day."""

    def new(person):
        User.objects.filter(pk=person.pk).update(toured_at=None)
        client.force_login(person)
        return client

    return new


def test_the_first_day_begins_with_the_tour(new, co):
    assert new(co.wang).get("/").url == "/today/?tour=1"
    assert 'class="tour"' in new(co.wang).get("/today/?tour=1").content.decode()


@pytest.mark.parametrize("role", ROLES)
def test_each_role_is_led_through_pages_that_are_open_to_it(new, co, role):
    client = new(getattr(co, ROLES[role]))
    url, seen = client.get("/").url, []
    while url:
        page = client.get(url)
        assert page.status_code == 200
        stop = page.context["tour"]
        seen.append(stop.step.url)
        assert stop.number == len(seen)
        url = stop.following
    assert 2 <= len(seen) <= MOST
    assert len(seen) == len(set(seen)) == stop.count
    assert seen == [step.url for step in steps_for(getattr(co, ROLES[role]))]


def test_who_skips_it_is_not_asked_again_and_may_see_it_again(new, co):
    client = new(co.wang)
    assert client.post("/tour/", {"once": new_token()}).url == "/"
    assert client.get("/").url == "/today/"
    assert 'class="tour"' not in client.get("/today/").content.decode()
    assert "/today/?tour=1" in client.get("/me/").content.decode()
    assert 'class="tour"' in client.get("/today/?tour=1").content.decode()


@pytest.mark.parametrize("asked", ["0", "9", "2", "x", "-1", "٣", "1" * 50])
def test_an_odd_number_shows_no_stop(new, co, asked):
    assert 'class="tour"' not in new(co.wang).get(f"/today/?tour={asked}").content.decode()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("size", ["page", "phone"])
def test_the_tour_reads_well_and_ends_at_work(size, request, live_server, co, sign_in):
    page = request.getfixturevalue(size)
    User.objects.filter(pk=co.wang.pk).update(toured_at=None)
    sign_in(page, co.wang)
    page.goto(live_server.url)
    for number in range(1, 5):
        stop = page.locator(".tour")
        assert f"{number}/4" in stop.inner_text()
        shoot(page, f"tour-{number}-{size}")
        assert axe_violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        with page.expect_navigation():
            stop.locator(".btn-primary").click()
    assert page.url.endswith(reverse("sop:my_day"))
    assert User.objects.get(pk=co.wang.pk).toured_at
