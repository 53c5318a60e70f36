from django.core.management.base import BaseCommand, CommandError

from salesops.rotating import reindex, renew


class Command(BaseCommand):
    help = "Encrypts what is under an older key of FIELD_KEYS anew under the newest. May be stopped and begun again."

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="Only count what is under an older key.")
        parser.add_argument("--batch", type=int, default=500, help="Rows in one transaction.")
        parser.add_argument(
            "--indexes",
            action="store_true",
            help="Reckon the blind indexes too, before the older keys are taken away: while the product is stopped.",
        )

    def handle(self, *args, dry_run=False, batch=500, indexes=False, **options):
        unreadable = 0
        for count in renew(batch=max(batch, 1), dry=dry_run):
            self._say(count, dry_run)
            unreadable += count.unreadable
        if unreadable:
            raise CommandError(f"{unreadable} rows fit no key of FIELD_KEYS. Put the missing key back at its end.")
        for count in reindex(batch=max(batch, 1), dry=dry_run) if indexes else ():
            self._say(count, dry_run, what="indexes")

    def _say(self, count, dry, what="rows"):
        if count.rows:
            done = "under an older key" if dry else "renewed"
            self.stdout.write(f"{count.model}: {count.rows} {what}, {count.old} {done}, {count.unreadable} unreadable")
