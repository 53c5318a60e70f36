"""The demo company's talk templates and cases."""

from datetime import datetime

from leads.actions import save_piece
from leads.models import Case, Script, Stage
from salesops.people.models import User

SCRIPTS = (
    (
        "首次来电开场",
        Stage.DEVELOPMENT,
        "{联系人}您好，我是{我}。看到{公司}在了解我们的方案，想先请教两个问题：目前最想解决的是什么？大概什么时候要用上？",
    ),
    (
        "需求访谈收尾",
        Stage.NEEDS,
        "我把刚才谈的整理成一份需求清单发给您，请您看看有没有遗漏，确认后我们再出方案，您看可以吗？",
    ),
    (
        "价格异议",
        Stage.PROPOSAL,
        "理解您对价格的考虑。我们先按{公司}现在的人工算一算上线一年能省多少，再谈总价；也可以先从一个部门试点。",
    ),
    ("久未联系", None, "{联系人}您好，我是{我}。上次聊过之后，我们同行业又有一家客户上线了，发您一份案例供参考。"),
)
CASES = (
    {
        "title": "三个月上线，月底不再加班汇总",
        "customer": "宏远制造",
        "outcome": "success",
        "done": "先在一个分公司试点两周，用试点数据说服分管副总，再分三批推广到全部分公司。",
        "why": "试点数据来自客户自己的业务，信息中心和财务一起验收。",
        "lesson": "先试点拿数据，再谈全公司合同。",
        "for_customers": True,
    },
    {
        "title": "丢单：只谈信息中心，没见到使用部门",
        "customer": "东海物流",
        "outcome": "failure",
        "done": "方案和演示都只面向信息中心，评审会上运营部门提出反对。",
        "why": "决策链没有摸清，运营总监第一次见到方案就是在评审会上。",
        "lesson": "需求阶段必须见到使用部门负责人，并写进决策链。",
        "for_customers": False,
    },
)


def make(people: dict[str, User], *, at: datetime) -> None:
    """Writes them as sales operations and a manager would, at the instant `at` (UTC)."""
    for title, stage, text in SCRIPTS:
        values = {"title": title, "stage": stage, "text": text}
        save_piece(Script(), values=values, by=people["zhouyang"], at=at)
    for values in CASES:
        save_piece(Case(), values=values, by=people["zhaoqiang"], at=at)
