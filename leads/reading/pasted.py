"""A text that somebody pastes (a business card, a chat, a mail's signature), read into the fields of a new lead."""

import re

from .values import reach, source

_LABELS = {
    "company": ("公司名称", "客户名称", "单位名称", "公司", "客户", "单位", "企业", "company"),
    "contact": ("联系人", "姓名", "名字", "称呼", "name", "contact"),
    "title": ("职务", "职位", "岗位", "title"),
    "source": ("线索来源", "来源", "渠道", "source"),
    "need": ("需求描述", "需求", "备注", "留言", "咨询内容", "need", "message"),
}
_LABELLED = {
    field: re.compile(rf"(?:^|[\n;；,，])\s*(?:{'|'.join(words)})\s*[:：]\s*([^\n;；]+)", re.IGNORECASE)
    for field, words in _LABELS.items()
}
_COMPANY = re.compile(
    r"[\w()（）·&\-]{2,40}?(?:有限责任公司|股份有限公司|有限公司|集团公司|分公司|公司|集团|银行|医院|学校|大学|研究院|研究所|事务所|工厂|厂|科技|实业)"
    r"(?![\w])"
)
_HAN = r"[\u4e00-\u9fff]"
_POLITE = re.compile(rf"(?<!{_HAN})({_HAN}{{1,3}})(先生|女士|小姐|总监|总经理|经理|主任|总|老师|工)(?!{_HAN})")
_NAME = re.compile(rf"(?:^|[\s,，;；|/])({_HAN}{{2,4}})(?=$|[\s,，;；|/])")
_TITLES = ("总经理", "副总经理", "总监", "经理", "主任", "主管", "董事长", "负责人", "工程师", "采购")
_OF_REACH = re.compile(
    r"(?:手机|电话|联系方式|邮箱|微信号?|tel|phone|mobile|e-?mail|wechat|wx|vx)\s*[:：]?", re.IGNORECASE
)


def pasted(text: str) -> dict[str, str]:
    """What the text says, by field of a new lead; fields that it does not tell are left out.

    What cannot be placed stays in `need`, so that nothing that was pasted is lost.
    """
    text = text.strip()
    found = {field: match[1].strip() for field, shape in _LABELLED.items() if (match := shape.search(text))}
    how = reach(text)
    found["reach"] = how.phone or how.email or how.wechat
    if how.email and how.phone:
        found["email"] = how.email
    if "company" not in found and (company := _COMPANY.search(text)):
        found["company"] = company[0]
    if "contact" not in found:
        found |= _person(text, found.get("company", ""))
    if "source" in found:
        found["source"] = source(found["source"]) or ""
    if "need" not in found:
        found["need"] = _rest(text, found)
    return {field: value for field, value in found.items() if value}


def _person(text: str, company: str) -> dict[str, str]:
    text = text.replace(company, " ") if company else text
    if polite := _POLITE.search(text):
        title = polite[2] if polite[2] not in ("先生", "女士", "小姐") else ""
        return {"contact": polite[1] if len(polite[1]) > 1 else polite[0], "title": title}
    names = [name for name in _NAME.findall(text) if not name.endswith(_TITLES)]
    return {"contact": names[0]} if names else {}


def _rest(text: str, found: dict[str, str]) -> str:
    """The lines that say more than the fields do."""
    lines = []
    for line in text.splitlines():
        left = _OF_REACH.sub("", line)
        for value in found.values():
            left = left.replace(value, "")
        if len(re.sub(r"[\W\d_]+", "", left)) >= 4:
            lines.append(line.strip())
    return "\n".join(lines)[:2000]
