"""Who holds a lead: assignment, acceptance, the pools, and asking to work on somebody's lead."""

from django.utils.translation import gettext_lazy as _

from salesops.events.registry import Event, declare, describe
from salesops.sop.registry import register
from salesops.sop.rule import AT_DUE, SYSTEM, AfterDue, Ahead, Desk, On, Ref, Rule, Step, Told
from salesops.sop.terms import ALWAYS, OFFICE, Hours

from .groups import GROUP, LEAVES_HOLDER

declare(
    Event("lead.assigned", ("lead", "owner", "previous"), ("grade", "how", "accepted", "first")),
    Event("lead.owner_told", ("lead", "owner")),
    Event("lead.accepted", ("lead", "owner")),
    Event("lead.declined", ("lead", "owner")),
    Event("lead.taken_back", ("lead", "owner")),
    Event("lead.pooled", ("lead", "owner"), ("grade", "why")),
    Event("lead.nurtured", ("lead", "owner"), ("why",)),
    Event("lead.claimed", ("lead", "owner"), ("grade", "first")),
    Event("lead.kept", ("lead", "owner"), ("grade", "first")),
    # An act on many leads at once; each lead has the event of the act itself. Taken back, a lead is as it was.
    Event("bulk.made", ("bulk",), ("act", "count")),
    Event("bulk.undone", ("bulk",), ("act", "count")),
    Event("lead.put_back", ("lead", "owner", "bulk")),
    Event("pool_rules.changed", (), ("changed",)),
    Event("collaboration.asked", ("collaboration", "lead", "owner")),
    Event("collaboration.agreed", ("collaboration", "lead", "owner")),
    Event("collaboration.refused", ("collaboration", "lead", "owner")),
    Event("collaboration.added", ("collaboration", "lead", "owner")),
    Event("collaboration.ended", ("lead", "owner")),
)

describe(
    {
        "lead.assigned": _("Assigned a lead"),
        "lead.owner_told": _("Told the owner of a new lead"),
        "lead.accepted": _("Accepted a lead"),
        "lead.declined": _("Declined a lead"),
        "lead.taken_back": _("Took a lead back"),
        "lead.pooled": _("Put a lead into the pool"),
        "lead.nurtured": _("Put a lead into the nurture pool"),
        "lead.claimed": _("Claimed a lead"),
        "lead.kept": _("Kept a lead that they entered"),
        "bulk.made": _("Changed many leads at once"),
        "bulk.undone": _("Took a change of many leads back"),
        "lead.put_back": _("Put a lead back as it was"),
        "pool_rules.changed": _("Changed the rules of the lead pool"),
        "collaboration.asked": _("Asked to work on a lead"),
        "collaboration.agreed": _("Let somebody work on a lead"),
        "collaboration.refused": _("Let nobody else work on a lead"),
        "collaboration.added": _("Added somebody to a lead's team"),
        "collaboration.ended": _("Took somebody off a lead's team"),
    }
)

register(
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
        voids=On("lead.closed", "lead.nurtured", "lead.withdrawn"),
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
)
