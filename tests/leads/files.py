"""Small files of leads for tests, as bytes in a stream."""

import csv
import io

from openpyxl import Workbook

HEADINGS = [
    *("序号", "客户名称", "所属行业", "所在地区", "联系人", "职务", "联系方式", "线索来源"),
    *("产品类型", "预算(万元)", "需求描述", "意向等级", "跟进阶段", "负责人", "下次跟进时间"),
]
ROW = {
    "客户名称": "克来机电",
    "所属行业": "汽车配件",
    "所在地区": "上海",
    "联系人": "蒋宇",
    "职务": "运营总监",
    "联系方式": "13911332122",
    "线索来源": "渠道转介",
    "产品类型": "工业软件",
    "预算(万元)": "120",
    "需求描述": "想看同行业案例",
    "意向等级": "B",
    "跟进阶段": "初次接触",
    "下次跟进时间": "2026-12-03",
}


def row(**values) -> list[str]:
    """A good row of the registration form, but for `values` by heading."""
    return [str((ROW | values).get(heading, "")) for heading in HEADINGS]


def csv_text(*rows, headings=HEADINGS, delimiter=",", before=()) -> str:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerows([*before, headings, *rows])
    return text.getvalue()


def csv_file(*rows, encoding="utf-8", **options) -> io.BytesIO:
    return io.BytesIO(csv_text(*rows, **options).encode(encoding))


def workbook(*rows) -> io.BytesIO:
    book, stream = Workbook(), io.BytesIO()
    for cells in rows:
        book.active.append(cells)
    book.save(stream)
    stream.seek(0)
    return stream
