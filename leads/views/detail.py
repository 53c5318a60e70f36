from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef
from django.db.models.functions import JSONObject
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.html import format_html
from django.views.decorators.http import require_POST

from leads import actions, identity, reasons, timeline
from leads.actions.editing import as_text, part_of
from leads.forms import FollowUpForm
from leads.library import offer_of
from leads.models import Contact, Lead, Status
from leads.models.follow_up import talks
from leads.models.promise import texts
from leads.policy import NOTHING, May, may
from leads.tabs import TABS, tabs
from leads.wording import field_label, field_value
from salesops.people.models import User
from salesops.sop.forecast import forecast
from salesops.sop.models import Deadline
from salesops.sop.my_day import Item, items
from salesops.web.forms import one_time

from .acting import find, find_readable, number
from .lists import neighbours
from .teams import members, team_of

SIMILAR = 5
SUMMARY = ("need", "budget", "decision_maker")
FACTS = ("company", "industry", "region", "size", "product", "source")


def detail(request, pk):
    """One look: who, what state, what is owed, what was said. With htmx: earlier entries, or why this owner."""
    lead, allowed = find_readable(request, pk, similar=_similar(request.user), team=team_of())
    if request.htmx and "why" in request.GET:
        return render(request, "leads/_why.html", {"lead": lead, "why": why(lead)})
    if request.htmx and ("before" in request.GET or "kind" in request.GET):
        told = _story(request, lead) if allowed.read else {}
        return render(request, "leads/_story.html", {"lead": lead, "may": allowed, **told})
    return show(request, lead, allowed)


def show(request, lead: Lead, allowed: May | None = None, *, revealed: Contact | None = None) -> HttpResponse:
    """The page of a lead, without any form: each is fetched when it is asked for."""
    allowed = allowed or may(request.user, lead)
    context = {
        **head(request, lead, allowed),
        **(_story(request, lead) if allowed.read else {}),
        "why": why(lead) if "why" in request.GET else None,
        "summary": [_field(lead, name) for name in SUMMARY],
        "facts": [_field(lead, name) for name in FACTS],
        "planned": talks(lead.planned),
        "contacts": lead.customer.contacts.order_by("pk") if allowed.reveal else (),
        "revealed": revealed,
        "team": members(lead),
        "similar": [dict(row, status=Status(row["status"]).label) for row in getattr(lead, "similar", ())],
    }
    return render(request, "leads/detail.html", context)


def head(request, lead: Lead, allowed: May) -> dict:
    """What the top of each page of a lead shows (leads/_head.html). At most two queries."""
    duties, lost = owed(lead, request.now), allowed is NOTHING
    name = request.resolver_match.view_name
    current = name if any(tab.url == name for tab in TABS) else TABS[0].url
    return {
        "lead": lead,
        "may": allowed,
        "owed": duties,
        "neighbours": neighbours(request, lead.pk),
        "lost": lost,
        "tabs": tabs(lead, duties, current=current, whole=lost or not allowed.read),
    }


def _field(lead: Lead, name: str) -> dict:
    part, attribute = part_of(lead, name)
    return {"name": name, "label": field_label(name), "shown": field_value(name, as_text(getattr(part, attribute)))}


def _story(request, lead: Lead) -> dict:
    kind = request.GET.get("kind", "")
    found = timeline.story(lead, kind=kind, cursor=request.GET.get("before", ""))
    newest = next((entry.pk for entry in found.entries if entry.source == "follow_up"), None)
    undoable = None if "before" in request.GET else newest
    return {"story": found, "kind": kind, "kinds": timeline.KIND_LABELS, "undoable": undoable}


def why(lead: Lead) -> list[str]:
    """Why the present owner got the lead."""
    return reasons.why(lead.assignments.filter(ended_at=None).first()) if lead.owner_id else []


def _similar(user: User) -> ArraySubquery:
    """For the query of a lead: others of its company, also where that was written otherwise, that the user may see."""
    others = Lead.objects.visible_to(user).filter(customer__name_key=OuterRef("customer__name_key"))
    facts = JSONObject(pk="pk", company="customer__name", grade="grade", status="status", owner="owner__name")
    return ArraySubquery(others.exclude(pk=OuterRef("pk")).order_by("-pk").values(facts=facts)[:SIMILAR])


def owed(lead: Lead, now) -> list[Item]:
    """What is owed on the lead, most urgent first."""
    rows = Deadline.objects.open().filter(file=lead.ref).of_people().select_related("owner")
    found, words = items(rows.order_by("due_at", "id"), now), texts(lead)
    for item in found:
        item.text = words.get(item.deadline.subject, "")
    return found


def follow_up_form(request, lead: Lead, data=None, files=None) -> FollowUpForm:
    """The form with the next follow-up proposed from the lead's grade and the owner's calendar.

    `?with=scripts:7` puts a talk template, or a case, into the note.
    """
    proposal = forecast("lead.follow_up", owner=lead.owner or request.user, case=lead.grade, at=request.now)
    offer = offer_of(request.GET["with"], lead, request.user) if "with" in request.GET else None
    initial = {"note": offer.words, "used": offer.key} if offer else {}
    return FollowUpForm(data, files, lead=lead, now=request.now, forecast=proposal, initial=initial)


@one_time
@require_POST
def contact(request, pk):
    """Shows a contact's number, to read or to call; each look is logged."""
    lead, allowed = find(request, pk)
    if not allowed.reveal:
        raise PermissionDenied
    call = "call" in request.POST
    asked = number(request.POST.get("call" if call else "contact"))
    found = get_object_or_404(Contact, pk=asked, customer=lead.customer_id)
    actions.reveal(found, lead=lead, what="call" if call else "phone", by=request.user, at=request.now)
    if request.htmx:
        shown = identity.grouped(found.phone)
        dial = format_html(' data-dial="{}"', lead.pk) if call else ""
        response = HttpResponse(format_html('<a class="number" href="tel:{}"{}>{}</a>', found.phone, dial, shown))
        response["Cache-Control"] = "no-store"
        return response
    return show_revealed(request, lead, found)


def show_revealed(request, lead: Lead, revealed: Contact) -> HttpResponse:
    """The same page with one number shown, for browsers without scripts; never kept in a cache."""
    response = show(request, lead, revealed=revealed)
    response["Cache-Control"] = "no-store"
    return response
