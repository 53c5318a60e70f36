"""What keeps a lead alive while somebody holds it: it must not go cold, its grade must stay true, B and C are met."""

from django.utils.translation import gettext_lazy as _

from salesops.events.registry import Event, declare, describe
from salesops.sop.registry import register
from salesops.sop.rule import AT_DUE, AfterDue, Ahead, AtShare, Every, On, Ref, Rule, Step, Told
from salesops.sop.terms import Days, EndOf, Months, WorkingDays

from .groups import FOLLOWING, GROUP, LEAVES_HOLDER

declare(Event("survey.logged", ("survey", "lead", "owner")))
describe({"survey.logged": _("Logged a need survey")})

WARNED_AT = 0.75  # of the time after which a lead goes back
# Winning or closing a lead answers what its grade asked for; it does not make that void.
_ENDS = ("lead.won", "lead.closed")
_CHANGES_HANDS = tuple(name for name in LEAVES_HOLDER if name not in _ENDS)


def _reached(event) -> bool:
    """The holder reached the customer; a lead that is past its first response counts as reached when one gets it."""
    return event.name in ("lead.taken_over", "lead.reopened") or bool(
        event.data.get("reached") and event.data.get("working")
    )


def _to_close(event) -> bool:
    """Somebody holds the lead and it has a grade that says when it closes."""
    return bool(event.refs.get("owner")) and event.data.get("grade") in ("A", "B")


def _no_longer(grade: str):
    return lambda event: event.name != "lead.graded" or event.data.get("grade") != grade


register(
    Rule(
        key="lead.recycle",
        title=_("Do not let the lead go cold"),
        sentence=_(
            "A lead whose customer was not reached for too long goes back to the lead pool, a C lead to the nurture pool; its owner is warned before."
        ),
        clause="",
        group=FOLLOWING,
        page="leads:detail",
        subject="lead",
        owes=Ref("owner"),
        opens=On("follow_up.logged", "lead.taken_over", "lead.reopened", if_=_reached),
        due={"A": Days(15), "B": Days(15), "C": Days(15)},
        case="grade",
        meets=On("follow_up.logged", if_=_reached),
        voids=On(*LEAVES_HOLDER),
        moves=On("lead.graded"),
        moved_past=WorkingDays(1),
        after_due=AfterDue.TAKEN,
        ladder=(
            Step(name="warn", when=AtShare(WARNED_AT), remind=True),
            Step(name="return", when=AT_DUE, tell=(Told.OWNER,), do="lead.return"),
        ),
    ),
    Rule(
        key="lead.regrade",
        title=_("Close the lead or grade it anew"),
        sentence=_(
            "A and B leads are won, lost or graded anew with a reason within the time of their grade, counted from the day their holder got or graded them."
        ),
        clause="H2",
        group=GROUP,
        page="leads:detail",
        subject="lead",
        owes=Ref("owner"),
        opens=On(
            "lead.assigned",
            "lead.claimed",
            "lead.kept",
            "lead.taken_over",
            "lead.reopened",
            "lead.graded",
            if_=_to_close,
        ),
        due={"A": Days(30), "B": Months(3)},
        case="grade",
        meets=On("lead.graded", *_ENDS),
        voids=On(*_CHANGES_HANDS),
        ladder=(
            Step(name="remind", when=Ahead(WorkingDays(3)), remind=True),
            Step(name="late", when=AT_DUE, tell=(Told.MANAGER,)),
        ),
    ),
    Rule(
        key="lead.visit",
        title=_("Visit the B lead on site"),
        sentence=_("The owner of a B lead visits the customer on site, period after period."),
        clause="H2",
        group=FOLLOWING,
        page="leads:detail",
        subject="lead",
        owes=Ref("owner"),
        opens=Every("month", "leads.b_held"),
        due=EndOf("month"),
        meets=On("follow_up.logged", if_=lambda event: event.data.get("way") == "visit" and event.data.get("reached")),
        voids=On(*LEAVES_HOLDER, "lead.graded", if_=_no_longer("B")),
        after_due=AfterDue.ROUND,
        ladder=(
            Step(name="remind", when=Ahead(WorkingDays(5)), remind=True),
            Step(name="late", when=AT_DUE, tell=(Told.OWNER,)),
        ),
    ),
    Rule(
        key="lead.need_survey",
        title=_("Survey the C lead's needs"),
        sentence=_("The owner of a C lead asks the customer what they need, period after period, and logs the survey."),
        clause="H2",
        group=FOLLOWING,
        page="leads:survey",
        subject="lead",
        owes=Ref("owner"),
        opens=Every("quarter", "leads.c_held"),
        due=EndOf("quarter"),
        meets=On("survey.logged"),
        voids=On(*LEAVES_HOLDER, "lead.graded", if_=_no_longer("C")),
        after_due=AfterDue.ROUND,
        ladder=(
            Step(name="remind", when=Ahead(WorkingDays(10)), remind=True),
            Step(name="late", when=AT_DUE, tell=(Told.OWNER,)),
        ),
    ),
)
