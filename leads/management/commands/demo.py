"""manage.py demo: a small company with people, departments and territories to try the product with."""

from django.core.management.base import BaseCommand
from django.db import transaction

from leads.demo import LOGINS, PASSWORD, load
from salesops import clock
from salesops.people.models import User


class Command(BaseCommand):
    help = "Loads the demo company into an empty database and prints its logins."

    def add_arguments(self, parser):
        parser.add_argument("--if-empty", action="store_true", help="do nothing where there are people already")

    def handle(self, *args, if_empty, **options):
        if User.objects.exists():
            if not if_empty:
                self.stderr.write("There are people in this database already; nothing was loaded.")
        else:
            with transaction.atomic():
                load(at=clock.now())
        if User.objects.filter(username=LOGINS[0][0]).exists():
            self.stdout.write(f"Demo logins, password {PASSWORD}:")
            for username, name, what in LOGINS:
                self.stdout.write(f"  {username:10} {name} · {what}")
