"""The first answer: the holder's clock and the customer's own."""

from django.utils.translation import gettext_lazy as _

from salesops.sop.registry import register
from salesops.sop.rule import AT_DUE, Ahead, Desk, On, Ref, Rule, Step, Told, Verdict
from salesops.sop.terms import OFFICE, Hours

from .groups import GROUP, LEAVES_HOLDER

register(
    Rule(
        key="lead.first_response",
        title=_("First response"),
        sentence=_(
            "A call or message that reached the customer is logged with the need and the intent level. A try without an answer is shown and does not meet it."
        ),
        clause="H0, H1",
        group=GROUP,
        page="leads:follow_up",
        subject="lead",
        owes=Ref("owner"),
        opens=On("lead.assigned", "lead.claimed", "lead.kept"),
        due={"A": Hours(4, OFFICE), "B": Hours(4, OFFICE), "C": Hours(4, OFFICE)},
        case="grade",
        meets=On("follow_up.logged", if_=lambda event: event.data.get("answers")),
        voids=On(*LEAVES_HOLDER),
        moves=On("lead.graded"),
        ladder=(
            Step(name="remind_hour", when=Ahead(Hours(1, OFFICE)), remind=True),
            Step(name="remind_quarter", when=Ahead(Hours(0.25, OFFICE)), remind=True),
            Step(name="late", when=AT_DUE, tell=(Told.MANAGER,), do="issue.level_2"),
        ),
    ),
    Rule(
        key="lead.first_answer",
        title=_("The customer's first answer"),
        sentence=_(
            "Whoever holds the lead, the customer is answered: the customer's own clock runs on when a lead changes hands."
        ),
        clause="",
        group=GROUP,
        page="leads:detail",
        subject="lead",
        owes=Desk("so"),
        opens=On("lead.assigned", "lead.claimed", "lead.kept", if_=lambda event: event.data.get("first")),
        due=Hours(8, OFFICE),
        meets=On("follow_up.logged", if_=lambda event: event.data.get("answers")),
        voids=On("lead.closed", "lead.nurtured", "lead.withdrawn"),
        verdict=Verdict.HINT,
        ladder=(
            Step(name="remind", when=Ahead(Hours(1, OFFICE)), remind=True),
            Step(name="late", when=AT_DUE, tell=(Told.SO,), do="issue.level_2"),
        ),
    ),
)
