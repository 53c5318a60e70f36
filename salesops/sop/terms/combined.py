"""Terms made of terms: before an instant of the subject, the earliest, the latest."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.utils.translation import gettext as _

from . import clocks
from .amounts import Hours, WorkingDays, hour_lines
from .base import MissingFact, Term, fact, moment_before
from .clocks import OFFICE
from .lines import due_line
from .moments import field_words

GRACE = Hours(1, OFFICE)


@dataclass(frozen=True)
class Before(Term):
    """An amount before an instant or date X of the subject (sop.md section 1, `before X`).

    What starts later than that is due one office hour after its start, at the latest at X; with `grace=False`, for
    what is judged on entry, it stays overdue. A date stands for its office close, on a free day for the last one before
    it; days are counted from the date itself. Pauses move nothing.
    """

    name: ClassVar[str] = "before"
    amount: Term
    field: str
    grace: bool = True

    def _due(self, start, calendar, facts, pauses):
        moment = fact(facts, self.field)
        due = self.amount.back(moment, calendar)
        if start <= due or not self.grace:
            return due
        return min(GRACE.due(start, calendar), moment_before(moment, calendar))

    def _lines(self, start, due, calendar, facts, pauses):
        moment = facts[self.field]
        if due != self.amount.back(moment, calendar):
            return hour_lines(start, due, calendar, OFFICE)
        until = moment_before(moment, calendar)
        if isinstance(self.amount, Hours):
            return hour_lines(due, until, calendar, self.amount.clock)
        if isinstance(self.amount, WorkingDays):
            return self.amount._lines(due, _end(moment, until), calendar, facts, ())
        return [due_line(due, calendar)]

    def sentence(self):
        return _("%(amount)s before: %(moment)s") % {
            "amount": self.amount.sentence(),
            "moment": field_words(self.field),
        }


class _Choice(Term):
    """One of several terms. Terms whose fact the subject does not have are left out while another one is left."""

    terms: tuple[Term, ...]

    def __init__(self, *args: Term, terms: tuple[Term, ...] = ()):
        object.__setattr__(self, "terms", (*args, *terms))
        if not self.terms or not all(isinstance(term, Term) for term in self.terms):
            raise ValueError(f"{type(self).__name__} needs terms: {self.terms!r}")

    def to_json(self):
        return {"term": self.name, "terms": [term.to_json() for term in self.terms]}

    def choose(self, found: list[tuple[datetime, Term]]) -> tuple[datetime, Term]:
        """The term that decides among (due, term)."""
        raise ValueError(f"{self} chooses nothing")

    def _chosen(self, start, calendar, facts, pauses) -> tuple[datetime, Term]:
        found, missing = [], None
        pauses = clocks.merged(pauses)
        for term in self.terms:
            try:
                found.append((term.due(start, calendar, facts, pauses), term))
            except MissingFact as error:
                missing = error
        if not found:
            raise missing
        return self.choose(found)

    def _due(self, start, calendar, facts, pauses):
        return self._chosen(start, calendar, facts, pauses)[0]

    def _lines(self, start, due, calendar, facts, pauses):
        chosen = self._chosen(start, calendar, facts, pauses)[1]
        return chosen.reckon(start, calendar, facts, pauses)[1]


@dataclass(frozen=True, init=False)
class Earliest(_Choice):
    """The earliest of several terms."""

    name: ClassVar[str] = "earliest"
    terms: tuple[Term, ...]

    def choose(self, found):
        return min(found, key=lambda pair: pair[0])

    def sentence(self):
        return _("the earliest of: %(terms)s") % {"terms": _("; ").join(term.sentence() for term in self.terms)}


@dataclass(frozen=True, init=False)
class Latest(_Choice):
    """The latest of several terms: "X, at least 2 office hours after the solution"."""

    name: ClassVar[str] = "latest"
    terms: tuple[Term, ...]

    def choose(self, found):
        return max(found, key=lambda pair: pair[0])

    def sentence(self):
        return _("the latest of: %(terms)s") % {"terms": _("; ").join(term.sentence() for term in self.terms)}


def _end(moment, until: datetime) -> datetime:
    return moment if isinstance(moment, datetime) else until
