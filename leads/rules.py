"""What happens to leads, and the rules of a lead's first days (sop.md section 2, "Leads")."""

from django.utils.translation import gettext_lazy as _

from leads import briefs
from salesops.events.registry import Event, declare, describe
from salesops.sop import my_day
from salesops.sop.registry import register
from salesops.sop.rule import (
    AT_DUE,
    MORNING,
    SYSTEM,
    AfterDue,
    Ahead,
    AtShare,
    Choice,
    Desk,
    On,
    Ref,
    Rule,
    Step,
    Streak,
    Told,
    Verdict,
)
from salesops.sop.subjects import Subject
from salesops.sop.subjects import register as register_subjects
from salesops.sop.terms import ALWAYS, OFFICE, WORKING_DAYS, Days, Hours, WorkingDays

declare(
    Event("lead.arrived", ("lead", "customer"), ("source", "way_in")),
    Event("lead.qualified", ("lead",), ("grade",)),
    Event("lead.closed", ("lead", "owner"), ("before",)),
    Event("lead.assigned", ("lead", "owner", "previous"), ("grade", "how", "accepted", "first")),
    Event("lead.owner_told", ("lead", "owner")),
    Event("lead.accepted", ("lead", "owner")),
    Event("lead.declined", ("lead", "owner")),
    Event("lead.taken_back", ("lead", "owner")),
    Event("lead.pooled", ("lead", "owner"), ("grade", "why")),
    Event("lead.nurtured", ("lead", "owner"), ("why",)),
    Event("lead.claimed", ("lead", "owner"), ("grade", "first")),
    Event("lead.kept", ("lead", "owner"), ("grade", "first")),
    Event("lead.graded", ("lead", "owner"), ("grade", "before")),
    # A row that was imported at a later stage: it has an owner, and starts with following up.
    Event("lead.taken_over", ("lead", "owner"), ("grade", "stage", "next_at", "negotiating")),
    # A row of a file filled in what was blank on a known lead; `fields` are the names of the fields.
    Event("lead.completed", ("lead", "customer"), ("fields",)),
    # Somebody edited a field, or took that back; its values are in FieldChange.
    Event("lead.edited", ("lead", "customer"), ("field", "undone")),
    Event(
        "follow_up.logged",
        ("follow_up", "lead", "owner", "appointment"),
        # `answers`: it reached the customer, with need and intent. `counts`: as a follow-up, see log_follow_up.
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
        ),
    ),
    Event("lead.later_agreed", ("lead", "owner"), ("next_at", "agreed")),
    Event("follow_up.undone", ("follow_up", "lead", "owner")),
    Event("minutes.attached", ("follow_up", "lead", "owner")),
    Event("appointment.planned", ("appointment", "lead", "owner"), ("way", "starts_at", "ends_at")),
    Event("appointment.moved", ("appointment", "lead", "owner"), ("starts_at", "ends_at")),
    Event("appointment.cancelled", ("appointment", "lead", "owner")),
    Event("collaboration.asked", ("collaboration", "lead", "owner")),
    Event("collaboration.agreed", ("collaboration", "lead", "owner")),
    Event("collaboration.refused", ("collaboration", "lead", "owner")),
    Event("contact.revealed", ("contact", "lead"), ("what",)),
)

register_subjects(
    Subject("lead", "leads.Lead", title="customer__name", url="leads:detail", briefs=briefs.briefs),
    Subject("follow_up", "leads.FollowUp", title="lead__customer__name"),
    Subject("collaboration", "leads.Collaboration", title="lead__customer__name"),
    Subject("appointment", "leads.Appointment", title="lead__customer__name"),
)

my_day.register(notes=briefs.notes, done=briefs.done_today)

describe(
    {
        "lead.arrived": _("A lead arrived"),
        "lead.qualified": _("Cleaned and graded a lead"),
        "lead.closed": _("Closed a lead"),
        "lead.assigned": _("Assigned a lead"),
        "lead.owner_told": _("Told the owner of a new lead"),
        "lead.accepted": _("Accepted a lead"),
        "lead.declined": _("Declined a lead"),
        "lead.taken_back": _("Took a lead back"),
        "lead.pooled": _("Put a lead into the pool"),
        "lead.nurtured": _("Put a lead into the nurture pool"),
        "lead.claimed": _("Claimed a lead"),
        "lead.graded": _("Graded a lead anew"),
        "lead.taken_over": _("Took a lead over from an import"),
        "lead.completed": _("Completed a lead from an import"),
        "lead.edited": _("Edited a lead"),
        "lead.later_agreed": _("Agreed to a later date"),
        "follow_up.logged": _("Logged a follow-up"),
        "follow_up.undone": _("Took a follow-up back"),
        "minutes.attached": _("Attached minutes"),
        "appointment.planned": _("Planned an appointment"),
        "appointment.moved": _("Moved an appointment"),
        "appointment.cancelled": _("Cancelled an appointment"),
        "contact.revealed": _("Looked at a phone number"),
    }
)

