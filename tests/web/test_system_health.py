"""Every fact of the health check is shown in words, and what is red says what to do."""

import os
import re

import pytest

from salesops import clock
from salesops.web import health
from tests.company import company

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client):
    client.force_login(company().he)
    return client


def main(page):
    return page.content.decode().split("<main")[1]


def test_every_fact_has_words(db):
    for fact in health.facts(clock.now()):
        assert fact.label, fact.name
        assert fact.said or fact.lines, fact.name


def test_what_is_red_says_what_to_do_and_stands_first(admin):
    page = main(admin.get("/settings/health/"))  # no sweep runs in a test
    red = "".join(re.findall(r"<li class=\"red\">.*?</li>", page, re.S))
    assert "上次巡检" in red
    assert "sop sweep" in red
    assert page.rindex('class="red"') < page.index('<li class="">')
    assert "503" in page


def test_a_backup_that_is_missing_or_old_is_told_where_the_company_has_said_what_to_look_at(tmp_path, settings):
    mark = tmp_path / "backup"
    assert not health.backup(clock.now())
    settings.BACKUP_MARK = str(mark)
    assert [fact.ok for fact in health.backup(clock.now())] == [False]
    mark.touch()
    assert [(fact.ok, fact.vital) for fact in health.backup(clock.now())] == [(True, False)]
    os.utime(mark, (0, 0))
    assert [fact.ok for fact in health.backup(clock.now())] == [False]
