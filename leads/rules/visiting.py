"""Visits: confirmed before, recorded after."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from salesops.events.registry import Event, declare, describe
from salesops.sop.registry import register
from salesops.sop.rule import AT_DUE, MORNING, Ahead, AtShare, On, Ref, Rule, Step, Told
from salesops.sop.terms import OFFICE, At, Before, Hours, WorkingDays

from .groups import FOLLOWING

gettext_noop("starts")
VISIT = ("appointment", "lead", "owner")

declare(
    Event("visit.prepared", VISIT),
    Event("visit.confirmed", VISIT, ("sent",)),
    Event("visit.recorded", (*VISIT, "follow_up")),
)
describe(
    {
        "visit.prepared": _("Prepared a visit"),
        "visit.confirmed": _("Confirmed a visit"),
        "visit.recorded": _("Recorded a visit"),
    }
)


def _is_visit(event) -> bool:
    return event.data.get("way") == "visit"


register(
    Rule(
        key="visit.confirm",
        title=_("Confirm the visit"),
        sentence=_(
            "Ahead of a visit its time and place are confirmed, and an invitation with the route is with the customer."
        ),
        clause="H4",
        group=FOLLOWING,
        page="leads:confirmation",
        subject="appointment",
        owes=Ref("owner"),
        # A visit that is moved after it was confirmed is confirmed anew.
        opens=On(
            "appointment.planned",
            "appointment.moved",
            if_=lambda event: _is_visit(event) and (event.name == "appointment.planned" or event.data.get("confirmed")),
        ),
        due=Before(WorkingDays(1), "starts_at"),
        values=("starts_at",),
        meets=On("visit.confirmed"),
        voids=On("appointment.cancelled", "visit.recorded"),
        moves=On("appointment.moved"),
        ladder=(
            Step(name="remind", when=MORNING, remind=True),
            Step(name="late", when=AT_DUE, tell=(Told.OWNER,)),
        ),
    ),
    Rule(
        key="visit.record",
        title=_("Record the visit"),
        sentence=_(
            "A visit is recorded whole on its own day; one that ends near the close or later, on the next working morning."
        ),
        clause="H4",
        group=FOLLOWING,
        page="leads:visit_record",
        subject="appointment",
        owes=Ref("owner"),
        opens=On(
            "appointment.planned",
            "follow_up.logged",
            if_=lambda event: _is_visit(event) and (event.name == "appointment.planned" or event.data.get("unplanned")),
        ),
        starts="ends_at",
        due=At("close", cutoff=Hours(2, OFFICE), late="10:00"),
        meets=On("visit.recorded"),
        voids=On("appointment.cancelled"),
        moves=On("appointment.moved"),
        ladder=(
            Step(name="leave", when=AtShare(0), remind=True),
            Step(name="remind", when=Ahead(Hours(1, OFFICE)), remind=True),
            Step(name="late", when=AT_DUE, tell=(Told.MANAGER,)),
        ),
    ),
)
