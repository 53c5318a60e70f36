"""Writing what a context has gathered: a handful of statements for any number of deadlines."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection
from psycopg2.extras import execute_values

from salesops.events.models import Event
from salesops.events.recording import record
from salesops.notices.actions import digest_after_outage, settle, tell

from ..models import Deadline
from ..rule import Step
from .context import Context

GRACE = timedelta(minutes=15)  # after an outage, before heads are told, so that people can catch up first
DIGEST_AFTER = timedelta(minutes=2)  # after an outage, before people get their one digest

# Columns that the engine changes, with their types for the VALUES list.
_COLUMNS = {
    "owner_id": "bigint",
    "desk": "text",
    "on_behalf_of_id": "bigint",
    "team_id": "bigint",
    "case": "text",
    "facts": "jsonb",
    "terms_id": "bigint",
    "calendar_id": "bigint",
    "starts_at": "timestamptz",
    "chosen": "boolean",
    "due_at": "timestamptz",
    "ends_at": "timestamptz",
    "pauses": "jsonb",
    "stopped_at": "timestamptz",
    "progress": "double precision",
    "met_at": "timestamptz",
    "ended_at": "timestamptz",
    "ended_by_id": "bigint",
    "ending": "text",
    "counted": "text",
    "counted_for_id": "bigint",
    "streak": "smallint",
    "steps": "jsonb",
    "acknowledged_at": "timestamptz",
    "next_at": "timestamptz",
    "failures": "smallint",
}
_JSON = {"facts", "pauses", "steps"}


def flush(ctx: Context) -> None:
    """Writes changed and new deadlines, notices and tallies, and empties the context's queues."""
    _update(list(ctx.changed.values()))
    _insert(ctx.new)
    if ctx.settled:
        settle(sorted(ctx.settled), at=ctx.at)
    if ctx.tellings:
        _tell(ctx)
    for row, step, due_at in ctx.unanswered:
        record_step(row, step, due_at, ctx)
    _tally(ctx.tallies)
    ctx.changed, ctx.new, ctx.tellings, ctx.unanswered, ctx.settled = {}, [], [], [], set()
    ctx.tallies.clear()


def record_step(row: Deadline, step: Step, due_at: datetime, ctx: Context) -> Event:
    """Records that a step was taken that other rooms may want to know of."""
    return record(
        "deadline.step_taken",
        at=due_at,
        done_at=ctx.at,
        refs={"deadline": row.pk},
        data={"rule": row.rule, "step": step.name, "owner": ctx.owing(row), "subject": row.subject, "do": step.do},
        file=row.file,
    )


def _tell(ctx: Context) -> None:
    """Tells now; after an outage in one digest for each person, the heads only when there was time to catch up."""
    tellings = [
        # What is told of an ended deadline asks for nothing any more.
        replace(told, deadline_id=row.pk if row.is_open else None, key=f"d{row.pk}.{told.key}")
        for row, told in ctx.tellings
    ]
    if ctx.catch_up_until is None:
        tell(tellings, at=ctx.at)
        return
    # One instant for all batches, so that each person gets one message however many batches the catching up takes.
    for escalation, send_at in ((False, ctx.catch_up_until - GRACE + DIGEST_AFTER), (True, ctx.catch_up_until)):
        digest_after_outage([told for told in tellings if told.escalation == escalation], at=ctx.at, send_at=send_at)


def _insert(rows: list[Deadline]) -> None:
    """Inserts new rows in order; a successor needs the id of the one before it."""
    pending = rows
    while pending:
        ready = [row for row in pending if row.previous is None or row.previous.pk]
        for row in ready:
            row.previous_id = row.previous.pk if row.previous else None
        Deadline.objects.bulk_create(ready, batch_size=1000)
        pending = [row for row in pending if not row.pk]


def _update(rows: list[Deadline]) -> None:
    if not rows:
        return
    names = list(_COLUMNS)
    columns = ", ".join(f'"{name}" = v."{name}"' for name in names)
    template = "(%s, " + ", ".join(f"%s::{_COLUMNS[name]}" for name in names) + ")"
    values = [
        (row.pk, *(json.dumps(getattr(row, name)) if name in _JSON else getattr(row, name) for name in names))
        for row in rows
    ]
    head = ", ".join(f'"{name}"' for name in names)
    with connection.cursor() as cursor:
        execute_values(
            cursor.cursor,
            f"UPDATE sop_deadline AS d SET {columns} FROM (VALUES %s) AS v(id, {head}) WHERE d.id = v.id",
            values,
            template=template,
            page_size=1000,
        )


def _tally(tallies) -> None:
    """Adds to the tallies, in one fixed order so that two writers cannot wait for each other."""
    zone = ZoneInfo(settings.TIME_ZONE)
    by_day: dict[tuple, dict[str, int]] = {}
    for (rule, team, owner, due_at, counted), number in tallies.items():
        counts = by_day.setdefault((rule, team, owner, due_at.astimezone(zone).date()), {})
        counts[counted] = counts.get(counted, 0) + number
    kinds = ("in_time", "late", "waived", "void", "outage")
    rows = sorted(
        ((*key, *(counts.get(kind, 0) for kind in kinds)) for key, counts in by_day.items() if any(counts.values())),
        key=lambda row: (row[0], row[1] or 0, row[2] or 0, row[3]),
    )
    if not rows:
        return
    added = ", ".join(f'"{kind}" = t."{kind}" + excluded."{kind}"' for kind in kinds)
    names = ", ".join(f'"{kind}"' for kind in kinds)
    with connection.cursor() as cursor:
        execute_values(
            cursor.cursor,
            f"INSERT INTO sop_tally AS t (rule, team_id, owner_id, day, {names}) VALUES %s "
            f"ON CONFLICT (rule, team_id, owner_id, day) DO UPDATE SET {added}",
            rows,
            page_size=1000,
        )
