"""Why is this due then, and what was done about it? Every deadline explains itself (architecture.md, promise 13)."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from salesops.notices.models import Notice

from .engine.applying import pauses_of
from .engine.context import Context
from .engine.facts import typed_facts
from .engine.ladder import DUE_NAME, MOVED, all_times, steps_taken
from .frozen import FrozenTerms
from .models import Deadline, Waiver
from .picture import Picture, picture
from .registry import registry
from .rule import Rule, Step, Streak, Told, desk_name
from .terms import Line


@dataclass(frozen=True)
class Taken:
    """A step that was taken: what it was, when it was due and done, and who was told when."""

    text: str
    due_at: datetime
    at: datetime
    dropped: bool = False
    told: tuple[tuple[str, datetime], ...] = ()


@dataclass(frozen=True)
class Explanation:
    """A deadline's rule, reckoning and history, for the page, the command and other rooms."""

    deadline: Deadline
    rule: Rule | None
    owner: str
    term: str
    zone: str
    lines: tuple[Line, ...]
    reckoned: datetime
    taken: tuple[Taken, ...]
    to_come: tuple[tuple[str, datetime], ...]
    waivers: tuple[Waiver, ...] = field(default=())
    picture: Picture | None = None

    @property
    def exact(self) -> bool:
        """Whether the lines lead to the due time; not where it was chosen or moved by other means."""
        return self.reckoned == self.deadline.due_at

    @property
    def estimated(self) -> bool:
        return any(line.estimated for line in self.lines)


def explain(deadline: Deadline) -> Explanation:
    """Explains a deadline from its frozen terms and the calendar as it stood then. Reads, never writes."""
    ctx = Context(deadline.starts_at)
    ctx.load([deadline])
    terms, calendar = ctx.terms(deadline), ctx.calendar(deadline)
    term = terms.due(deadline.case)
    facts = typed_facts(deadline.facts)
    if deadline.streak:
        reckoned, lines = deadline.due_at, []
    else:
        reckoned, lines = term.reckon(deadline.starts_at, calendar, facts, pauses_of(deadline))
    done = steps_taken(deadline)
    open_steps = [] if deadline.ending else list(all_times(deadline, terms, calendar))
    return Explanation(
        deadline=deadline,
        rule=registry.get(deadline.rule),
        owner=_owner(deadline, ctx),
        term=term.sentence(),
        zone=calendar.zone,
        lines=tuple(lines),
        reckoned=reckoned,
        taken=tuple(_taken(deadline, terms)),
        to_come=tuple(sorted(((step_text(step), at) for step, at in open_steps if step.name not in done), key=_second)),
        picture=picture(lines, deadline.starts_at, reckoned, calendar),
        waivers=tuple(deadline.waivers.select_related("asked_by", "decided_by")) if deadline.pk else (),
    )


def _second(pair):
    return pair[1]


def _owner(deadline: Deadline, ctx: Context) -> str:
    if deadline.owner_id:
        return deadline.owner.name
    if deadline.desk:
        head = ctx.directory.desk_head(deadline.desk)
        name = ctx.directory.name(head) if head else "–"
        return _("%(desk)s, answered for by %(head)s") % {"desk": desk_name(deadline.desk), "head": name}
    return _("the product itself")


def _taken(deadline: Deadline, terms: FrozenTerms):
    told = defaultdict(list)
    for notice in Notice.objects.filter(deadline_id=deadline.pk).select_related("person").order_by("created_at", "id"):
        name = notice.key.partition(".")[2].partition("~")[0]
        told[name].append((notice.person.name if notice.person else "", notice.created_at))
    steps = {step.name: step for step in terms.ladder}
    for entry in deadline.steps:
        name = entry["name"]
        key = f"{name}#{entry['n']}" if entry["n"] else name
        yield Taken(
            text=_entry_text(name, steps.get(name)),
            due_at=datetime.fromisoformat(entry["due"]),
            at=datetime.fromisoformat(entry["at"]),
            dropped=entry.get("dropped", False),
            told=tuple(told.get(key, ())),
        )


def _entry_text(name: str, step: Step | None) -> str:
    if name == DUE_NAME:
        return _("Was due and not met")
    if name == MOVED:
        return _("The due time was moved; before it was this")
    return step_text(step) if step else name


TOLD = {
    Told.OWNER: lambda: _("who owes it"),
    Told.HEAD: lambda: _("the head"),
    Told.HEADS_HEAD: lambda: _("the head's head"),
    Told.MANAGER: lambda: _("the manager"),
    Told.MANAGERS_MANAGER: lambda: _("the manager's manager"),
    Told.ADMINS: lambda: _("the administrators"),
    Told.OPENER: lambda: _("who asked for it"),
    Told.SO: lambda: _("sales operations"),
}
CONSEQUENCES = {
    "lead.take_back": lambda: _("it is taken back and routed anew"),
    "lead.return": lambda: _("it goes back to the pool"),
    "task.carry": lambda: _("it is carried over to the next date that was said for it"),
    "issue.level_2": lambda: _("a level II issue is raised"),
}


def step_text(step: Step) -> str:
    """What a step does, in the reader's language: "Reminder", "Word to the manager"."""
    parts = []
    if step.remind:
        parts.append(_("reminder"))
    if step.tell:
        parts.append(_("word to %(people)s") % {"people": _("; ").join(TOLD[told]() for told in step.tell)})
    if step.do:
        parts.append(CONSEQUENCES[step.do]())
    return _(", ").join(parts)


def step_when(step: Step) -> str:
    """When a step is taken, in the reader's language: "1 office hour before", "when it is due"."""
    when = step.when
    if isinstance(when, Streak):
        return _("after %(n)s periods missed in a row") % {"n": when.n}
    if hasattr(when, "share"):
        return (
            _("at the start") if not when.share else _("at %(share)s %% of the time") % {"share": int(100 * when.share)}
        )
    if isinstance(when, str):
        return _("on the morning of the day") if when == "morning" else _("when it is due")
    if type(when).__name__ == "Ahead":
        return _("%(amount)s before") % {"amount": when.amount.sentence()}
    return _("%(amount)s after") % {"amount": when.amount.sentence()}
