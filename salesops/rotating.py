"""Renewing the keys of encrypted data: everything under an older key of FIELD_KEYS comes under the newest one.

What is stored is found by itself: EncryptedTextField and EncryptedBytesField of every model, the secrets of second
factors, and the blind indexes that a model names in `blind_indexes`, by field the function that gives the text.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from cryptography.fernet import InvalidToken
from django.apps import apps
from django.db import connection, transaction
from django.db.models import Model

from .encryption import EncryptedBytesField, EncryptedTextField, blind_index_under_newest, renewed

FACTORS = "mfa.Authenticator"  # allauth keeps these in JSON, through the adapter of salesops.people


@dataclass
class Count:
    """What was found in one table: rows, of them not under the newest key, and unreadable with any key."""

    model: str
    rows: int = 0
    old: int = 0
    unreadable: int = 0


def renew(*, batch: int, dry: bool) -> Iterator[Count]:
    """Goes through every table in batches, each in a transaction; with `dry` only counts.

    May be stopped and begun again at any time: what is under the newest key is left alone.
    """
    for model in apps.get_models():
        fields = [
            field for field in model._meta.local_fields if isinstance(field, EncryptedTextField | EncryptedBytesField)
        ]
        if fields:
            yield _table(model, [field.column for field in fields], renewed, batch=batch, dry=dry)
    yield _table(apps.get_model(FACTORS), ["data"], _renewed_factor, batch=batch, dry=dry)


def reindex(*, batch: int, dry: bool) -> Iterator[Count]:
    """Reckons the blind indexes under the newest key. Until the older keys are gone, nothing is found by them."""
    for model in apps.get_models():
        if indexes := model.__dict__.get("blind_indexes"):
            yield _indexes(model, indexes, batch=batch, dry=dry)


def _table(model: type[Model], columns: list[str], renew_value: Callable, *, batch: int, dry: bool) -> Count:
    count, last = Count(model._meta.label), 0
    table, pk, *names = map(connection.ops.quote_name, [model._meta.db_table, model._meta.pk.column, *columns])
    read = f"SELECT {pk}, {', '.join(names)} FROM {table} WHERE {pk} > %s ORDER BY {pk} LIMIT %s FOR NO KEY UPDATE"
    write = f"UPDATE {table} SET {', '.join(f'{name} = %s' for name in names)} WHERE {pk} = %s"
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(read, [last, batch])
            rows = cursor.fetchall()
            for key, *values in rows:
                new = _row(values, renew_value, count)
                if new != values and not dry:
                    cursor.execute(write, [*new, key])
        count.rows += len(rows)
        if len(rows) < batch:
            return count
        last = rows[-1][0]


def _row(values: list, renew_value: Callable, count: Count) -> list:
    """The values of a row under the newest key; as they are where no key fits."""
    values = [bytes(value) if isinstance(value, memoryview) else value for value in values]
    try:
        new = [renew_value(value) if value else value for value in values]
    except InvalidToken:
        count.unreadable += 1
        return values
    count.old += new != values
    return new


def _renewed_factor(data) -> str:
    """A second factor's JSON with its secret or seed, and codes that were moved here, under the newest key."""
    found = json.loads(data) if isinstance(data, str) else data
    new = {name: _renewed_secret(name, value) for name, value in found.items()}
    return data if new == found else json.dumps(new)


def _renewed_secret(name: str, value):
    if name in ("secret", "seed"):
        return renewed(value)
    return [renewed(code) for code in value] if name == "migrated_codes" else value


def _indexes(model: type[Model], indexes: dict[str, Callable], *, batch: int, dry: bool) -> Count:
    count, last = Count(model._meta.label), 0
    while True:
        with transaction.atomic():
            locked = model._base_manager.select_for_update(no_key=True, of=("self",))
            rows = list(locked.filter(pk__gt=last).order_by("pk")[:batch])
            for row in rows:
                new = {field: blind_index_under_newest(text(row)) for field, text in indexes.items()}
                if any(getattr(row, field) != value for field, value in new.items()):
                    count.old += 1
                    if not dry:
                        model._base_manager.filter(pk=row.pk).update(**new)
        count.rows += len(rows)
        if len(rows) < batch:
            return count
        last = rows[-1].pk
