"""manage.py sync_calendar: enters the public days that the installed lists know."""

from django.core.management.base import BaseCommand, CommandError

from salesops import clock
from salesops.sop.calendars import calendar_warnings
from salesops.sop.public_days import sync_years


class Command(BaseCommand):
    help = (
        "Enters the published public holidays and make-up days, and a marked estimate for the year that is not "
        "published. A year that is entered as published stays as it is, unless it is asked for by --year."
    )

    def add_arguments(self, parser):
        parser.add_argument("--year", type=int, help="only this year")
        parser.add_argument("--dry-run", action="store_true", help="only show what would change")

    def handle(self, *args, year=None, dry_run=False, **options):
        now = clock.now()
        try:
            found = sync_years(now, only=year, dry_run=dry_run)
        except ValueError as error:
            raise CommandError(str(error)) from error
        for changed_year, changes in found.items():
            self.stdout.write(f"{changed_year}: {len(changes)} days {'would change' if dry_run else 'changed'}")
            for change in changes:
                self.stdout.write(f"  {change.date}: {change.old_words} -> {change.new_words}")
        for warning in calendar_warnings(now):
            self.stderr.write(self.style.WARNING(warning))
