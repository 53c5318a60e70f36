"""What the clock does to tasks when nobody has acted in time."""

from datetime import datetime

from meetings.actions.tasks import carry_locked
from meetings.models import Task
from salesops.sop.consequences import consequence
from salesops.sop.models import Deadline


@consequence("task.carry")
def carry(deadline: Deadline, *, due_at: datetime, at: datetime) -> None:
    """Its day is over and its next date has been said already: it is carried over to that one (handbook H2)."""
    task = Task.objects.filter(pk=int(deadline.subject.partition(":")[2])).first()
    if task is not None and task.state == Task.State.OPEN and task.next_on:
        carry_locked(task, task.next_on, reason="", by=None, at=due_at, done_at=at)
