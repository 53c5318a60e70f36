"""What is recorded of approvals. By when somebody owes a decision is a rule of the app whose record it is about."""

from django.utils.translation import gettext_lazy as _

from salesops.events.registry import Event, declare, describe, describe_data

from .models import Approval, Decision

declare(
    Event("approval.asked", ("approval",), ("kind", "subject")),
    Event("approval.answered", ("approval", "person"), ("kind", "answer")),
    Event("approval.ended", ("approval",), ("kind", "how")),
)
describe(
    {
        "approval.asked": _("Asked for approval"),
        "approval.answered": _("Decided on an approval"),
        "approval.ended": _("An approval ended"),
    }
)
describe_data(
    {"kind": _("kind"), "answer": _("decision"), "how": _("how")},
    {"answer": Decision.State.choices, "how": Approval.State.choices},
)
