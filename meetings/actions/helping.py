"""Help: asking for it, answering, passing it on with a date, withdrawing it."""

from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from leads.actions.refusing import Refused
from leads.models import Lead
from meetings.models import HelpItem, Task
from meetings.policy import may_help
from salesops.events.recording import record
from salesops.notices.actions import Telling, tell
from salesops.people.models import User
from salesops.sop.engine.settling import settle_subjects
from salesops.web.addresses import address

from .tasks import give


@transaction.atomic
def ask_help(*, text: str, helper: User, lead: Lead | None = None, by: User, at: datetime) -> HelpItem:
    """Asks somebody for help (help.answer). Raises Refused for oneself and for who has left.

    The caller has made sure that `by` sees the lead.
    """
    if helper.pk == by.pk or not helper.is_active:
        raise Refused(_("Ask somebody else for help."))
    item = HelpItem.objects.create(text=text, asker=by, helper=helper, lead=lead, asked_at=at)
    _record("asked", item, by, at, made={item.ref: text})
    _tell(item, helper.pk, "help.asked", by, at)
    return item


@transaction.atomic
def answer_help(item: HelpItem, *, answer: str, by: User, at: datetime) -> HelpItem:
    """The help was given. Raises Refused if it has ended."""
    item = _open(item, by, at)
    _end(item, answer, by, at)
    _record("answered", item, by, at)
    _tell(item, item.asker_id, "help.answered", by, at)
    return item


@transaction.atomic
def pass_on(item: HelpItem, *, to: User, due_on: date, by: User, at: datetime) -> Task:
    """The help becomes a task with a date, of oneself or of somebody else; who passed it on confirms it.

    Raises Refused if it has ended, or for a day that is over.
    """
    item = _open(item, by, at)
    if not to.is_active:
        raise Refused(_("They have left."))
    task = give(content=item.text[:200], due_on=due_on, assignee=to, lead=item.lead, by=by, at=at)
    item.task = task
    _end(item, "", by, at)
    _record("passed_on", item, by, at, task=task.pk)
    _tell(item, item.asker_id, "help.passed_on", by, at, to=to.name, day=due_on.isoformat())
    return task


@transaction.atomic
def withdraw_help(item: HelpItem, *, by: User, at: datetime) -> HelpItem:
    """Who asked needs it no more. Raises Refused if it has ended."""
    item = _locked(item, at)
    if not may_help(by, item).give:
        raise PermissionDenied
    _still_open(item)
    item.withdrawn = True
    _end(item, "", by, at)
    _record("withdrawn", item, by, at)
    return item


def _locked(item: HelpItem, at: datetime) -> HelpItem:
    settle_subjects({item.ref}, until=at, at=at)
    return HelpItem.objects.select_for_update(of=("self",), no_key=True).select_related("lead").get(pk=item.pk)


def _open(item: HelpItem, by: User, at: datetime) -> HelpItem:
    item = _locked(item, at)
    if not may_help(by, item).do:
        raise PermissionDenied
    _still_open(item)
    return item


def _still_open(item: HelpItem) -> None:
    if item.ended_at:
        raise Refused(_("This has been done already."))


def _end(item: HelpItem, answer: str, by: User, at: datetime) -> None:
    item.answer, item.ended_at, item.ended_by = answer, at, by
    item.save(update_fields=["answer", "ended_at", "ended_by", "withdrawn", "task"])


def _record(done: str, item: HelpItem, by: User, at: datetime, *, made=None, **refs) -> None:
    named = {"help": item.pk, "helper": item.helper_id, "asker": item.asker_id}
    record(f"help.{done}", at=at, by=by, refs=named | refs, made=made)


def _tell(item: HelpItem, person: int, kind: str, by: User, at: datetime, **values) -> None:
    told = {"text": item.text, "person": by.name} | values
    page = address("meetings:help", item.pk)
    tell([Telling(person_id=person, key=f"help{item.pk}.{kind}", kind=kind, values=told, url=page)], at=at)
