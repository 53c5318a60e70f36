"""Whom a step tells, and what."""

from salesops.notices.actions import Telling

from .. import subjects
from ..models import Deadline
from ..rule import Step, Told
from .context import Context
from .ladder import MOVED


def tell(row: Deadline, step: Step, number: int, ctx: Context) -> None:
    """Queues the notices of a step. A repeated step climbs its list of recipients, and stays with the last."""
    owing = ctx.owing(row)
    if step.remind:
        people = [owing] if row.owner_id else ctx.directory.desk_members(row.desk)
        kind = "deadline.reminder"
    else:
        wanted = step.tell[min(number, len(step.tell) - 1) :][:1] if step.every else step.tell
        people, kind = [person for told in wanted for person in recipients(row, told, ctx)], "deadline.late"
    for person in dict.fromkeys(filter(None, people)):
        if not ctx.directory.is_active(person):
            continue
        telling = Telling(
            person_id=person,
            key=_key(row, step, number),
            kind=kind,
            values={
                "rule": row.rule,
                "title": row.title,
                "due": row.due_at.isoformat(),
                "owner": ctx.directory.name(owing) if owing else "",
                "mine": person == owing,
            },
            url=subjects.url(row.file or row.subject),
            file=row.file,
            urgent=step.urgent,
            expires_at=row.due_at if step.remind else None,
            escalation=not step.remind and person != owing,
        )
        ctx.tellings.append((row, telling))


def _key(row: Deadline, step: Step, number: int) -> str:
    """Names the step within its deadline; a repetition, and the same step after a move, is a step of its own."""
    moved = sum(entry["name"] == MOVED for entry in row.steps)
    return step.name + (f"#{number}" if number else "") + (f"~{moved}" if moved else "")


def recipients(row: Deadline, told: Told, ctx: Context) -> list[int | None]:
    """The people whom a recipient means; where it finds nobody, the next head up, above the topmost the admins."""
    directory, owing = ctx.directory, ctx.owing(row)
    if told == Told.OWNER:
        return [owing]
    if told == Told.SO:
        return directory.desk_members("so") or directory.admins()
    if told == Told.ADMINS or owing is None:
        return directory.admins()
    if told == Told.OPENER:
        opener = row.opened_by
        return [opener.refs.get("assigner") or opener.by_id] if opener else [None]
    if told == Told.HEAD and row.owner_id is None:
        return [owing]  # the desk's head, who owes it while nobody has taken it
    above = directory.heads_above(owing)
    managers = [head for head in above if "manager" in directory.roles_of(head)]
    chain, place = {
        Told.HEAD: (above, 0),
        Told.HEADS_HEAD: (above, 1),
        Told.MANAGER: (managers, 0),
        Told.MANAGERS_MANAGER: (managers, 1),
    }[told]
    return [chain[place]] if len(chain) > place else directory.admins()
