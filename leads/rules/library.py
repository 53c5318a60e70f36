"""What happens to talk templates and cases. Nothing is owed about them here."""

from django.utils.translation import gettext_lazy as _

from salesops.events.registry import Event, declare, describe

declare(
    Event("script.written", ("script",), ("version",)),
    Event("script.retired", ("script",)),
    Event("script.restored", ("script",)),
    Event("script.used", ("script", "follow_up", "lead"), ("version",)),
    Event("case.written", ("case",), ("version",)),
    Event("case.retired", ("case",)),
    Event("case.restored", ("case",)),
    Event("case.used", ("case", "follow_up", "lead"), ("version",)),
)

describe(
    {
        "script.written": _("Wrote a talk template"),
        "script.retired": _("Retired a talk template"),
        "script.restored": _("Took a talk template back into use"),
        "script.used": _("Used a talk template"),
        "case.written": _("Wrote a case"),
        "case.retired": _("Retired a case"),
        "case.restored": _("Took a case back into use"),
        "case.used": _("Mentioned a case"),
    }
)
