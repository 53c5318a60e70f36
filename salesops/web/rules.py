from django.utils.translation import gettext_lazy as _

from salesops.events.registry import Event, declare, describe, describe_data

# `page` is a URL name, `object` the numbers in the address: nothing that somebody has typed.
declare(Event("access.refused", data=("status", "method", "page", "object")))
describe({"access.refused": _("Was refused a page")})
describe_data({"status": _("status"), "method": _("method"), "page": _("page"), "object": _("record")})
