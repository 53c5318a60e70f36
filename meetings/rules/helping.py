"""Help that was asked for: whoever is named owes an answer that day."""

from django.utils.translation import gettext_lazy as _

from salesops.events.registry import Event, declare, describe
from salesops.sop.registry import register
from salesops.sop.rule import AT_DUE, Ahead, On, Ref, Rule, Step, Told
from salesops.sop.terms import OFFICE, At, Hours

from .groups import TASKS

HELP = ("help", "helper", "asker")

declare(
    Event("help.asked", HELP),
    Event("help.answered", HELP),
    Event("help.passed_on", (*HELP, "task")),
    Event("help.withdrawn", HELP),
)
describe(
    {
        "help.asked": _("Asked for help"),
        "help.answered": _("Answered a request for help"),
        "help.passed_on": _("Passed a request for help on with a date"),
        "help.withdrawn": _("Withdrew a request for help"),
    }
)

register(
    Rule(
        key="help.answer",
        title=_("Help a colleague"),
        sentence=_(
            "Whoever is named for help has done it by the end of that day, or passed it on with a date; named near the close or later, by the end of the next working day."
        ),
        clause="H0, H4",
        group=TASKS,
        page="meetings:help",
        subject="help",
        owes=Ref("helper"),
        opens=On("help.asked"),
        due=At("close", cutoff=Hours(2, OFFICE)),
        meets=On("help.answered", "help.passed_on"),
        voids=On("help.withdrawn"),
        ladder=(
            Step(name="remind", when=Ahead(Hours(2, OFFICE)), remind=True),
            Step(name="late", when=AT_DUE, tell=(Told.HEAD,)),
        ),
    ),
)
