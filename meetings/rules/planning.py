"""The plan of the day: handed in before the day begins, checked by the head after the morning meeting."""

from django.utils.translation import gettext_lazy as _

from salesops.events.registry import Event, declare, describe, describe_data
from salesops.sop.registry import register
from salesops.sop.rule import AT_DUE, AfterDue, Ahead, Every, Head, On, OnLeave, Ref, Rule, Step, Told
from salesops.sop.terms import ALWAYS, At, Hours

from .groups import REPORTS

declare(
    Event("plan.submitted", ("person", "plan"), ("period",)),
    Event("plan.amended", ("person", "plan"), ("period",)),
    Event("plans.checked", ("team",), ("period",)),
)
describe(
    {
        "plan.submitted": _("Handed in the plan of the day"),
        "plan.amended": _("Amended the plan of the day"),
        "plans.checked": _("Checked the plans of the day"),
    }
)
describe_data({"period": _("period")})

register(
    Rule(
        key="plan.daily",
        title=_("Plan the day"),
        sentence=_(
            "Each account manager hands in the plan of the working day before it begins: visits in the order of the route with material, key tasks, help needed. It may be amended later."
        ),
        clause="H4, H2",
        group=REPORTS,
        page="meetings:plan",
        subject="person",
        owes=Ref("owner"),
        opens=Every("day", "meetings.reps"),
        due=At("09:00"),
        meets=On("plan.submitted", period="period"),
        after_due=AfterDue.ROUND,
        on_leave=OnLeave.VOID,
        ladder=(
            Step(name="remind", when=Ahead(Hours(0.5, ALWAYS)), remind=True),
            Step(name="late", when=AT_DUE, tell=(Told.OWNER,)),
        ),
    ),
    Rule(
        key="plan.check",
        title=_("Check the plans"),
        sentence=_(
            "After the morning meeting the head of a team checks every plan that was handed in and names resources. A missing plan is not held against the head."
        ),
        clause="H2",
        group=REPORTS,
        page="meetings:plans",
        subject="team",
        owes=Head("team"),
        opens=Every("day", "meetings.teams"),
        due=At("10:00"),
        meets=On("plans.checked", period="period"),
        after_due=AfterDue.ROUND,
        on_leave=OnLeave.VOID,
        ladder=(
            Step(name="remind", when=Ahead(Hours(0.25, ALWAYS)), remind=True),
            Step(name="late", when=AT_DUE, tell=(Told.MANAGER,)),
        ),
    ),
)
