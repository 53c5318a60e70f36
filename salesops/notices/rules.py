"""What happens to channels."""

from django.utils.translation import gettext_lazy as _

from salesops.events.registry import Event, declare, describe, describe_data

declare(
    Event("channel.paused", refs=("channel", "person")),
    Event("channel.resumed", refs=("channel", "person")),
    Event("quiet_hours.chosen", refs=("person",), data=("quiet_from", "quiet_until", "digest_minutes")),
)

describe(
    {
        "channel.paused": _("Paused a channel"),
        "channel.resumed": _("Used a channel again"),
        "quiet_hours.chosen": _("Chose quiet hours"),
    }
)
describe_data(
    {
        "quiet_from": _("quiet from"),
        "quiet_until": _("quiet until"),
        "digest_minutes": _("minutes that a digest collects"),
    }
)
