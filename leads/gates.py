"""What must be there before a lead moves on to the next stage (sop.md section 4, gates)."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from leads.models import Lead, Stage
from leads.models.needs import confirmed_report


@dataclass(frozen=True)
class Missing:
    """Something that a gate asks for, and the page where it is done."""

    text: str
    url: str


def next_stage(lead: Lead) -> Stage | None:
    """The stage that comes next, None where no gate of this room leads on."""
    return {Stage.DEVELOPMENT: Stage.NEEDS, Stage.NEEDS: Stage.PROPOSAL}.get(Stage(lead.stage))


def missing(lead: Lead) -> list[Missing]:
    """What the next stage still asks for, in the order in which it is done."""
    if lead.stage == Stage.DEVELOPMENT:
        return _before_needs(lead)
    return _before_proposal(lead) if lead.stage == Stage.NEEDS else []


def _before_needs(lead: Lead) -> list[Missing]:
    found = []
    if lead.responded_at is None:
        text = _("The first response: a talk that reached the customer, with need and intent.")
        found.append(Missing(text, reverse("leads:follow_up", args=[lead.pk])))
    if not lead.grade:
        found.append(Missing(_("The grade."), reverse("leads:detail", args=[lead.pk])))
    return found


def _before_proposal(lead: Lead) -> list[Missing]:
    needs = reverse("leads:needs", args=[lead.pk])
    report = confirmed_report(lead)
    if report is None:
        return [
            Missing(_("The needs report, confirmed by the customer."), needs),
            Missing(_("The needs request with the signed document."), needs),
        ]
    if not report.requests.exists():
        request = reverse("leads:needs_request", args=[lead.pk])
        return [Missing(_("The needs request with the signed document."), request)]
    return []
