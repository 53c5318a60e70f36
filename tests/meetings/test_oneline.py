"""A task in one line: who, by when, what."""

from datetime import date

import pytest

from meetings.oneline import Unclear, read
from salesops.people.models import User
from salesops.people.models.user import pinyin_key
from tests.sop.times import china

WEDNESDAY = date(2026, 3, 4)
PEOPLE = [
    User(username=login, name=name, pinyin=pinyin_key(name))
    for login, name in [("lisi", "李四"), ("lisiyuan", "李四元"), ("zhangmin", "张敏"), ("zhangming", "张明")]
]


def said(line):
    found = read(line, PEOPLE, WEDNESDAY, china())
    return found.person and found.person.name, found.day and found.day.isoformat(), found.text


@pytest.mark.parametrize(
    ("line", "who", "day", "text"),
    [
        ("@李四 周五 报价单", "李四", "2026-03-06", "报价单"),
        ("@李四周五报价单", "李四", "2026-03-06", "报价单"),
        ("＠李四元　明天，整理样品", "李四元", "2026-03-05", "整理样品"),
        ("报价单 @zhangming fri", "张明", "2026-03-06", "报价单"),
        ("@ls tomorrow price list", "李四", "2026-03-05", "price list"),
        ("send price list by next monday @lisi", "李四", "2026-03-09", "send price list"),
        ("今天下班前回电", None, "2026-03-04", "下班前回电"),
        ("周三回电", None, "2026-03-04", "回电"),
        ("周二回电", None, "2026-03-10", "回电"),
        ("下周一 例会材料", None, "2026-03-09", "例会材料"),
        ("3月20日前 签合同", None, "2026-03-20", "签合同"),
        ("签合同 1/15", None, "2027-01-15", "签合同"),
        ("3号 回款核对", None, "2026-04-03", "回款核对"),
        ("月底 盘点", None, "2026-03-31", "盘点"),
        ("3个工作日后 复查", None, "2026-03-09", "复查"),
        ("in 2 days call back", None, "2026-03-06", "call back"),
        ("2026-03-31 季度小结", None, "2026-03-31", "季度小结"),
        # What only looks like a day is part of the words.
        ("准备周报", None, None, "准备周报"),
        ("准备下周三的会", None, None, "准备下周三的会"),
        ("2月30日 核对", None, None, "2月30日 核对"),
        ("sunny monitor", None, None, "sunny monitor"),
    ],
)
def test_a_line_says_who_what_and_by_when(line, who, day, text):
    assert said(line) == (who, day, text)


def test_a_name_that_could_be_several_is_asked_about():
    with pytest.raises(Unclear) as found:
        said("@zm 周五 报价单")
    assert {person.name for person in found.value.people} == {"张敏", "张明"}
    with pytest.raises(Unclear) as found:
        said("@王五 周五 报价单")
    assert found.value.people == []
