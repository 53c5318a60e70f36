"""A generated list of leads with dirt of many kinds, and what has to become of each row."""

import random

from tests.leads.files import HEADINGS, row

COMPANIES = ("华兴", "㐂𠮷", "Müller", "北斗", "O'Neil & Söhne", "中电=云", "<b>粗体</b>", "+加号", "@科技")
KINDS = ("股份有限公司", "集团", "有限责任公司", "（中国）有限公司", "")


def dirty_list(count: int, seed: int = 7) -> tuple[list[list[str]], dict[int, str]]:
    """Rows, and by their number in the file (the headings are row 1) what is expected of each."""
    chance = random.Random(seed)
    rows, truth, made = [], {}, []
    for number in range(2, count + 2):
        kind = chance.choices(
            (
                "good",
                "twice",
                "no_company",
                "no_contact",
                "rounded",
                "blank",
                "too_long",
                "mail",
                "wechat",
                "elsewhere",
            ),
            (70, 8, 3, 3, 2, 2, 1, 5, 4, 2),
        )[0]
        company = f"{chance.choice(COMPANIES)}{number}{chance.choice(KINDS)}"
        phone = f"13{number:09}"
        cells = {"客户名称": company, "联系方式": _written(phone, chance), "需求描述": _need(chance)}
        expected = "created"
        match kind:
            case "twice" if made:
                first = chance.choice(made)
                # The same number in another hand, and a company whose legal form is written otherwise.
                cells, expected = dict(first), "duplicate"
                cells["联系方式"] = _written(first["digits"], chance)
            case "elsewhere" if made:
                first = chance.choice(made)
                cells["联系方式"], expected = _written(first["digits"], chance), "duplicate"
            case "no_company":
                cells["客户名称"], expected = chance.choice(("", "  ", "\u3000")), "rejected"
            case "no_contact":
                cells["联系方式"], expected = chance.choice(("", "12345", "无", "待补")), "rejected"
            case "rounded":
                cells["联系方式"], expected = "1.39E+10", "rejected"
            case "too_long":
                cells["客户名称"], expected = "长" * 201, "rejected"
            case "mail":
                cells["联系方式"] = f"a.{number}@example.com"
            case "wechat":
                cells["联系方式"] = f"微信：wx_{number:05}"
            case "blank":
                cells, expected = None, "blank"
        if kind == "good":
            made.append({**cells, "digits": phone})
        rows.append([""] * len(HEADINGS) if cells is None else row(**{k: v for k, v in cells.items() if k != "digits"}))
        truth[number] = expected
    # Blank rows at the end are no rows: the last one says something.
    if truth[count + 1] == "blank":
        rows[-1], truth[count + 1] = row(客户名称="最后", 联系方式="13799999999"), "created"
    return rows, truth


def _written(phone: str, chance: random.Random) -> str:
    ways = (
        phone,
        f"+86 {phone[:3]} {phone[3:7]} {phone[7:]}",
        f"{phone[:3]}-{phone[3:7]}-{phone[7:]}",
        phone.translate(str.maketrans("0123456789", "０１２３４５６７８９")),
        f"手机：{phone}",
        f" {phone}\n",
    )
    return chance.choice(ways)


def _need(chance: random.Random) -> str:
    return chance.choice(
        (
            "想看案例",
            '=HYPERLINK("http://127.0.0.1","点我")',
            "<script>alert(1)</script>",
            "两行\n内容",
            'he said "好", 3;4|5\t6',
            "😀",
        )
    )
