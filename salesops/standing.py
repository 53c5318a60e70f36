"""Standing queries: what every sweep or page asks, compiled to SQL once. Compiling takes Django longer than the answer.

_unread = StandingQuery(lambda person: Notice.objects.filter(person=person, read_at=None).values_list("pk"))
_unread(request.user.pk)
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import QuerySet


class StandingQuery:
    """Asks for the rows of `make(*values)`, a QuerySet of values whose only changing parameters are those.

    Values are instants (UTC), days, ids or words. `make` may do nothing with them but put them into the query: while
    it is compiled, markers stand in their place. It is compiled once for each number of values. Rows come as the
    database gives them: JSON as text, for example.
    """

    def __init__(self, make: Callable[..., QuerySet]):
        self._make = make
        self._compiled: dict[int, tuple[str, list]] = {}

    def __call__(self, *values: datetime | date | int | str) -> list[tuple[Any, ...]]:
        if len(values) not in self._compiled:
            self._compiled[len(values)] = self._compile([_marker(n, value) for n, value in enumerate(values)])
        sql, params = self._compiled[len(values)]
        with connection.cursor() as cursor:
            cursor.execute(sql, [values[param.number] if isinstance(param, _Place) else param for param in params])
            return cursor.fetchall()

    def _compile(self, markers: list) -> tuple[str, list]:
        sql, params = self._make(*markers).query.sql_with_params()
        return sql, [_Place(markers.index(param)) if param in markers else param for param in params]


class _Place:
    """Where a value goes."""

    def __init__(self, number: int):
        self.number = number


def _marker(number: int, value: datetime | date | int | str):
    """A value of the same type that no query has of itself."""
    if isinstance(value, datetime):
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=number)
    if isinstance(value, date):
        return date(1970, 1, 1) + timedelta(days=number)
    return -(10**9) - number if isinstance(value, int) else f"-- value {number} --"
