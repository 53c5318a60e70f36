"""A customer's needs: prepared before the talk, reported after it, requested once they are confirmed."""

from django.utils.translation import gettext_lazy as _

from salesops.events.registry import Event, declare, describe
from salesops.sop.registry import register
from salesops.sop.rule import AT_DUE, Ahead, On, Ref, Rule, Step, Told
from salesops.sop.terms import OFFICE, Field, Hours, WorkingDays

from .groups import FOLLOWING, LEAVES_HOLDER

declare(
    Event("needs.prepared", ("appointment", "lead", "owner")),
    # What was confirmed has changed: the report goes out anew.
    Event("needs.changed", ("lead", "owner"), ("confirmed",)),
    Event("needs.reported", ("lead", "owner", "report"), ("version", "sent")),
    # By the customer on the report's own page (no person), or noted by who works on the lead.
    Event("needs.confirmed", ("lead", "owner", "report"), ("version",)),
    Event("needs.refused", ("lead", "owner", "report"), ("version",)),
    Event("needs.requested", ("lead", "owner", "report")),
    Event("lead.staged", ("lead", "owner"), ("stage", "before")),
    Event("lead.lost", ("lead", "owner"), ("reason", "stage")),
)
describe(
    {
        "needs.prepared": _("Prepared a needs talk"),
        "needs.changed": _("Changed what a customer needs"),
        "needs.reported": _("Sent a needs report"),
        "needs.confirmed": _("A customer confirmed their needs"),
        "needs.refused": _("A customer found their needs not right"),
        "needs.requested": _("Filed a needs request"),
        "lead.staged": _("Moved a lead to another stage"),
        "lead.lost": _("Lost a lead"),
    }
)

register(
    Rule(
        key="needs.prepare",
        title=_("Prepare the needs talk"),
        sentence=_("Before a needs talk its list is filled in, and with the customer it is agreed how they meet."),
        clause="H1",
        group=FOLLOWING,
        page="leads:needs_list",
        subject="appointment",
        owes=Ref("owner"),
        opens=On("appointment.planned", if_=lambda event: event.data.get("needs")),
        due=Field("starts_at"),
        values=("starts_at",),
        meets=On("needs.prepared"),
        voids=On("appointment.cancelled"),
        moves=On("appointment.moved"),
        ladder=(
            Step(name="remind", when=Ahead(WorkingDays(1)), remind=True),
            Step(name="late", when=AT_DUE, tell=(Told.OWNER,)),
        ),
    ),
    Rule(
        key="needs.report",
        title=_("Send the needs report"),
        sentence=_(
            "After the needs talk its report goes to the customer. A change after the customer's yes sends it anew."
        ),
        clause="H1",
        group=FOLLOWING,
        page="leads:needs",
        subject="lead",
        owes=Ref("owner"),
        opens=On(
            "follow_up.logged",
            "needs.changed",
            if_=lambda event: event.data.get("needs" if event.name == "follow_up.logged" else "confirmed"),
        ),
        due=WorkingDays(1),
        meets=On("needs.reported"),
        voids=On(*LEAVES_HOLDER),
        ladder=(
            Step(name="remind", when=Ahead(Hours(2, OFFICE)), remind=True),
            Step(name="late", when=AT_DUE, tell=(Told.MANAGER,)),
        ),
    ),
    Rule(
        key="needs.request",
        title=_("File the needs request"),
        sentence=_("After the customer's yes the need is filed to the manager with the signed document."),
        clause="H4",
        group=FOLLOWING,
        page="leads:needs_request",
        subject="lead",
        owes=Ref("owner"),
        opens=On("needs.confirmed"),
        due=WorkingDays(1),
        meets=On("needs.requested"),
        voids=On(*LEAVES_HOLDER),
        ladder=(
            Step(name="remind", when=Ahead(Hours(2, OFFICE)), remind=True),
            Step(name="late", when=AT_DUE, tell=(Told.OWNER,)),
        ),
    ),
)
