"""Who works along on a lead: its owner names them, and takes them off again."""

from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, Subquery
from django.db.models.functions import JSONObject
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from leads import actions
from leads.forms import TeamForm
from leads.models import Collaboration, Lead
from leads.policy import teammates
from salesops.people.models import Post, Role, User
from salesops.web.back import go
from salesops.web.forms import one_time

from .acting import attempt, find, find_to, show_form


def team_of() -> ArraySubquery:
    """For the query of a lead: who works along on it, with their role, as `members` reads it."""
    role = Subquery(Post.objects.filter(user=OuterRef("person"), until=None).order_by("pk").values("role")[:1])
    joined = Collaboration.objects.joined().filter(lead=OuterRef("pk"), person__is_active=True)
    facts = JSONObject(pk="person", name="person__name", role=role, reason="reason")
    return ArraySubquery(joined.order_by("pk").values(facts=facts))


def members(lead: Lead) -> list[dict]:
    """The team of a lead that was read with `team=team_of()`: its owner, the presales consultant, who works along."""
    roles, found = dict(Role.choices), []
    if lead.owner_id:
        found.append({"pk": lead.owner_id, "name": lead.owner.name, "role": _("Owner"), "stays": True})
    if lead.presales_id:
        found.append({"pk": lead.presales_id, "name": lead.presales.name, "role": _("Presales")})
    others = getattr(lead, "team", ())
    return found + [each | {"role": roles.get(each["role"], "")} for each in others]


@one_time
def team(request, pk):
    """Names somebody to work along: they see the lead and log talks; what is owed stays with its owner."""
    lead = find_to(request, pk, "work", "head")
    if lead.owner_id is None:
        raise PermissionDenied
    people = teammates(lead)
    form = TeamForm(request.POST if request.method == "POST" else None, people=people, auto_id="team_%s")
    if not form.is_valid():
        title = _("Add to the team: %(company)s") % {"company": lead.customer.name}
        return show_form(request, lead, form, title=title, button=_("Add to the team"))
    attempt(request, actions.add_to_team, lead, **form.said, done=_("Added; they have been told."))
    return go(request, reverse("leads:detail", args=[pk]))


@one_time
@require_POST
def team_removal(request, pk, person):
    """Takes somebody off the team, or leaves it oneself; they do not see the lead any more."""
    lead, allowed = find(request, pk)
    if not (allowed.work or allowed.head or (allowed.join and person == request.user.pk)):
        raise PermissionDenied
    leaver, page = get_object_or_404(User, pk=person), reverse("leads:detail", args=[pk])
    done = _("%(person)s is off the team.") % {"person": leaver.name}
    attempt(request, actions.leave_team, lead, person=leaver, done=done)
    return go(request, reverse("leads:list") if leaver == request.user else page)
