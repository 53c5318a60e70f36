"""Figures of people over periods: one query, however many figures, people and periods."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import reduce
from operator import or_

from django.db.models import ExpressionWrapper, F, JSONField, QuerySet
from django.db.models.functions import JSONObject

from .periods import Period
from .registry import Figure, Ratio, Source, Unit, figures


@dataclass
class Table:
    """The values of plain figures by key, person and period; `value` reckons ratios and sums from them."""

    values: dict[tuple[str, int, Period], Decimal] = field(default_factory=lambda: defaultdict(Decimal))

    def value(self, key: str, people: Iterable[int], period: Period) -> Decimal | None:
        """A figure of one person or of several together; None for a ratio over nothing."""
        figure = figures[key]
        if isinstance(figure, Figure):
            return sum((self.values[key, person, period] for person in people), Decimal())
        people = list(people)
        under = self.value(figure.under, people, period)
        if not under:
            return None
        return self.value(figure.over, people, period) / under * (100 if figure.unit == Unit.PERCENT else 1)


class _Exact(json.JSONDecoder):
    """Money is no floating-point number."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs | {"parse_float": Decimal})


def reckon(wanted: Iterable[Figure | Ratio], people: Collection[int], periods: Sequence[Period]) -> Table:
    """The wanted figures of people, by their ids, over each period."""
    table = Table()
    first, *others = (_summed(source, plain, people, periods) for source, plain in _by_source(wanted).items())
    for person, sums in first.union(*others, all=True):
        for name, value in sums.items():
            key, number = name.rsplit(":", 1)
            table.values[key, person, periods[int(number)]] += value or 0
    return table


def _summed(source: Source, plain: Iterable[Figure], people: Collection[int], periods: Sequence[Period]) -> QuerySet:
    """For each person the figures of a source, named "key:number of the period"."""
    within = reduce(or_, (source.within(period) for period in periods))
    sums = {
        f"{figure.key}:{number}": figure.aggregate(period) for figure in plain for number, period in enumerate(periods)
    }
    rows = source.rows().filter(within, **{f"{source.owner}__in": people}).order_by()
    as_json = ExpressionWrapper(JSONObject(**sums), output_field=JSONField(decoder=_Exact))
    return rows.values(person=F(source.owner)).annotate(sums=as_json).values_list("person", "sums")


def _by_source(wanted: Iterable[Figure | Ratio]) -> dict:
    found = defaultdict(dict)
    for each in wanted:
        parts = [figures[each.over], figures[each.under]] if isinstance(each, Ratio) else [each]
        for part in parts:
            found[part.source][part.key] = part
    return {source: plain.values() for source, plain in found.items()}
