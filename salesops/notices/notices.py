"""What this room itself does when something happens, and tells."""

from salesops.events.models import Event
from salesops.events.recording import listen

from .actions import withdraw_person


def _before(event: Event) -> None:
    pass


def _after(event: Event) -> None:
    if event.name == "person.left":
        withdraw_person(event.refs["person"], at=event.recorded_at)


listen(before=_before, after=_after)
