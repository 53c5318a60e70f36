"""The SOP page: search, what changes, what is off, what I owe, and when it would be due if it began now."""

import re
from datetime import timedelta

import pytest
from django.utils import translation

from salesops.sop.models import RuleSetting
from salesops.sop.registry import registry
from tests.company import company

from .world import local

pytestmark = pytest.mark.django_db
NOW = local("2026-03-02 10:00")


@pytest.fixture
def see(client, time_machine):
    """see("/sop/"): what 王伟 sees on Monday at 10:00."""
    firm = company()
    time_machine.move_to(NOW, tick=False)
    client.force_login(firm.wang)

    def see(url):
        return client.get(url).content.decode()

    see.firm = firm
    return see


def set_rule(firm, values, *, days=0, reason="试行"):
    at = {"holds_from": NOW + timedelta(days=days), "set_by": firm.he, "set_at": NOW}
    RuleSetting.objects.create(rule="lead.first_response", values=values, reason=reason, **at)


def test_the_search_finds_words_of_a_rule_and_says_when_there_is_none(see):
    assert "首次响应" in see("/sop/?q=首次响应")
    assert "/sop/lead.visit/" not in see("/sop/?q=首次响应")
    assert "/sop/lead.first_response/" in see("/sop/?q=FIRST_response")
    assert "没有提到" in see("/sop/?q=完全没有的词")


def test_a_rule_says_when_it_would_be_due_if_it_began_now(see):
    text = see("/sop/lead.first_response/")
    assert "今天 14:00" in text
    assert '<svg class="picture"' in text
    assert "style=" not in text


def test_a_rule_that_is_off_says_why_and_one_that_changes_says_to_what(see):
    set_rule(see.firm, {"off": True}, reason="春节后恢复")
    assert "春节后恢复" in see("/sop/")
    assert "春节后恢复" in see("/sop/lead.first_response/")
    change = {"due": {"A": {"term": "hours", "n": 2, "clock": "office"}}}
    set_rule(see.firm, change, days=7)
    assert "2026-03-09" in see("/sop/")
    assert "2 个工作小时" in see("/sop/lead.first_response/")


def test_all_rules_can_be_printed(see):
    text = see("/sop/?print")
    assert text.count("printed-rule") == len(list(registry))
    assert "首次响应" in text


NUMBERS = re.compile(r"[0-9一二三四两半] ?个?(工作)?(小时|分钟|天|日|周|月|季度)|每个?(工作日|天|周|月|季度)")


def test_no_sentence_of_a_rule_names_a_number_that_a_setting_may_change():
    with translation.override("zh-hans"):
        assert [rule.key for rule in registry if NUMBERS.search(str(rule.sentence))] == []
