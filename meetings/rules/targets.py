"""Targets: no duty of their own hangs on them; the morning's preparation and its remedies do."""

from django.utils.translation import gettext_lazy as _

from leads.figures import figures
from meetings.models import Target
from salesops.events.registry import Event, declare, describe, describe_data

declare(Event("target.set", ("owner", "team"), ("figure", "period", "first_day", "set")))
describe({"target.set": _("Set a target")})
describe_data(
    {"figure": _("figure"), "period": _("period"), "first_day": _("from"), "set": _("set")},
    {"figure": [(figure.key, figure.title) for figure in figures], "period": Target.Kind.choices},
)
