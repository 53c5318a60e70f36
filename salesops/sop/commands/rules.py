"""manage.py sop rules: the rules as they hold now, for people and for scripts."""

import json

from django.utils.translation import gettext as _
from django.utils.translation import override

from salesops import clock

from ..book import page_of_rule
from ..registry import registry

HELP = "All rules: key, title, who owes, due, clock, reminders, what happens when missed, source clause."


def add_arguments(parser) -> None:
    parser.add_argument("--json", action="store_true", help="one JSON list")


def run(stdout, options) -> None:
    rules = [as_json(rule, clock.now()) for rule in sorted(registry, key=lambda rule: rule.key)]
    if options["json"]:
        stdout.write(json.dumps(rules, ensure_ascii=False, indent=1))
        return
    for rule in rules:
        stdout.write(f"{rule['key']:24} {rule['title']['zh-hans']} · {rule['due']} · {rule['source'] or _('ours')}")


def as_json(rule, now) -> dict:
    with override("zh-hans"):
        chinese = str(rule.title)
    with override("en"):
        shown = page_of_rule(rule, now)
        return {
            "key": rule.key,
            "title": {"en": str(rule.title), "zh-hans": chinese},
            "owes": shown.owes,
            "due": "; ".join(f"{case}: {term}" if case else term for case, term in shown.dues),
            "terms": shown.terms,
            "clock": shown.clock,
            "reminders": [f"{when}" for when, what in shown.reminders],
            "missed": [f"{when}: {what}" for when, what in shown.missed],
            "verdict": str(rule.verdict),
            "source": rule.clause or "ours",
        }
