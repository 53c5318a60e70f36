from salesops.approvals.actions import ask
from salesops.approvals.kinds import any_of
from tests.access import row
from tests.sop.world import local

from . import sample  # noqa: F401 - registers the kind


def asked(co, owner):
    """What somebody asks 秦雪 of marketing and the administrator, who are nobody's heads."""
    steps = any_of(co.marketing.pk, co.he.pk if owner != co.he else co.boss.pk)
    at = local("2026-03-02 10:00")
    return {"pk": ask("sample", subject=f"sample:{owner.pk}", title="#1", steps=steps, by=owner, at=at).pk}


# Heads and sales operations read; the administrator is asked, and nobody decides on their own.
SEEN = {"everybody": "200 404 404", "leader": "200 200 404", "manager": "200 200 404"}
SEEN |= {"so": "200 200 200", "admin": "200 200 200"}
DECIDED = {"everybody": "403 404 404", "leader": "403 403 404", "manager": "403 403 404"}
DECIDED |= {"so": "403 403 403", "admin": "403 302 302"}
TAKEN_BACK = {"everybody": "302 404 404", "leader": "302 403 404", "manager": "302 403 404"}
TAKEN_BACK |= {"so": "302 403 403", "admin": "302 403 403"}

ROWS = [
    row("approvals:inbox"),
    row("approvals:detail", asked, **SEEN),
    row("approvals:decision", asked, **DECIDED, post={"approve": "yes"}),
    row("approvals:withdrawal", asked, **TAKEN_BACK, post={}),
]
