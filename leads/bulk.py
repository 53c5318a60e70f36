"""What may be done to many leads at once. Each act is the act of a single lead, and is listed here once."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leads import actions
from leads.actions.bulk import change_tag, why_not_tag
from leads.actions.cleaning import why_not_close
from leads.actions.grading import why_not_regrade
from leads.actions.holding import why_not_assign, why_not_return
from leads.actions.nurturing import why_not_nurture
from leads.forms import AssignForm, GradeForm, ReasonForm, TagForm
from leads.forms.needs import LossForm
from leads.models import BulkChange, Lead
from leads.policy import assignable, may
from leads.wording import BULK_ACTS
from salesops.people import scope
from salesops.people.models import HEADS, Role, User

WORKING = (Role.AM, *HEADS, Role.SO, Role.ADMIN)
MANAGING = (*HEADS, Role.SO, Role.ADMIN)


@dataclass(frozen=True)
class Act:
    """`may` are the fields of May, one of which it takes on each lead.

    `why_not(lead, said)` says why a lead would stay as it is; `said` is empty as long as the form is not filled in.
    `looks_first`: what becomes of a lead hangs on what the form says, so that it is shown before it is done.
    """

    key: str
    button: str
    form: type
    do: Callable
    why_not: Callable[[Lead, dict], str]
    may: tuple[str, ...] = ("work", "head")
    roles: tuple[str, ...] = WORKING
    looks_first: bool = False
    of_company: bool = False  # it changes the company, and so once where several leads are of one

    @property
    def label(self):
        return BULK_ACTS[self.key]

    def form_for(self, user: User, data=None, **values):
        people = {"people": assignable(user)} if self.form is AssignForm else {}
        return self.form(data, auto_id="bulk_%s", **people, **values)

    def refusals(self, leads: Iterable[Lead], said: dict, user: User) -> dict[int, str]:
        """Why leads would stay as they are, by id; those that would change are not in it. No query."""
        found, companies = {}, set()
        for lead in leads:
            if why := self._refusal(lead, said, user, companies):
                found[lead.pk] = why
            companies.add(lead.customer_id)
        return found

    def _refusal(self, lead: Lead, said: dict, user: User, companies: set[int]) -> str:
        allowed = may(user, lead)
        if why := self.why_not(lead, said):
            return why
        if not any(getattr(allowed, act) for act in self.may):
            return _("You may not do this with %(company)s.") % {"company": lead.customer.name}
        if self.of_company and lead.customer_id in companies:
            return _("%(company)s is on the list with another lead.") % {"company": lead.customer.name}
        return ""

    def apply(self, leads: Iterable[Lead], said: dict, *, by: User, at: datetime):
        """Does it to those that may be, and says why not to the others. Returns the BulkChange."""
        leads = sorted(leads, key=lambda lead: (lead.customer_id, lead.pk) if self.of_company else (lead.pk,))
        refused = self.refusals(leads, said, by)

        def do(lead):
            self.do(lead, by=by, at=at, **said)

        return actions.change_many(self.key, leads, do, refused=refused, by=by, at=at)


def _tagging(key: str, button, *, add: bool) -> Act:
    """Puts a tag on the companies of leads, or takes it off."""
    return Act(
        key,
        button,
        TagForm,
        partial(change_tag, add=add),
        lambda lead, said: why_not_tag(lead.customer, said["tag"], add=add) if said else "",
        may=("edit",),
        looks_first=True,
        of_company=True,
    )


def _why_not_grade(lead, said) -> str:
    if said and lead.grade == said["grade"]:
        return _("%(company)s has this grade already.") % {"company": lead.customer.name}
    return why_not_regrade(lead)


ACTS = {
    act.key: act
    for act in (
        Act(
            "assign",
            gettext_lazy("Assign them"),
            AssignForm,
            actions.assign,
            lambda lead, said: why_not_assign(lead, said.get("to")),
            may=("head",),
            roles=MANAGING,
            looks_first=True,
        ),
        _tagging("tag", gettext_lazy("Add the tag"), add=True),
        _tagging("untag", gettext_lazy("Take it off"), add=False),
        Act(
            "grade",
            gettext_lazy("Set the grade"),
            GradeForm,
            actions.regrade,
            _why_not_grade,
            looks_first=True,
        ),
        Act(
            "return",
            gettext_lazy("Return them"),
            ReasonForm,
            actions.return_to_pool,
            lambda lead, said: why_not_return(lead),
        ),
        Act(
            "nurture",
            gettext_lazy("Put them there"),
            ReasonForm,
            actions.put_to_nurture,
            lambda lead, said: why_not_nurture(lead),
        ),
        Act(
            "lose",
            gettext_lazy("Close them as lost"),
            LossForm,
            actions.lose,
            lambda lead, said: why_not_close(lead),
        ),
    )
}


def acts_of(user: User) -> list[Act]:
    """What the user may do to many leads; whether to each of them is asked of each."""
    return [act for act in ACTS.values() if user.has_role(*act.roles)]


def still_may(change: BulkChange, user: User) -> set[int]:
    """The leads of a change on which the user may take it back: the right counts that they have now. Two queries.

    They need it over whoever holds a lead now and over whoever would hold it again; nobody who has left gets one.
    """
    if ACTS[change.act] not in acts_of(user):
        return set()
    rows = change.rows.filter(refusal="").only("lead", "before", "after")
    holders = {row.lead_id: {state["lead"]["owner_id"] for state in (row.before, row.after)} - {None} for row in rows}
    active = User.objects.filter(pk__in={pk for pks in holders.values() for pk in pks}, is_active=True)
    if user.has_role(Role.SO, Role.ADMIN):
        return _whose(holders, active)
    theirs = scope.people(user) if user.has_role(*HEADS) else scope.acted_for(user) | User.objects.filter(pk=user.pk)
    return {pk for pk in _whose(holders, active.filter(pk__in=theirs.values("pk"))) if holders[pk]}


def _whose(holders: dict[int, set[int]], people) -> set[int]:
    """The leads whose holders are all among `people`."""
    known = {*people.values_list("pk", flat=True)}
    return {lead for lead, pks in holders.items() if pks <= known}
