from django.core.management.base import BaseCommand, CommandError
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive

from salesops import clock
from salesops.notices.sending import send


class Command(BaseCommand):
    help = "Sends what is queued: for cron while no Celery worker runs. Safe beside workers."

    def add_arguments(self, parser):
        parser.add_argument("--now", help="The instant to take as now, in ISO 8601 with its offset.")

    def handle(self, *args, now=None, **options):
        at = parse_datetime(now) if now else clock.now()
        if at is None or is_naive(at):
            raise CommandError("--now must be an instant like 2026-11-21T15:40:00+08:00.")
        self.stdout.write(f"{send(at=at)} messages")
