"""The words of the registration form, and what they mean (sop.md section 4).

Each function takes a cell as it was and returns what it means, None for what cannot be read.
"""

import re
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from leads.identity import phone_digits, plain
from leads.models import Grade, Size, Source, Stage

_GRADES = {
    **dict.fromkeys(("A", "A级", "A类", "高", "高意向", "HIGH"), Grade.A),
    **dict.fromkeys(("B", "B级", "B类", "中", "中意向", "中等", "MEDIUM"), Grade.B),
    **dict.fromkeys(("C", "C级", "C类", "低", "低意向", "LOW"), Grade.C),
}
_STAGES = {
    "初次接触": Stage.DEVELOPMENT,
    "线索开发": Stage.DEVELOPMENT,
    "需求分析": Stage.NEEDS,
    "方案沟通": Stage.PROPOSAL,
    "商务谈判": Stage.PROPOSAL,
    "方案与谈判": Stage.PROPOSAL,
    "合同签订": Stage.CONTRACT,
    "合同与订单": Stage.CONTRACT,
    "交付与售后": Stage.DELIVERY,
    "leaddevelopment": Stage.DEVELOPMENT,
    "needsanalysis": Stage.NEEDS,
    "proposalandnegotiation": Stage.PROPOSAL,
    "contractandorder": Stage.CONTRACT,
    "deliveryandafter-sales": Stage.DELIVERY,
}
STAGE_WORDS = (Stage.DEVELOPMENT, Stage.NEEDS, Stage.PROPOSAL, Stage.CONTRACT)
NEGOTIATING = "商务谈判"
_SOURCES = {
    **dict.fromkeys(("官网", "企业官网", "网站", "website"), Source.WEBSITE),
    **dict.fromkeys(("行业展会", "展会", "tradefair"), Source.EXHIBITION),
    **dict.fromkeys(("市场活动", "活动", "marketingactivity"), Source.CAMPAIGN),
    **dict.fromkeys(("客户主动咨询", "主动咨询", "电话咨询", "customer'sowninquiry"), Source.INQUIRY),
    **dict.fromkeys(
        ("渠道/合作伙伴推荐", "渠道转介", "渠道推荐", "合作伙伴推荐", "合作伙伴", "渠道", "channelorpartner"),
        Source.PARTNER,
    ),
    **dict.fromkeys(("转介绍", "老客户介绍", "客户介绍", "referral"), Source.REFERRAL),
    **dict.fromkeys(("社交媒体/社群", "社交媒体", "社群", "socialmediaorcommunity"), Source.SOCIAL),
    **dict.fromkeys(("其他", "其它", "other"), Source.OTHER),
}
_SIZES = {
    **dict.fromkeys(("小", "小型", "小微", "small"), Size.SMALL),
    **dict.fromkeys(("中", "中型", "medium"), Size.MEDIUM),
    **dict.fromkeys(("大", "大型", "large"), Size.LARGE),
    **dict.fromkeys(("未知", "不详", "unknown"), Size.UNKNOWN),
}
_DATE = re.compile(r"(\d{4})(?:-|/|\.|年)(\d{1,2})(?:-|/|\.|月)(\d{1,2})日?(?:[ T].*)?")
_COMPACT = re.compile(r"(20\d{2})(\d{2})(\d{2})")
# Days since this one: how Excel stores a date whose cell was formatted as a number.
_EXCEL_ZERO = date(1899, 12, 30)
_EXCEL_YEARS = range(2000, 2100)
_AMOUNT = re.compile(r"[¥￥]?(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?\s*(亿元?|千万元?|百万元?|万元?|元)?")
_UNITS = {"亿": Decimal(10_000), "千万": Decimal(1000), "百万": Decimal(100), "万": Decimal(1), "元": Decimal("0.0001")}
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_WECHAT_SAID = re.compile(
    r"(?:微信号?|wechat|wx|vx)\s*[::]?\s*([A-Za-z][\w-]{4,29}|1[3-9]\d{9})", re.IGNORECASE | re.ASCII
)
_WECHAT = re.compile(r"[A-Za-z][\w-]{5,19}", re.ASCII)
_BETWEEN = re.compile(r"[/,;、|\n]|\s{2,}")
_ROUNDED = re.compile(r"[+-]?\d(?:\.\d+)?[eE]\+?\d{1,2}")
_SIGNIFICANT = 11  # digits of a mobile number


class Reach(NamedTuple):
    """How a contact can be reached, each "" if unknown."""

    phone: str = ""
    email: str = ""
    wechat: str = ""
    rounded: bool = False  # a spreadsheet has rounded a number away

    def __bool__(self):
        return bool(self.phone or self.email or self.wechat)


def reach(text: str) -> Reach:
    """The first phone number, mail address and WeChat name in a cell such as "138 0013 8000 / 微信:zhang_wei"."""
    text = plain(text.replace("\n", "/"))
    if _ROUNDED.fullmatch(text):
        return _unrounded(text)
    whole = phone_digits(text)
    if whole and not re.search(r"[A-Za-z@]{2}|微信", text):
        return Reach(phone=whole)
    phone = email = wechat = ""
    for part in filter(None, (part.strip() for part in _BETWEEN.split(text))):
        if found := _EMAIL.search(part):
            email = email or found[0]
        elif found := _WECHAT_SAID.search(part):
            wechat = wechat or found[1]
        elif digits := phone_digits(part):
            phone = phone or digits
        elif _WECHAT.fullmatch(part):
            wechat = wechat or part
    return Reach(phone, email, wechat)


def _unrounded(text: str) -> Reach:
    """1.3800138000E+10 still holds all digits; of 1.38E+10 most are lost, and what is left is nobody's number."""
    mantissa = re.sub(r"\D", "", text.lower().partition("e")[0])
    number = phone_digits(str(int(Decimal(text))))
    return Reach(phone=number) if number and len(mantissa) >= _SIGNIFICANT else Reach(rounded=True)


def grade(text: str) -> str | None:
    return _GRADES.get(plain(text).upper().replace(" ", ""))


def stage(text: str) -> int | None:
    return _STAGES.get(plain(text).replace(" ", "").lower())


def source(text: str) -> str | None:
    return _SOURCES.get(plain(text).replace(" ", "").lower())


def word_of(value: str) -> str:
    """How a source is called in the reader's language, as a form would have it; it is read back as the same."""
    word = str(Source(value).label)
    return word if source(word) == value else ""


def size(text: str) -> str | None:
    return _SIZES.get(plain(text).replace(" ", "").lower())


def day(text: str) -> date | None:
    """2026-9-8, 2026/9/8, 2026.9.8, 2026年9月8日, 20260908 or the number that Excel keeps for it."""
    text = plain(text)
    try:
        if found := _DATE.fullmatch(text) or _COMPACT.fullmatch(text):
            return date(*map(int, found.groups()))
        if text.isdecimal() and len(text) == 5:
            found = _EXCEL_ZERO + timedelta(days=int(text))
            return found if found.year in _EXCEL_YEARS else None
    except ValueError:
        return None
    return None


def budget(text: str, unit: str = "万") -> Decimal | None:
    """An amount in 10,000 yuan; `unit` is that of the heading, for a number without one."""
    found = _AMOUNT.fullmatch(plain(text).replace(" ", ""))
    if not found:
        return None
    said = found[3] or unit
    try:
        amount = Decimal(found[1].replace(",", "") + (found[2] or ""))
        amount = (amount * _UNITS[said if said == "元" else said.removesuffix("元")]).quantize(Decimal("0.01"))
    except InvalidOperation:
        return None
    return amount if amount < 10**10 else None
