"""manage.py sop tallies: counts the on-time tallies anew from the deadlines."""

from ..tallies import kept_tallies, rebuild_tallies, recounted_tallies

HELP = "How many tallies differ from what the deadlines give; --rebuild writes them anew."


def add_arguments(parser) -> None:
    parser.add_argument("--rebuild", action="store_true", help="write the recount over what is kept")


def run(stdout, options) -> None:
    if options["rebuild"]:
        stdout.write(f"{rebuild_tallies()} tallies differed and are written anew.")
        return
    kept, counted = kept_tallies(), recounted_tallies()
    differing = sorted((key for key in kept.keys() | counted.keys() if kept.get(key) != counted.get(key)), key=str)
    for key in differing:
        rule, team, person, day = key
        stdout.write(f"{rule} team {team} person {person} {day}: kept {kept.get(key)}, counted {counted.get(key)}")
    stdout.write(f"{len(differing)} tallies differ.")
