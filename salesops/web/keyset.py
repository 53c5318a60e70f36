"""Lists of any length, page by page, without counting or skipping rows.

    page = keyset.page(leads, ("-due_at", "-id"), request.GET.get("page"))
    page.rows, page.after, page.before          # cursors for {% url %}?page=…, None at the ends

The columns must be those of an index (or, for few rows, an annotation), never null, and end in a unique one. A page
shows what lies after (or before) a row's values, so rows that come or go while somebody reads never repeat or hide
others.
"""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model, Q, QuerySet

SIZE = 50


@dataclass(frozen=True)
class Page:
    rows: list
    after: str | None
    before: str | None


def page(queryset: QuerySet, order: Sequence[str], cursor: str | None = None, *, size: int = SIZE) -> Page:
    """One page of `queryset` in `order`; a cursor that does not fit shows the first page. One query."""
    backwards, values = _decode(cursor, queryset, order)
    wanted = [_turned(name) for name in order] if backwards else list(order)
    if values:
        queryset = queryset.filter(_beyond(wanted, values))
    rows = list(queryset.order_by(*wanted)[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    if backwards:
        rows.reverse()
    has_after = more if not backwards else values is not None
    has_before = more if backwards else values is not None
    return Page(
        rows,
        _encode(rows[-1], order, backwards=False) if rows and has_after else None,
        _encode(rows[0], order, backwards=True) if rows and has_before else None,
    )


def fits(queryset: QuerySet, order: Sequence[str], cursor: str) -> bool:
    """Whether `page` goes on from the cursor; for callers that would not notice that they are on the first page."""
    return _decode(cursor, queryset, order)[1] is not None


def _name(column: str) -> str:
    return column.lstrip("-")


def _turned(column: str) -> str:
    return _name(column) if column.startswith("-") else f"-{column}"


def _beyond(order: Sequence[str], values: Sequence) -> Q:
    """Rows after `values` in `order`: a > x, or a = x and b > y, and so on."""
    beyond, equal = Q(), Q()
    for column, value in zip(order, values, strict=True):
        beyond |= equal & Q(**{f"{_name(column)}__{'lt' if column.startswith('-') else 'gt'}": value})
        equal &= Q(**{_name(column): value})
    # Says again what the alternatives imply, because PostgreSQL only uses the index for a condition without "or".
    first = order[0]
    return Q(**{f"{_name(first)}__{'lte' if first.startswith('-') else 'gte'}": values[0]}) & beyond


def _encode(row: Model, order: Sequence[str], *, backwards: bool) -> str:
    values = [_value(row, _name(column)) for column in order]
    text = json.dumps([int(backwards), *values], cls=_Encoder, ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


class _Encoder(DjangoJSONEncoder):
    def default(self, o):
        # Django's encoder cuts instants to milliseconds, and rows within one would be shown twice or never.
        return o.isoformat() if hasattr(o, "isoformat") else super().default(o)


def _value(row, name):
    for part in name.split("__"):
        row = getattr(row, part)
    return row


def _decode(cursor, queryset, order):
    if not cursor:
        return False, None
    try:
        backwards, *values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        fields = [_field(queryset, _name(column)) for column in order]
        return bool(backwards), [field.to_python(value) for field, value in zip(fields, values, strict=True)]
    except (ValueError, TypeError, binascii.Error, ValidationError):
        return False, None


def _field(queryset, name):
    if name in queryset.query.annotations:
        return queryset.query.annotations[name].output_field
    model = queryset.model
    *path, last = name.split("__")
    for part in path:
        model = model._meta.get_field(part).related_model
    return model._meta.get_field("id" if last == "pk" else last)
