from . import calendar

__all__ = ["calendar"]
