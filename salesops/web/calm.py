"""How often something may be asked for: counted in the shared cache, which lives in PostgreSQL."""

from datetime import datetime

from django.core.cache import cache


def is_calm(key: str, most: int, seconds: int, *, at: datetime) -> bool:
    """Counts one more for `key`; False once there were more than `most` in this span of so many seconds.

    Not by cache.incr(), which gives the count another life of five minutes each time.
    """
    key = f"{key}:{int(at.timestamp()) // seconds}"
    count = cache.get(key, 0) + 1
    cache.set(key, count, timeout=seconds)
    return count <= most
