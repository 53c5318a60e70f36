"""What is done before the product serves: checks, tables, static files, a first sweep, and the demo company if asked.

    python -m salesops.prepare [--demo]

One process for all of it, apart from the supervisor's, which stays small.
"""

import os
import sys

import django
from django.core.management import BaseCommand, call_command


def main(*, demo: bool) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "salesops.settings")
    django.setup()
    BaseCommand().check()
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    call_command("sop", "sweep")  # so that enforcement has run before the first page is served
    if demo:
        call_command("demo", if_empty=True)


if __name__ == "__main__":
    main(demo="--demo" in sys.argv)
