"""manage.py sop SUBCOMMAND: the SOP on the command line. Each sub-command is a module of salesops/sop/commands."""

from django.core.management.base import BaseCommand

from salesops.sop.commands import due, explain, rules, sweep, tallies

SUBCOMMANDS = {"due": due, "explain": explain, "rules": rules, "sweep": sweep, "tallies": tallies}


class Command(BaseCommand):
    help = "Due times, rules and deadlines of the SOP."
    requires_system_checks = []

    def add_arguments(self, parser):
        subparsers = parser.add_subparsers(dest="subcommand", required=True)
        for name, module in SUBCOMMANDS.items():
            module.add_arguments(subparsers.add_parser(name, help=module.HELP, description=module.HELP))

    def handle(self, *args, subcommand, **options):
        SUBCOMMANDS[subcommand].run(self.stdout, options)
