"""Every write of this room. The rooms above use tell, digest_after_outage, settle,
settle_keys and withdraw_person.

`channels` needs the ways out, which need these: import it by its name.
"""

from .ending import settle, settle_keys, withdraw_person
from .reading import mark_read, mark_unread
from .telling import Receipt, Telling, digest_after_outage, tell

__all__ = [
    "Receipt",
    "Telling",
    "digest_after_outage",
    "mark_read",
    "mark_unread",
    "settle",
    "settle_keys",
    "tell",
    "withdraw_person",
]
