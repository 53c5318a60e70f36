"""What must hold before anything is served or migrated."""

from django.core.checks import Error, Tags, register
from django.db import connections


@register(Tags.database)
def character_type(app_configs, databases=None, **kwargs):
    """The database must know what a Chinese character is: under LC_CTYPE C its trigrams of Chinese are empty."""
    return [error for alias in databases or () for error in _check(alias)]


def _check(alias: str):
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "SELECT pg_encoding_to_char(encoding), datctype FROM pg_database WHERE datname = current_database()"
        )
        encoding, ctype = cursor.fetchone()
    if encoding != "UTF8" or ctype in ("C", "POSIX"):
        yield Error(
            f"The database has encoding {encoding} and character type {ctype}: search would find no Chinese.",
            hint="CREATE DATABASE salesops TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'",
            id="web.E001",
        )
