"""What is recorded of reading and taking out customers' data (handbook H4). No duty has a clock here."""

from django.utils.translation import gettext_lazy as _

from leads import listing
from leads.models import Export
from salesops.events.registry import Event, declare, describe, describe_data

declare(
    # `filters` are the names of the fields, not what was looked for: that may be a person's name.
    Event("export.asked", ("export",), ("rows", "contacts", "view", "filters")),
    Event("export.decided", ("export",), ("how",)),
    Event("export.built", ("export",), ("rows", "contacts")),
    Event("export.password_shown", ("export",)),
    Event("export.taken", ("export",), ("rows", "contacts")),
    Event("export.expired", ("export",)),
    Event("export.stopped", ("export",), ("why",)),
    # Somebody opened unusually many leads in an hour, or was shown unusually many numbers in a day.
    Event("reading.alarmed", ("person",), ("what", "count")),
    # `rows` are those in which the person was named; the event cannot say who it was.
    Event("contact.erased", ("contact", "customer"), ("rows",)),
    Event("protection_rules.changed", data=("changed",)),
)
describe(
    {
        "export.asked": _("Asked for an export"),
        "export.decided": _("An export was decided"),
        "export.built": _("The file of an export was made"),
        "export.password_shown": _("Was shown the password of an export"),
        "export.taken": _("Downloaded an export"),
        "export.expired": _("An export expired"),
        "export.stopped": _("An export was stopped"),
        "reading.alarmed": _("Read unusually much"),
        "contact.erased": _("Erased a person"),
        "protection_rules.changed": _("Changed the rules of data protection"),
    }
)
describe_data(
    {
        "rows": _("rows"),
        "contacts": _("with contact data"),
        "view": _("view"),
        "filters": _("filter"),
        "count": _("number"),
    },
    {
        "view": listing.VIEWS.items(),
        "why": Export.Why.choices,
        "what": [("views", _("leads and customers opened")), ("reveals", _("numbers shown"))],
    },
)
