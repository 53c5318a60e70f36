from django.utils.translation import gettext_lazy as _

from salesops.events.registry import Event, declare, describe, describe_data

from .types import Type

declare(Event("document.attached", ("upload",), ("about", "type")), Event("document.removed", ("upload",), ("about",)))
describe({"document.attached": _("Attached a file"), "document.removed": _("Removed a file")})
describe_data({"type": _("kind of file")}, {"type": Type.choices})
