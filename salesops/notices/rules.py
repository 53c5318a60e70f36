"""What happens to channels."""

from salesops.events.registry import Event, declare

declare(
    Event("channel.paused", refs=("channel", "person")),
    Event("channel.resumed", refs=("channel", "person")),
    Event("quiet_hours.chosen", refs=("person",), data=("quiet_from", "quiet_until", "digest_minutes")),
)
