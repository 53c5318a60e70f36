"""Why somebody got a lead, in sentences: what routing has kept as codes and figures."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leads.models import Assignment, Territory
from salesops.people.models import User

WHY_NOT = {
    "left": gettext_lazy("has left"),
    "let_go": gettext_lazy("let this lead go before"),
    "on_leave": gettext_lazy("is on leave"),
    "full": gettext_lazy("has no capacity left"),
}


def why(assignment: Assignment | None) -> list[str]:
    """Why the present owner got the lead, in sentences."""
    if assignment is None:
        return []
    if assignment.how != Assignment.How.ROUTED:
        return [str(assignment.get_how_display())]
    reasons = assignment.reasons
    territory = Territory.objects.filter(pk=reasons.get("territory")).first()
    people = names_of([reasons])
    matched = _("Territory %(name)s matched.") % {"name": territory.name if territory else "–"}
    return [matched, *(candidate_words(each, people) for each in reasons["candidates"])]


def names_of(choices: Iterable[dict]) -> dict[int, str]:
    """The names of everybody who was considered, by id. One query."""
    ids = {each["person"] for reasons in choices for each in reasons.get("candidates", ())}
    return dict(User.objects.filter(pk__in=ids).values_list("pk", "name"))


def candidate_words(candidate: dict, people: dict[int, str]) -> str:
    """One who was considered, with the figures that decided or what spoke against them."""
    values = {"person": people.get(candidate["person"], "–"), **candidate}
    if candidate["why_not"]:
        return _("%(person)s: %(why)s") % {**values, "why": WHY_NOT[candidate["why_not"]]}
    return _("%(person)s: on time %(rate)s %%, %(load)s of %(capacity)s leads") % values
