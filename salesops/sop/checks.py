"""Mistakes in rules that are found before anything runs."""

from django.core.checks import Error, register

from salesops.events.registry import declared

from . import consequences, populations
from .registry import registry
from .rule import Each, Every, On, Ref, Rule, StepOf


@register("sop")
def check_rules(app_configs, **kwargs):
    """Every event, consequence, population and rule that a rule names must be there."""
    return [Error(message, id="sop.E001") for rule in registry for message in problems(rule)]


def problems(rule: Rule) -> list[str]:
    found = []
    for on in _triggers(rule):
        for name in on.events:
            event = declared.get(name)
            if event is None:
                found.append(f"{rule.key}: no app declares the event {name}.")
            elif not set(rule.subjects) & set(event.refs):
                found.append(f"{rule.key}: {name} names none of {', '.join(rule.subjects)}.")
    if isinstance(rule.opens, On):
        for event in filter(None, map(declared.get, rule.opens.events)):
            values = {*event.refs, *event.data}
            if isinstance(rule.owes, Ref | Each) and rule.owes.name not in values:
                found.append(f"{rule.key}: {event.name} has no {rule.owes.name}.")
            if rule.case and rule.case not in values:
                found.append(f"{rule.key}: {event.name} has no {rule.case}.")
    if isinstance(rule.opens, Every) and rule.opens.of not in populations.names():
        found.append(f"{rule.key}: there is no population {rule.opens.of}.")
    if isinstance(rule.opens, StepOf) and not (
        registry.get(rule.opens.rule) and registry[rule.opens.rule].step(rule.opens.step)
    ):
        found.append(f"{rule.key}: {rule.opens.rule} has no step {rule.opens.step}.")
    found += [
        f"{rule.key}: {step.do} is not in the list of consequences."
        for step in rule.ladder
        if step.do and step.do not in consequences.NAMES
    ]
    names = [step.name for step in rule.ladder]
    if len(names) != len(set(names)):
        found.append(f"{rule.key}: two steps have one name.")
    if rule.charges and rule.charges not in registry.rules:
        found.append(f"{rule.key}: there is no rule {rule.charges} to charge.")
    return found


def _triggers(rule: Rule) -> list[On]:
    aspects = (rule.opens, rule.meets, rule.voids, rule.moves, rule.stops, rule.resumes)
    return [on for on in (*aspects, *(step.until for step in rule.ladder)) if isinstance(on, On)]
