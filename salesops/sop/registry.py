"""All rules of all apps, and which of them an event concerns."""

from collections import defaultdict
from dataclasses import dataclass, field

from .rule import NEVER, On, Rule, StepOf


@dataclass
class Concerned:
    """The rules that listen to one event, by what it does to their deadlines."""

    opens: list[Rule] = field(default_factory=list)
    meets: list[Rule] = field(default_factory=list)
    voids: list[Rule] = field(default_factory=list)
    moves: list[Rule] = field(default_factory=list)
    stops: list[Rule] = field(default_factory=list)
    resumes: list[Rule] = field(default_factory=list)
    until: list[Rule] = field(default_factory=list)

    def rules(self) -> dict[str, Rule]:
        return {rule.key: rule for kind in vars(self).values() for rule in kind}


class Registry:
    def __init__(self):
        self.rules: dict[str, Rule] = {}
        self._by_event: dict[str, Concerned] = defaultdict(Concerned)
        self._by_step: dict[tuple[str, str], list[Rule]] = defaultdict(list)

    def register(self, *rules: Rule) -> None:
        for rule in rules:
            if rule.key in self.rules:
                raise ValueError(f"The rule {rule.key} is registered twice.")
            self.rules[rule.key] = rule
            for aspect in ("opens", "meets", "voids", "moves", "stops", "resumes"):
                self._index(rule, aspect, getattr(rule, aspect))
            for step in rule.ladder:
                if step.until is not NEVER:
                    self._index(rule, "until", step.until)

    def _index(self, rule: Rule, aspect: str, trigger) -> None:
        if isinstance(trigger, StepOf):
            self._by_step[trigger.rule, trigger.step].append(rule)
        elif isinstance(trigger, On):
            for name in trigger.events:
                rules = getattr(self._by_event[name], aspect)
                if rule not in rules:
                    rules.append(rule)

    def unregister(self, *keys: str) -> None:
        """Forgets rules; for tests that bring their own."""
        kept = [rule for key, rule in self.rules.items() if key not in keys]
        self.__init__()
        self.register(*kept)

    def __getitem__(self, key: str) -> Rule:
        return self.rules[key]

    def get(self, key: str) -> Rule | None:
        return self.rules.get(key)

    def __iter__(self):
        return iter(self.rules.values())

    def concerned_by(self, event_name: str) -> Concerned | None:
        return self._by_event.get(event_name)

    def opened_by_step(self, rule: str, step: str) -> list[Rule]:
        return self._by_step.get((rule, step), [])


registry = Registry()
register = registry.register
