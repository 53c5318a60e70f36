"""How often something may be asked for: counted in the shared cache, which lives in PostgreSQL."""

from django.core.cache import cache


def is_calm(key: str, most: int, seconds: int) -> bool:
    """Counts one more for `key`; False once there were more than `most` within `seconds`."""
    cache.add(key, 0, timeout=seconds)
    try:
        return cache.incr(key) <= most
    except ValueError:  # it ran out between the two
        return True
