"""The words that people write above a column, and what they mean."""

import re
import unicodedata
from collections.abc import Sequence

# Where a title, a date or a note stands above the headings.
LOOKED_AT = 10
_WORDS = {
    "number": "序号 编号 行号 no no. id",
    "company": (
        "客户名称 客户 客户公司 公司 公司名称 企业 企业名称 单位 单位名称 客户单位 company companyname customer account"
    ),
    "industry": "所属行业 行业 客户行业 industry",
    "region": "所在地区 地区 区域 所在区域 所在地 省份 城市 region province city",
    "size": "规模 企业规模 公司规模 客户规模 size",
    "contact": "联系人 联系人姓名 姓名 客户姓名 contact contactname name",
    "title": "职务 职位 岗位 title jobtitle position",
    "reach": (
        "联系方式 联系电话 电话 电话号码 手机 手机号 手机号码 移动电话 固定电话 座机 联系手机 "
        "phone phonenumber mobile tel telephone"
    ),
    "email": "邮箱 电子邮箱 电子邮件 邮件 邮箱地址 email e-mail mail",
    "wechat": "微信 微信号 wechat",
    "source": "线索来源 来源 客户来源 来源渠道 渠道来源 渠道 source leadsource",
    "product": "产品类型 产品 产品名称 意向产品 感兴趣产品 product",
    "budget": "预算(万元) 预算 预算万元 预算(万) 预算金额(万元) budget",
    "budget_yuan": "预算(元) 预算元 预算金额(元) 预算金额",
    "need": "需求描述 需求 客户需求 需求说明 需求内容 need needs requirement",
    "grade": "意向等级 意向 意向级别 客户等级 线索等级 等级 grade",
    "stage": "跟进阶段 阶段 销售阶段 当前阶段 stage",
    "owner": "负责人 销售负责人 跟进人 客户经理 销售 owner",
    "next_on": "下次跟进时间 下次跟进日期 下次跟进 下次联系时间 下次联系日期 nextfollowup nextfollow-up",
}
MEANINGS = {word: field for field, words in _WORDS.items() for word in words.split()}


def folded(text: str) -> str:
    """A heading without white space, marks of a required field, its number (#7) and differences of width and case."""
    return re.sub(r"#\d+$|[\s*:_]", "", unicodedata.normalize("NFKC", text).lower())


def fields(cells: Sequence[str]) -> dict[str, list[int]]:
    """The columns of each field that `cells` name; the first of each heading counts, a phone may have several."""
    found: dict[str, list[int]] = {}
    for index, cell in enumerate(cells):
        field = MEANINGS.get(folded(cell))
        if field and (field not in found or field == "reach"):
            found.setdefault(field, []).append(index)
    return found


def guessed(headings: Sequence[str]) -> dict[str, str]:
    """The field that each heading means, "" for one that nobody knows or that repeats a field."""
    meant = {index: name for name, found in fields(headings).items() for index in found if name != "number"}
    return {heading: meant.get(index, "") for index, heading in enumerate(headings)}


def are_headings(found: dict[str, list[int]]) -> bool:
    return "company" in found and len(found) >= 2
