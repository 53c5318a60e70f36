"""The nurture pool: a C lead without an owner hears of the company every 30 days, until it is ready."""

from django.utils.translation import gettext_lazy as _

from leads.models import Consent
from salesops.events.registry import Event, declare, describe, describe_data
from salesops.sop.registry import register
from salesops.sop.rule import AT_DUE, AfterDue, Ahead, Desk, On, Rule, Step, Told
from salesops.sop.terms import Days, WorkingDays

from .groups import GROUP

declare(
    Event("nurture.sent", ("lead", "contact", "mailing")),
    Event("nurture.interested", ("lead", "contact", "mailing")),
    Event("consent.given", ("contact",), ("how",)),
    Event("consent.ended", ("contact",), ("unsubscribed",)),
    Event("mailing.sent", ("mailing", "case"), ("count",)),
)

describe(
    {
        "nurture.sent": _("Sent a case to a nurtured lead"),
        "nurture.interested": _("A nurtured lead showed interest"),
        "consent.given": _("Noted a contact's consent"),
        "consent.ended": _("Ended a contact's consent"),
        "mailing.sent": _("Sent a case to many"),
    }
)

describe_data(
    {"unsubscribed": _("left by the link of a mail"), "count": _("mails")}, codes={"how": Consent.How.choices}
)

register(
    Rule(
        key="lead.nurture",
        title=_("Send the nurtured lead a case or news"),
        sentence=_("A C lead without an owner gets an industry case or news time and again."),
        clause="H1, H2, H3",
        group=GROUP,
        page="leads:nurture",
        subject="lead",
        owes=Desk("so"),
        opens=On("lead.nurtured", "nurture.sent"),
        due=Days(30),
        meets=On("nurture.sent"),
        voids=On("lead.assigned", "lead.pooled", "lead.closed", "lead.withdrawn"),
        after_due=AfterDue.ROUND,
        rolls=True,
        ladder=(
            Step(name="remind", when=Ahead(WorkingDays(3)), remind=True),
            Step(name="late", when=AT_DUE, tell=(Told.OWNER,)),
        ),
    ),
)
