"""manage.py import_leads FILE --by USER [--owner USER] [--json]: imports a registration form (.xlsx or CSV).

With --json the last line is one JSON object: "created", "updated" and "duplicate" are counts, "rejected" is a list of
objects with "row", "column", "reason" (words) and "code"; every row that is not blank is in exactly one of them. It
also has "import" (its number), "total", "blank" and "encoding". The exit code is 0 also where rows were rejected.
"""

import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from leads import reading
from leads.actions.importing import run_batch, start_import
from leads.models import ImportRow, LeadImport
from leads.wording import reason_words
from salesops import clock
from salesops.people.models import User


class Command(BaseCommand):
    help = "Imports a registration form (.xlsx or CSV). A run that was killed goes on when it is called again."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--by", required=True, metavar="USER", help="user name of who imports")
        parser.add_argument("--owner", metavar="USER", help="user name of who gets the rows at a later stage")
        parser.add_argument("--json", action="store_true", help="one JSON object as the last line")

    def handle(self, *, file, by, owner, **options):
        by, owner = self._person(by), self._person(owner) if owner else None
        try:
            with file.open("rb") as stream:
                lead_import = start_import(stream, file_name=file.name, by=by, owner=owner, at=clock.now())
        except (OSError, reading.Unreadable) as error:
            raise CommandError(str(error)) from error
        while run_batch(lead_import.pk, at=clock.now()):
            if not options["json"]:
                lead_import.refresh_from_db()
                self.stdout.write(f"{lead_import.judged} / {lead_import.total}")
        lead_import.refresh_from_db()
        rejected = lead_import.rows.filter(outcome=ImportRow.Outcome.REJECTED).defer("content", "differing")
        if options["json"]:
            self.stdout.write(json.dumps(_as_json(lead_import, rejected), ensure_ascii=False))
            return
        for row in rejected:
            self.stdout.write(f"{row.number}\t{row.column}\t{reason_words(row.reason)}")
        counts = ("created", "updated", "duplicate", "rejected", "blank")
        self.stdout.write(" · ".join(f"{_label(name)} {getattr(lead_import, name)}" for name in counts))

    def _person(self, username: str) -> User:
        person = User.objects.filter(username=username, is_active=True).first()
        if person is None:
            raise CommandError(f"Nobody active has the user name {username}.")
        return person


def _label(name: str) -> str:
    return str(LeadImport._meta.get_field(name).verbose_name)


def _as_json(lead_import: LeadImport, rejected) -> dict:
    return {
        "import": lead_import.pk,
        "encoding": lead_import.encoding,
        "total": lead_import.total,
        "blank": lead_import.blank,
        "created": lead_import.created,
        "updated": lead_import.updated,
        "duplicate": lead_import.duplicate,
        "rejected": [
            {"row": row.number, "column": row.column, "reason": str(reason_words(row.reason)), "code": row.reason}
            for row in rejected
        ],
    }
