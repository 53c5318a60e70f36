"""The table of every URL x every role (architecture.md, promise 9); tests/test_access.py holds the product to it.

Each room keeps its rows in tests/<room>/access.py, as ROWS. One line a URL. A page without an object has one status
per role; one with an object has three: for an object of one's own, of a colleague in the same cell, and of somebody
outside the region:

    row("leads:detail", lead, **SEEN)
    row("leads:follow_up", lead, everybody="302 404 404", leader="302 403 404", post={"note": "…"})

`lead` is a function that makes the object for its owner and returns the URL's arguments: lead(co, owner) -> {"pk": 7}.
`anonymous` is 302, to the sign-in page, unless the row says otherwise. POSTs carry a one-time token by themselves.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

# Who stands for each role. All AMs, the leader and the assistant are at home in 华东一组.
ROLES = {
    "am": "wang",
    "se": "xu",
    "so": "zhou",
    "cs": "wu",
    "assistant": "sun",
    "leader": "li",
    "manager": "zhao",
    "department_head": "legal",
    "department_member": "lawyer",
    "admin": "he",
}
COLLEAGUE = "min"


@dataclass(frozen=True)
class Row:
    url: str
    make: Callable | None = None
    everybody: int | str = 200
    anonymous: int = 302
    post: dict | Callable | None = None  # a function of nothing, for values that are known once the object is made
    roles: dict = field(default_factory=dict)

    def expected(self, role: str) -> list[int]:
        return [int(status) for status in str(self.roles.get(role, self.everybody)).split()]


def row(url, make=None, *, everybody=200, anonymous=302, post=None, **roles) -> Row:
    unknown = set(roles) - set(ROLES)
    if unknown:
        raise ValueError(f"{url}: no such roles: {unknown}")
    return Row(url, make, everybody, anonymous, post, roles)


# Who sees the work of whom: only their own; leader and manager what lies below them; SO and admin everybody's.
SEEN = {"everybody": "200 404 404", "leader": "200 200 404", "manager": "200 200 404"}
SEEN |= {"so": "200 200 200", "admin": "200 200 200"}
# What only its owner does: others who see it are refused.
OWN = {"everybody": "302 404 404", "leader": "302 403 404", "manager": "302 403 404"}
OWN |= {"so": "302 403 403", "admin": "302 403 403"}
