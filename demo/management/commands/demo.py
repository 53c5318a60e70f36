"""manage.py demo: a small company that has worked for two weeks, to try the product with."""

from django.core.management.base import BaseCommand
from django.db import transaction

from demo import PASSWORD, company, history, live
from salesops import clock
from salesops.people.models import Team, User


class Command(BaseCommand):
    help = "Loads the demo company into an empty database and prints its logins."

    def add_arguments(self, parser):
        parser.add_argument("--if-empty", action="store_true", help="do nothing where there are people already")
        parser.add_argument("--without-history", action="store_true", help="only the people, teams and territories")

    def handle(self, *args, if_empty, without_history, **options):
        if User.objects.exists():
            if not if_empty:
                self.stderr.write("There are people in this database already; nothing was loaded.")
        elif without_history:
            with transaction.atomic():
                company.load(at=clock.now())
        else:
            self._load()
        if User.objects.filter(username=company.LOGINS[0][0]).exists():
            self.stdout.write(f"Demo logins, password {PASSWORD}:")
            for username, name, what in company.LOGINS:
                self.stdout.write(f"  {username:10} {name} · {what}")

    @transaction.atomic
    def _load(self):
        """All or nothing: a start that was broken off leaves an empty database, and the next one begins anew."""
        self.stdout.write("The demo company lives through its first two weeks; this takes a moment.")
        people = company.load(at=clock.now())
        company.work_shifts(Team.objects.get(name="华南组"))
        history.make(people, until=clock.now())
        lapsing, unanswered = live.make(people, at=clock.now())
        self.stdout.write(
            f"Within three minutes {lapsing} is taken back from {lapsing.owner} and goes to the next, "
            f"and {people['zhaoqiang']} is told that {unanswered} waits for its first response."
        )
