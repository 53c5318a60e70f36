"""Tasks: giving, handing in, confirming, sending back, putting off, carrying over, dropping."""

from collections.abc import Iterable
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from leads.actions.refusing import Refused
from meetings.models import Task, TaskEntry
from meetings.policy import assignable, may
from salesops.documents.actions import attach
from salesops.documents.forms import Checked
from salesops.events.recording import record
from salesops.notices.actions import Telling, tell
from salesops.people.models import User
from salesops.sop.engine.settling import settle_subjects
from salesops.sop.models import Deadline
from salesops.web.addresses import address

Kind = TaskEntry.Kind


@transaction.atomic
def give_task(*, assignee: User, by: User, at: datetime, **values) -> Task:
    """Gives a task (task.done), as `give`; PermissionDenied for somebody to whom `by` gives none.

    The caller has made sure that `by` sees the lead.
    """
    if not assignable(by).filter(pk=assignee.pk).exists():
        raise PermissionDenied
    return give(assignee=assignee, by=by, at=at, **values)


def give(*, content: str, due_on: date, assignee: User, by: User, at: datetime, **values) -> Task:
    """Gives a task in the caller's transaction, to anybody: in a meeting, and where help is passed on.

    `values` are fields of Task. Raises Refused for a day that is over.
    """
    _not_over(due_on, at)
    task = Task.objects.create(content=content, due_on=due_on, assignee=assignee, assigner=by, given_at=at, **values)
    _note(task, Kind.GIVEN, by, at, due_on=due_on)
    _record("given", task, by, at, made={task.ref: content}, task_date=due_on)
    _tell(task, assignee, "task.given", by, at)
    return task


@transaction.atomic
def prove(task: Task, *, text: str, files: Iterable[Checked] = (), by: User, at: datetime) -> Task:
    """Hands a task in with its proof: words, files or both. One that somebody gave themselves is confirmed at once.

    Raises Refused without any proof, or if it is not to be done any more.
    """
    task = _locked(task, at)
    _only(may(by, task).do)
    files = list(files)
    if task.state != Task.State.OPEN:
        raise Refused(_("This task has been handed in or ended already."))
    if not text.strip() and not files:
        raise Refused(_("Say in a line what came of it, or add a file or a photo."))
    attach(files, about=task.ref, by=by, at=at)
    task.state, task.proof, task.proven_at, task.next_on = Task.State.PROVEN, text, at, None
    task.save(update_fields=["state", "proof", "proven_at", "next_on"])
    _note(task, Kind.PROVEN, by, at, text)
    _record("proven", task, by, at)
    if task.assigner_id == task.assignee_id:
        _end(task, Task.State.DONE, Kind.CONFIRMED, "confirmed", "", by, at)
    else:
        _tell(task, task.assigner, "task.proven", by, at)
    return task


@transaction.atomic
def confirm(task: Task, *, text: str = "", by: User, at: datetime) -> Task:
    """The proof is good: the task goes to the archive. Raises Refused if nothing waits for a confirmation."""
    task = _to_confirm(task, by, at)
    _end(task, Task.State.DONE, Kind.CONFIRMED, "confirmed", text, by, at)
    _tell(task, task.assignee, "task.confirmed", by, at)
    return task


@transaction.atomic
def send_back(task: Task, *, reason: str, by: User, at: datetime) -> Task:
    """The proof is not enough: the task is owed again. Raises Refused if nothing waits for a confirmation."""
    task = _to_confirm(task, by, at)
    task.state = Task.State.OPEN
    task.save(update_fields=["state"])
    _note(task, Kind.SENT_BACK, by, at, reason)
    _record("sent_back", task, by, at)
    _tell(task, task.assignee, "task.sent_back", by, at, reason=reason)
    return task


