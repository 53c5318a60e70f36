"""Standing queries: what every sweep asks, compiled to SQL once. Compiling takes Django longer than the answer."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet

_MOMENT = datetime(1970, 1, 1, tzinfo=UTC)  # stands in the compiled parameters for the moment that is asked about


class StandingQuery:
    """Asks for the rows of `make(moment)`, a QuerySet of values whose only changing parameter is that moment (UTC)."""

    def __init__(self, make: Callable[[datetime], QuerySet]):
        self._make = make
        self._compiled: tuple[str, tuple] | None = None

    def __call__(self, moment: datetime) -> list[tuple[Any, ...]]:
        if self._compiled is None:
            self._compiled = self._make(_MOMENT).query.sql_with_params()
        sql, params = self._compiled
        with connection.cursor() as cursor:
            cursor.execute(sql, [moment if param == _MOMENT else param for param in params])
            return cursor.fetchall()