GROUP = _("Leads")
FOLLOWING = _("Follow-up")
# What takes a lead out of its holder's hands.
LEAVES_HOLDER = ("lead.assigned", "lead.taken_back", "lead.declined", "lead.pooled", "lead.nurtured", "lead.closed")

register(
    Rule(
        key="lead.qualify",
        title=_("Clean and grade the lead"),
        sentence=_(
            "Sales operations resolves duplicates, fills in industry and size and sets the grade; a lead that does not fit is closed with a reason."
        ),
        clause="H3, H1",
        group=GROUP,
        page="leads:cleaning",
        subject="lead",
        owes=Desk("so"),
        opens=On("lead.arrived"),
        due=Hours(24, WORKING_DAYS),
        meets=On("lead.qualified", "lead.taken_over", "lead.closed"),
        ladder=(
            Step(name="remind", when=Ahead(Hours(4, OFFICE)), remind=True),
            Step(name="late", when=AT_DUE, tell=(Told.HEAD,)),
        ),
    ),
    Rule(
        key="lead.notify",
        title=_("Tell the owner of the new lead"),
        sentence=_("The new owner has a notice in the product and, outside quiet hours, on one outside channel."),
        clause="H0",
        group=GROUP,
        page="leads:detail",
        subject="lead",
        owes=SYSTEM,
        opens=On("lead.assigned"),
        due=Hours(2, ALWAYS),
        meets=On("lead.owner_told"),
        voids=On(*LEAVES_HOLDER),
        ladder=(Step(name="late", when=AT_DUE, tell=(Told.ADMINS,)),),
    ),
    Rule(
        key="lead.claim",
        title=_("A pool lead finds an owner"),
        sentence=_("A lead in the lead pool is claimed by an account manager, or sales operations assigns it by hand."),
        clause="H1, H3",
        group=GROUP,
        page="leads:pool",
        subject="lead",
        owes=Desk("so"),
        opens=On("lead.pooled"),
        due=Hours(4, OFFICE),
        meets=On("lead.claimed", "lead.assigned"),
        voids=On("lead.closed", "lead.nurtured"),
        ladder=(
            Step(name="remind", when=Ahead(Hours(1, OFFICE)), remind=True),
            Step(name="late", when=AT_DUE, tell=(Told.HEAD,)),
        ),
    ),
    Rule(
        key="lead.accept",
        title=_("Accept the lead"),
        sentence=_("The account manager accepts an assigned lead; otherwise it is taken back and routed anew."),
        clause="H3",
        group=GROUP,
        page="leads:detail",
        subject="lead",
        owes=Ref("owner"),
        opens=On("lead.assigned", if_=lambda event: not event.data.get("accepted")),
        due=Hours(2, OFFICE),
        meets=On("lead.accepted"),
        voids=On(*LEAVES_HOLDER),
        after_due=AfterDue.TAKEN,
        ladder=(
            Step(name="remind", when=Ahead(Hours(0.5, OFFICE)), remind=True),
            Step(name="take_back", when=AT_DUE, do="lead.take_back"),
        ),
    ),
    Rule(
        key="lead.first_response",
        title=_("First response"),
        sentence=_(
            "A call or message that reached the customer is logged with the need and the intent level. A try without an answer is shown and does not meet it."
        ),
        clause="H0, H1",
        group=GROUP,
        page="leads:detail",
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
        voids=On("lead.closed", "lead.nurtured"),
        verdict=Verdict.HINT,
        ladder=(
            Step(name="remind", when=Ahead(Hours(1, OFFICE)), remind=True),
            Step(name="late", when=AT_DUE, tell=(Told.SO,), do="issue.level_2"),
        ),
    ),
    Rule(
        key="lead.follow_up",
        title=_("Follow up"),
        sentence=_(
            "A leads are followed up every working day, B leads every second, C leads weekly. Two tries in a row without an answer count, a third does not. A later date needs a reason and is at most twice as far; beyond that the head agrees."
        ),
        clause="H0, H2",
        group=FOLLOWING,
        page="leads:detail",
        subject="lead",
        owes=Ref("owner"),
        opens=On(
            "follow_up.logged",
            "lead.taken_over",
            if_=lambda event: (
                event.name == "lead.taken_over" or (event.data.get("counts") and event.data.get("working"))
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
        sentence=_("What was said is recorded within two office hours of the end of the talk."),
        clause="H2, H4",
        group=FOLLOWING,
        page="leads:detail",
        subject=("appointment", "follow_up"),
        owes=Ref("owner"),
        opens=On(
            "appointment.planned",
            "follow_up.logged",
            if_=lambda event: event.name == "appointment.planned" or not event.refs.get("appointment"),
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
        page="leads:detail",
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
