"""Every write of this room. The rooms above use the first four; the pages and the administration the rest."""

from .ending import settle, withdraw_person
from .telling import Receipt, Telling, digest_after_outage, tell

__all__ = ["Receipt", "Telling", "digest_after_outage", "settle", "tell", "withdraw_person"]
