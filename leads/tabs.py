"""The pages of which a lead's page is made up, each with an address of its own. A new one is one entry here."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from leads.models import Lead, Stage
from salesops.sop.my_day import Item


@dataclass(frozen=True)
class Tab:
    """`rules` are the duties that are done there: their number stands beside the label."""

    url: str
    label: str | Promise
    rules: tuple[str, ...] = ()
    whole: bool = False  # also for who has just lost the lead, or may claim it
    since: Stage = Stage.DEVELOPMENT  # earlier nobody needs it


TABS = (
    Tab("leads:detail", _("Story"), whole=True),
    Tab("leads:needs", _("Needs"), ("needs.prepare", "needs.report", "needs.request")),
    Tab("leads:visits", _("Visits"), ("visit.confirm", "visit.record")),
    Tab("leads:promises", _("Promises and questions"), ("promise.keep", "question.answer", "promise.nudge")),
    Tab("leads:deal", _("Deal"), since=Stage.PROPOSAL),
    Tab("leads:files", _("Files")),
)


@dataclass(frozen=True)
class Shown:
    """A tab as the page shows it."""

    href: str
    label: str | Promise
    current: bool
    owed: int
    late: bool


def tabs(lead: Lead, owed: Iterable[Item], *, current: str, whole: bool) -> list[Shown]:
    """The tabs of a lead, or only the `whole` ones; what is `owed` has been read already, so this costs no query."""
    shown = []
    for tab in TABS:
        if (whole and not tab.whole) or lead.stage < tab.since:
            continue
        mine = [item for item in owed if item.deadline.rule in tab.rules]
        href = reverse(tab.url, args=[lead.pk])
        shown.append(Shown(href, tab.label, tab.url == current, len(mine), any(item.late for item in mine)))
    return shown
