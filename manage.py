#!/usr/bin/env python
import os
import sys


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "salesops.settings")
    import django
    from django.core.management import call_command, execute_from_command_line

    if sys.argv[1:2] not in (["migrate"], ["makemigrations"], ["check"]):
        django.setup()
        from salesops import embedded

        if embedded.created:  # a database of our own that has just been made: every command finds it ready
            call_command("migrate", verbosity=0)
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
