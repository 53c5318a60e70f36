from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.html import format_html
from django.views.decorators.http import require_POST

from leads import actions, identity, timeline
from leads.forms import AppointmentForm, AssignForm, FollowUpForm, GradeForm, LaterDateForm, ReasonForm
from leads.models import Contact, Lead, Status
from leads.policy import may
from salesops.people import scope
from salesops.people.models import Role, User
from salesops.sop.forecast import forecast
from salesops.sop.models import Deadline
from salesops.sop.my_day import Item, items
from salesops.web.forms import one_time

from .acting import find


def detail(request, pk):
    """One look: who, what state, what is owed, what was said."""
    lead, _allowed = find(request, pk)
    return show(request, lead)


def show(request, lead: Lead, **forms) -> HttpResponse:
    """The page of a lead, with the forms that its user may use; a form given here was sent with mistakes."""
    allowed = may(request.user, lead)
    context = {
        "lead": lead,
        "may": allowed,
        "owed": owed(lead, request.now),
        "story": timeline.story(lead),
        "why": timeline.why(lead.assignments.filter(ended_at=None).first()) if lead.owner_id else [],
        "planned": lead.appointments.filter(state="planned"),
        "contacts": lead.customer.contacts.all() if allowed.reveal else (),
    }
    if allowed.work:
        context["follow_up_form"] = follow_up_form(request, lead)
        context["appointment_form"] = AppointmentForm(auto_id="appointment_%s")
        context["decline_form"] = ReasonForm(auto_id="decline_%s")
    if allowed.work or allowed.head:
        context["return_form"] = ReasonForm(auto_id="return_%s")
        context["grade_form"] = GradeForm(initial={"grade": lead.grade}, auto_id="grade_%s")
    if allowed.head and lead.grade:
        context["assign_form"] = AssignForm(people=assignable(request.user), auto_id="assign_%s")
        context["later_form"] = LaterDateForm(auto_id="later_%s") if lead.status == Status.ACTIVE else None
    return render(request, "leads/detail.html", context | forms, status=422 if forms else 200)


def owed(lead: Lead, now) -> list[Item]:
    """What is owed on the lead, most urgent first."""
    rows = Deadline.objects.open().filter(file=lead.ref).exclude(rule="lead.notify").select_related("owner")
    return items(rows.order_by("due_at", "id"), now)


def follow_up_form(request, lead: Lead, data=None) -> FollowUpForm:
    """The form with the next follow-up proposed from the lead's grade and the owner's calendar."""
    proposal = forecast("lead.follow_up", owner=lead.owner, case=lead.grade, at=request.now)
    return FollowUpForm(data, lead=lead, now=request.now, forecast=proposal)


def assignable(user: User):
    """The account managers to whom the user may assign."""
    holders = User.objects.filter(is_active=True, posts__role=Role.AM, posts__until=None)
    return holders.filter(pk__in=scope.people(user)).distinct().order_by("pinyin")


@one_time
@require_POST
def contact(request, pk):
    """Shows a contact's number; each look is logged."""
    lead, allowed = find(request, pk)
    if not allowed.reveal:
        raise PermissionDenied
    found = get_object_or_404(Contact, pk=request.POST.get("contact"), customer=lead.customer_id)
    actions.reveal(found, lead=lead, what="phone", by=request.user, at=request.now)
    if request.htmx:
        number = identity.grouped(found.phone)
        response = HttpResponse(format_html('<a href="tel:{}">{}</a>', found.phone, number))
        response["Cache-Control"] = "no-store"
        return response
    return show_revealed(request, lead, found)


def show_revealed(request, lead: Lead, revealed: Contact) -> HttpResponse:
    """The same page with one number shown, for browsers without scripts; never kept in a cache."""
    response = show(request, lead, revealed=revealed)
    response.status_code = 200
    response["Cache-Control"] = "no-store"
    return response
