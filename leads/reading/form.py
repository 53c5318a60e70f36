"""One row of the registration form (客户信息登记表, handbooks H1-H3), understood."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from leads.identity import plain, tidy
from leads.models import Contact, Customer, Lead, Source, Stage

from . import values
from .headings import fields

# The longest text of each field, as the tables have it.
_LONGEST = {
    "company": Customer._meta.get_field("name").max_length,
    "industry": Customer._meta.get_field("industry").max_length,
    "region": Customer._meta.get_field("region").max_length,
    "contact": Contact._meta.get_field("name").max_length,
    "title": Contact._meta.get_field("title").max_length,
    "product": Lead._meta.get_field("product").max_length,
}


@dataclass(frozen=True, kw_only=True)
class Form:
    """What a row says, cleaned. `changed` names columns whose values were put right, or dropped as unreadable."""

    company: str = ""
    industry: str = ""
    region: str = ""
    size: str = ""
    contact: str = ""
    title: str = ""
    phone: str = ""
    email: str = ""
    wechat: str = ""
    source: str = ""
    product: str = ""
    budget: Decimal | None = None
    need: str = ""
    grade: str = ""
    stage: int = Stage.DEVELOPMENT
    negotiating: bool = False
    owner: str = ""
    next_on: date | None = None
    said: frozenset[str] = frozenset()  # the fields whose cells were not blank
    changed: list[tuple[str, str]] = field(default_factory=list)  # heading, "put_right" or "unreadable"
    rejected: tuple[str, str] | None = None  # heading, code of the reason


class Columns:
    """Where the fields of the form stand in a file: as somebody has said (heading: field), else by its headings."""

    def __init__(self, headings: Sequence[str], said: Mapping[str, str] | None = None):
        self._of: dict[str, list[str]] = {}
        if said:
            for heading in headings:
                if name := said.get(heading):
                    self._of.setdefault(name, []).append(heading)
        else:
            self._of = {name: [headings[index] for index in found] for name, found in fields(headings).items()}

    def of(self, name: str) -> list[str]:
        return self._of.get(name, [])

    def names(self) -> list[str]:
        return list(self._of)

    def heading(self, *names: str) -> str:
        """The heading of the first of these fields that the file has; "" if it has none."""
        return next((self._of[name][0] for name in names if name in self._of), "")


def understand(cells: Mapping[str, str], columns: Columns) -> Form:
    """Reads a row's cells. A row without a company, or without a usable way to make contact, is rejected."""
    reading = _Reading(cells, columns)
    form = {name: reading.text(name) for name in ("industry", "region", "contact", "title", "product", "owner")}
    form["company"] = reading.text("company")
    form["need"] = reading.raw("need").strip()
    reached = reading.reach()
    form |= {"phone": reached.phone, "email": reached.email, "wechat": reached.wechat}
    form["source"] = reading.word("source", values.source) or Source.OTHER
    form["size"] = reading.word("size", values.size) or ""
    form["grade"] = reading.word("grade", values.grade) or ""
    form["stage"] = reading.word("stage", values.stage) or Stage.DEVELOPMENT
    form["negotiating"] = plain(reading.raw("stage")) == values.NEGOTIATING
    form["budget"] = reading.budget()
    form["next_on"] = reading.day("next_on")
    said = frozenset(name for name in columns.names() if reading.raw(name).strip())
    return Form(**form, said=said, changed=reading.changed, rejected=_rejected(form, reached, columns))


def _rejected(form: Mapping, reached: values.Reach, columns: Columns) -> tuple[str, str] | None:
    if not form["company"]:
        return columns.heading("company"), "no_company"
    if not reached:
        return columns.heading("reach", "email", "wechat"), "phone_rounded" if reached.rounded else "no_contact"
    too_long = next((name for name, most in _LONGEST.items() if len(form[name]) > most), None)
    return (columns.heading(too_long), "too_long") if too_long else None


class _Reading:
    def __init__(self, cells: Mapping[str, str], columns: Columns):
        self.cells, self.columns = cells, columns
        self.changed: list[tuple[str, str]] = []

    def raw(self, name: str) -> str:
        return next((self.cells[heading] for heading in self.columns.of(name) if heading in self.cells), "")

    def text(self, name: str) -> str:
        raw = self.raw(name)
        text = tidy(raw)
        if text != raw:
            self._changed(name, "put_right")
        return text

    def word(self, name: str, meaning) -> str | int | None:
        """A word of a list; kept silently where it stands exactly so in the form."""
        raw = self.raw(name)
        value = meaning(raw) if raw else None
        if raw and value is None:
            self._changed(name, "unreadable")
        elif raw and name == "grade" and raw != value:
            self._changed(name, "put_right")
        return value

    def day(self, name: str) -> date | None:
        raw = self.raw(name)
        value = values.day(raw) if raw else None
        if raw and (value is None or value.isoformat() != raw):
            self._changed(name, "put_right" if value else "unreadable")
        return value

    def budget(self) -> Decimal | None:
        name, unit = ("budget", "万") if self.columns.of("budget") else ("budget_yuan", "元")
        raw = self.raw(name)
        value = values.budget(raw, unit) if raw else None
        if raw and value is None:
            self._changed(name, "unreadable")
        elif raw and not raw.replace(".", "", 1).isascii():
            self._changed(name, "put_right")
        return value

    def reach(self) -> values.Reach:
        """What all columns of phone numbers, mail and WeChat say together; the first of each kind counts."""
        found = [(name, raw, values.reach(raw)) for name, raw in self._ways()]
        for name, raw, reached in found:
            if not reached:
                self._changed(name, "unreadable")
            elif raw not in reached:
                self._changed(name, "put_right")
        return values.Reach(
            phone=next((each.phone for _name, _raw, each in found if each.phone), ""),
            email=next((each.email for _name, _raw, each in found if each.email), ""),
            wechat=next((each.wechat for _name, _raw, each in found if each.wechat), ""),
            rounded=any(each.rounded for _name, _raw, each in found),
        )

    def _ways(self) -> Iterator[tuple[str, str]]:
        for name in ("reach", "email", "wechat"):
            for heading in self.columns.of(name):
                if raw := self.cells.get(heading, ""):
                    yield name, raw

    def _changed(self, name: str, how: str) -> None:
        entry = (self.columns.heading(name), how)
        if entry not in self.changed:
            self.changed.append(entry)
