"""The settings page: every card leads somewhere, a word finds it, and only administrators come in."""

import pytest
from django.urls import reverse

from salesops.web.settings_pages import pages
from tests.company import company

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client):
    client.force_login(company().he)
    return client


def main(page):
    return page.content.decode().split("<main")[1]


def test_every_card_opens(admin):
    for page in pages():
        assert admin.get(reverse(page.url)).status_code == 200, page.url


def test_the_order_is_that_of_the_handbook_of_pages(admin):
    order = [page.url for page in pages()]
    wanted = ["sop:rules", "sop:calendar", "notices:company_channels", "leads:import", "sop:audit", "web:system_health"]
    assert [url for url in order if url in wanted] == wanted


def test_a_word_finds_a_setting_and_nothing_found_leads_back(admin):
    assert reverse("sop:calendar") in main(admin.get("/settings/?q=调休"))
    assert reverse("sop:audit") not in main(admin.get("/settings/?q=调休"))
    assert 'href="/settings/"' in main(admin.get("/settings/?q=xyz"))


def test_a_rule_is_found_by_its_words(admin):
    assert "/sop/lead.first_response/change/" in main(admin.get("/settings/?q=首次响应"))
    assert "/change/" not in main(admin.get("/settings/"))


def test_a_page_of_the_settings_marks_the_settings_in_the_menu(admin):
    side = admin.get(reverse("sop:audit")).content.decode().split('<nav class="side"')[1].split("</nav>")[0]
    assert side.split('href="/settings/"')[1].split(">")[0].strip().startswith('class="inside"')
