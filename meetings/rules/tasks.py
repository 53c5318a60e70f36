"""Tasks: proven by their day, confirmed by who gave them, carried over until they are done."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from salesops.events.registry import Event, declare, describe, describe_data
from salesops.sop.registry import register
from salesops.sop.rule import AT_DUE, Ahead, On, Ref, Rule, Step, Told
from salesops.sop.terms import OFFICE, Field, Hours, WorkingDays

from .groups import TASKS

gettext_noop("task date")
TASK = ("task", "assignee", "assigner")

declare(
    Event("task.given", TASK, ("task_date",)),
    Event("task.moved", TASK, ("task_date",)),
    # Said while there is still time; the clock carries it over when there is none any more.
    Event("task.put_off", TASK, ("task_date",)),
    Event("task.carried", TASK, ("task_date",)),
    Event("task.proven", TASK),
    Event("task.confirmed", TASK),
    Event("task.sent_back", TASK),
    Event("task.dropped", TASK),
)
describe(
    {
        "task.given": _("Gave a task"),
        "task.moved": _("Moved a task to another day"),
        "task.put_off": _("Said that a task will not be done by its day"),
        "task.carried": _("Carried a task over"),
        "task.proven": _("Handed in a task"),
        "task.confirmed": _("Confirmed a task"),
        "task.sent_back": _("Sent a task back"),
        "task.dropped": _("Dropped a task"),
    }
)
describe_data({"task_date": _("task date")})


def _of_somebody_else(event) -> bool:
    return event.refs.get("assignee") != event.refs.get("assigner")


register(
    Rule(
        key="task.done",
        title=_("Do the task"),
        sentence=_(
            "A task is done by its day and handed in with a proof; the verdict takes the time of the proof that is confirmed. One that is not done gets a reason and a next date, and stays on the plan until it is done."
        ),
        clause="H2",
        group=TASKS,
        page="meetings:task",
        subject="task",
        owes=Ref("assignee"),
        opens=On("task.given", "task.carried"),
        due=Field("task_date"),
        values=("task_date",),
        # While the proof waits for its confirmation the clock stands: the wait is not the assignee's.
        stops=On("task.proven"),
        resumes=On("task.sent_back"),
        meets=On("task.confirmed"),
        voids=On("task.dropped", "task.carried"),
        moves=On("task.moved"),
        moved_past=WorkingDays(1),
        ladder=(
            Step(name="remind", when=Ahead(WorkingDays(1)), remind=True),
            Step(name="hours", when=Ahead(Hours(2, OFFICE)), remind=True),
            Step(name="late", when=AT_DUE, tell=(Told.OPENER,), do="task.carry"),
        ),
    ),
    Rule(
        key="task.confirm",
        title=_("Confirm the task"),
        sentence=_(
            "Whoever gave a task looks at the proof and confirms it, or sends it back with a reason. A confirmed task goes to the archive."
        ),
        clause="H2",
        group=TASKS,
        page="meetings:task",
        subject="task",
        owes=Ref("assigner"),
        opens=On("task.proven", if_=_of_somebody_else),
        due=WorkingDays(1),
        meets=On("task.confirmed", "task.sent_back"),
        voids=On("task.dropped"),
        ladder=(
            Step(name="remind", when=Ahead(Hours(2, OFFICE)), remind=True),
            Step(name="late", when=AT_DUE, tell=(Told.OWNER,)),
        ),
    ),
)
