"""What My Day says of tasks and of help: for whom, when it is done, and where one hands it in."""

from datetime import datetime

from django.utils.translation import gettext as _

from meetings.models import HelpItem, Task
from salesops.people.models import User
from salesops.sop.subjects import Brief
from salesops.web.addresses import address


def tasks(user: User, ids: list[int], now: datetime) -> dict[int, Brief]:
    """The briefs of those tasks that the user sees, in one query."""
    rows = Task.objects.visible_to(user).filter(pk__in=ids).select_related("assigner", "assignee", "lead__customer")
    return {task.pk: _task(task, user) for task in rows}


def _task(task: Task, user: User) -> Brief:
    values = {"tags": tags(task), "last": task.standard}
    about = [task.lead.customer.name] if task.lead_id else []
    if task.assigner_id != task.assignee_id:
        other = task.assignee if task.assigner_id == user.pk else task.assigner
        about.append(other.name)
    if task.assignee_id == user.pk and task.state == Task.State.OPEN:
        values |= {"act_url": address("meetings:proof", task.pk), "act_label": _("Hand in")}
        values["act_event"] = "task.confirmed"
    return Brief(who=" · ".join(about), **values)


def tags(task: Task) -> tuple[str, ...]:
    """How pressing it is, in words."""
    words = ((task.important, _("important")), (task.urgent, _("urgent")))
    return tuple(word for said, word in words if said)


def help_items(user: User, ids: list[int], now: datetime) -> dict[int, Brief]:
    """The briefs of those help items that the user sees, in one query."""
    rows = HelpItem.objects.visible_to(user).filter(pk__in=ids).select_related("asker", "lead__customer")
    return {
        item.pk: Brief(who=" · ".join(filter(None, (item.lead and item.lead.customer.name, item.asker.name))))
        for item in rows
    }
