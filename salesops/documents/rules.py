from django.utils.translation import gettext_lazy as _

from salesops.events.registry import Event, declare, describe

declare(Event("document.attached", ("upload",), ("about", "type")), Event("document.removed", ("upload",), ("about",)))
describe({"document.attached": _("Attached a file"), "document.removed": _("Removed a file")})
