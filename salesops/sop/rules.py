"""The events of enforcement itself."""

from salesops.events.registry import Event, declare

from .subjects import Subject, register

declare(
    Event("deadline.step_taken", refs=("deadline",), data=("rule", "step", "owner", "subject", "do")),
    Event("deadline.explained", refs=("deadline",)),
    Event("deadline.nudged", refs=("deadline",)),
    Event("deadline.taken", refs=("deadline",), data=("owner",)),
    Event("deadline.moved", refs=("deadline",), data=("rule", "before", "after")),
    Event("waiver.asked", refs=("waiver", "deadline")),
    Event("waiver.decided", refs=("waiver", "deadline"), data=("granted",)),
    Event("rule.set", refs=("setting",), data=("rule", "holds_from")),
    Event("calendar.applied", refs=(), data=("moved", "rule")),
)

register(Subject("person", "people.User", title="name"), Subject("team", "people.Team", title="name"))
