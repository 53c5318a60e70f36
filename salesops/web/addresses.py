"""Addresses of pages with numbers in them, as lists need by the hundred: each pattern is looked up once."""

from functools import lru_cache

from django.conf import settings
from django.urls import NoReverseMatch, get_script_prefix, reverse

_MARK = 987654321


def address(name: str, *numbers: int) -> str:
    """The address of a URL name whose arguments are all numbers. Raises NoReverseMatch."""
    parts = _parts(settings.ROOT_URLCONF, get_script_prefix(), name, len(numbers))
    if parts is None:
        raise NoReverseMatch(f"No address {name!r} takes {len(numbers)} numbers.")
    return parts[0] + "".join(f"{number}{part}" for number, part in zip(numbers, parts[1:], strict=True))


@lru_cache(maxsize=1000)
def _parts(urlconf: str, prefix: str, name: str, count: int) -> list[str] | None:
    try:
        return reverse(name, args=[_MARK] * count).split(str(_MARK))
    except NoReverseMatch:
        return None
