from . import calendar, rules

__all__ = ["calendar", "rules"]
