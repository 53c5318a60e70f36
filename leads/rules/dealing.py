"""A lead is won, and paid for."""

from django.utils.translation import gettext_lazy as _

from salesops.events.registry import Event, declare, describe

declare(
    Event("lead.won", ("deal", "lead", "owner")),
    Event("lead.reopened", ("deal", "lead", "owner"), ("grade",)),
    Event("payment.received", ("payment", "deal", "lead", "owner")),
    Event("payment.withdrawn", ("payment", "deal", "lead", "owner")),
)
describe(
    {
        "lead.won": _("Won a lead"),
        "lead.reopened": _("Took a signing back"),
        "payment.received": _("Recorded a payment"),
        "payment.withdrawn": _("Took a payment back"),
    }
)
