"""manage.py sop explain ID: why a deadline is due then, and what was done about it."""

from zoneinfo import ZoneInfo

from django.core.management.base import CommandError

from ..explain import explain
from ..models import Deadline

HELP = "Explains one deadline day by day."


def add_arguments(parser) -> None:
    parser.add_argument("id", type=int)


def run(stdout, options) -> None:
    deadline = Deadline.objects.select_related("owner").filter(pk=options["id"]).first()
    if deadline is None:
        raise CommandError(f"There is no deadline {options['id']}.")
    said = explain(deadline)
    calendar_zone = said.zone
    stdout.write(f"#{deadline.pk} {said.rule.title if said.rule else deadline.rule} · {deadline.title}")
    stdout.write(f"{said.owner} · {said.term} · {said.rule.clause if said.rule else ''} · {calendar_zone}")
    stdout.write(f"{_local(deadline.starts_at, calendar_zone)} → {_local(deadline.due_at, calendar_zone)}")
    for line in said.lines:
        stdout.write(f"  {line}")
    for taken in said.taken:
        told = ", ".join(f"{name} {_local(at, calendar_zone)}" for name, at in taken.told)
        stdout.write(f"  {_local(taken.at, calendar_zone)} {taken.text}{': ' + told if told else ''}")
    for text, at in said.to_come:
        stdout.write(f"  {_local(at, calendar_zone)} … {text}")
    if deadline.ending:
        stdout.write(f"{_local(deadline.ended_at, calendar_zone)} {deadline.get_ending_display()}")


def _local(instant, zone: str) -> str:
    return instant.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")