@transaction.atomic
def put_off(task: Task, *, next_on: date, reason: str, by: User, at: datetime) -> Task:
    """Gives a task that is not done another day, for a reason.

    Who gave it moves it while there is time. Who does it only says so: the day stands, and when it is over the task
    is missed and carried over; one that is overdue is carried over at once. Raises Refused for a day that is not later.
    """
    task = _locked(task, at)
    allowed = may(by, task)
    _only(allowed.do or allowed.give)
    if task.state != Task.State.OPEN:
        raise Refused(_("This task has been handed in or ended already."))
    _not_over(next_on, at)
    if Deadline.objects.overdue(at).filter(subject=task.ref, rule="task.done").exists():
        carry_locked(task, next_on, reason=reason, by=by, at=at)
    elif allowed.give:
        task.due_on, task.next_on = next_on, None
        task.save(update_fields=["due_on", "next_on"])
        _note(task, Kind.MOVED, by, at, reason, due_on=next_on)
        _record("moved", task, by, at, task_date=next_on)
    else:
        if next_on <= task.due_on:
            raise Refused(_("The next date is later than the day by which it is owed."))
        task.next_on = next_on
        task.save(update_fields=["next_on"])
        _note(task, Kind.PUT_OFF, by, at, reason, due_on=next_on)
        _record("put_off", task, by, at, task_date=next_on)
    other = task.assignee if by.pk == task.assigner_id else task.assigner
    _tell(task, other, "task.put_off", by, at, reason=reason, day=next_on.isoformat())
    return task


def carry_locked(
    task: Task, next_on: date, *, reason: str, by: User | None, at: datetime, done_at: datetime | None = None
) -> None:
    """Carries a locked, overdue task over to its next date: the round that is over ends missed, a new one opens."""
    task.due_on, task.next_on, task.carried = next_on, None, task.carried + 1
    task.save(update_fields=["due_on", "next_on", "carried"])
    _note(task, Kind.CARRIED, by, done_at or at, reason, due_on=next_on)
    _record("carried", task, by, at, done_at=done_at, task_date=next_on)


@transaction.atomic
def drop_task(task: Task, *, reason: str, by: User, at: datetime) -> Task:
    """Who gave it needs it no more. Raises Refused if it has ended."""
    task = _locked(task, at)
    _only(may(by, task).give)
    if task.state not in (Task.State.OPEN, Task.State.PROVEN):
        raise Refused(_("This task has been handed in or ended already."))
    _end(task, Task.State.DROPPED, Kind.DROPPED, "dropped", reason, by, at)
    _tell(task, task.assignee, "task.dropped", by, at, reason=reason)
    return task


def _not_over(day: date, at: datetime) -> None:
    if day < timezone.localtime(at).date():
        raise Refused(_("That day is over; choose today or a later one."))


def _only(allowed: bool) -> None:
    if not allowed:
        raise PermissionDenied


def _locked(task: Task, at: datetime) -> Task:
    """The task as it is now, locked, after everything that was due before `at` has been done about it."""
    settle_subjects({task.ref}, until=at, at=at)
    people = ("assignee", "assigner")
    return Task.objects.select_for_update(of=("self",), no_key=True).select_related(*people).get(pk=task.pk)


def _to_confirm(task: Task, by: User, at: datetime) -> Task:
    task = _locked(task, at)
    _only(may(by, task).give)
    if task.state != Task.State.PROVEN:
        raise Refused(_("Nothing waits for your confirmation here."))
    return task


def _end(task: Task, state: str, kind: str, done: str, text: str, by: User, at: datetime) -> None:
    task.state, task.ended_at = state, at
    task.save(update_fields=["state", "ended_at"])
    _note(task, kind, by, at, text)
    _record(done, task, by, at)


def _note(task: Task, kind: str, by: User | None, at: datetime, text: str = "", due_on: date | None = None) -> None:
    TaskEntry.objects.create(task=task, kind=kind, by=by, at=at, text=text, due_on=due_on)


def _record(done: str, task: Task, by: User | None, at: datetime, *, done_at=None, made=None, **data) -> None:
    refs = {"task": task.pk, "assignee": task.assignee_id, "assigner": task.assigner_id}
    record(f"task.{done}", at=at, by=by, refs=refs, data=data, done_at=done_at, made=made)


def _tell(task: Task, person: User, kind: str, by: User, at: datetime, **values) -> None:
    if person.pk == by.pk:
        return
    told = {"task": task.content, "person": by.name, "day": task.due_on.isoformat()} | values
    key = f"task{task.pk}.{kind}.{at:%Y%m%d%H%M%S%f}"
    tell([Telling(person_id=person.pk, key=key, kind=kind, values=told, url=address("meetings:task", task.pk))], at=at)
