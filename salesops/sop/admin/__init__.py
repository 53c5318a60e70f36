from . import calendar, outage

__all__ = ["calendar", "outage"]
