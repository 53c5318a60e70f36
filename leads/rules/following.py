"""Follow-ups, the talks behind them, and appointments."""

from django.utils.translation import gettext_lazy as _

from salesops.events.registry import Event, declare, describe
from salesops.sop.registry import register
from salesops.sop.rule import AT_DUE, MORNING, AfterDue, Ahead, AtShare, Choice, On, Ref, Rule, Step, Streak, Told
from salesops.sop.terms import OFFICE, WORKING_DAYS, Days, Hours, WorkingDays

from .groups import FOLLOWING, LEAVES_HOLDER

declare(
    Event(
        "follow_up.logged",
        ("follow_up", "lead", "owner", "appointment"),
        # `answers`: it reached the customer, with need and intent. `counts`: as a follow-up, see log_follow_up.
        # `unplanned`: a visit that nobody had planned. `needs`: it was the needs talk.
        # `working`: the lead has had its first response, this one included.
        (
            "way",
            "reached",
            "intent",
            "grade",
            "answers",
            "counts",
            "working",
            "important",
            "ends_at",
            "next_at",
            "agreed",
            "unplanned",
            "needs",
        ),
    ),
    Event("lead.later_agreed", ("lead", "owner"), ("next_at", "agreed")),
    Event("follow_up.undone", ("follow_up", "lead", "owner")),
    Event("comment.written", ("comment", "lead")),
    Event("minutes.attached", ("follow_up", "lead", "owner")),
    Event("appointment.planned", ("appointment", "lead", "owner"), ("way", "needs", "starts_at", "ends_at")),
    Event("appointment.moved", ("appointment", "lead", "owner"), ("way", "confirmed", "starts_at", "ends_at")),
    Event("appointment.cancelled", ("appointment", "lead", "owner")),
)

describe(
    {
        "follow_up.logged": _("Logged a follow-up"),
        "lead.later_agreed": _("Agreed to a later date"),
        "follow_up.undone": _("Took a follow-up back"),
        "comment.written": _("Left a note"),
        "minutes.attached": _("Attached minutes"),
        "appointment.planned": _("Planned an appointment"),
        "appointment.moved": _("Moved an appointment"),
        "appointment.cancelled": _("Cancelled an appointment"),
    }
)

register(
    Rule(
        key="lead.follow_up",
        title=_("Follow up"),
        sentence=_(
            "A lead is followed up in the rhythm of its grade. Two tries in a row without an answer count, a third does not. A later date needs a reason and has its limit; beyond that the head agrees."
        ),
        clause="H0, H2",
        group=FOLLOWING,
        page="leads:follow_up",
        subject="lead",
        owes=Ref("owner"),
        opens=On(
            "follow_up.logged",
            "lead.taken_over",
            "lead.reopened",
            if_=lambda event: (
                event.name in ("lead.taken_over", "lead.reopened")
                or (event.data.get("counts") and event.data.get("working"))
            ),
        ),
        due={"A": WorkingDays(1), "B": WorkingDays(2), "C": Days(7)},
        case="grade",
        meets=On("follow_up.logged", if_=lambda event: event.data.get("counts")),
        voids=On(*LEAVES_HOLDER),
        moves=On("lead.graded", "lead.later_agreed"),
        moved_past=WorkingDays(1),
        after_due=AfterDue.ROUND,
        rolls=True,
        choose=Choice(
            at_most={"A": WorkingDays(2), "B": WorkingDays(4), "C": Days(14)}, only_earlier=("lead.taken_over",)
        ),
        ladder=(
            Step(name="morning", when=MORNING, remind=True),
            Step(name="remind", when=Ahead(Hours(2, OFFICE)), remind=True),
            Step(name="late", when=AT_DUE, tell=(Told.MANAGER,)),
            Step(name="return", when=Streak(3), tell=(Told.OWNER, Told.MANAGER), do="lead.return"),
        ),
    ),
    Rule(
        key="follow_up.record",
        title=_("Record the talk"),
        sentence=_("What was said is recorded right after the talk. A visit has a record of its own."),
        clause="H2, H4",
        group=FOLLOWING,
        page="",
        subject=("appointment", "follow_up"),
        owes=Ref("owner"),
        opens=On(
            "appointment.planned",
            "follow_up.logged",
            if_=lambda event: (
                event.data.get("way") != "visit"
                if event.name == "appointment.planned"
                else not event.refs.get("appointment")
            ),
            met=lambda event: event.name == "follow_up.logged",
        ),
        starts="ends_at",
        due=Hours(2, OFFICE),
        meets=On("follow_up.logged", if_=lambda event: event.refs.get("appointment")),
        voids=On("appointment.cancelled"),
        moves=On("appointment.moved"),
        ladder=(Step(name="ended", when=AtShare(0), remind=True),),
    ),
    Rule(
        key="follow_up.minutes",
        title=_("Attach detailed minutes"),
        sentence=_("An important talk, that is a demo, a negotiation or one marked so, gets detailed minutes."),
        clause="H0",
        group=FOLLOWING,
        page="leads:minutes",
        subject="follow_up",
        owes=Ref("owner"),
        opens=On("follow_up.logged", if_=lambda event: event.data.get("important")),
        due=Hours(24, WORKING_DAYS),
        meets=On("minutes.attached"),
        voids=On("follow_up.undone"),
        ladder=(
            Step(name="remind", when=Ahead(Hours(4, OFFICE)), remind=True),
            Step(name="late", when=AT_DUE, tell=(Told.MANAGER,)),
        ),
    ),
)
