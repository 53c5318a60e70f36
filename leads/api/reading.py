"""Reading leads, their contact and what is owed on them: never more than the key's person sees."""

from datetime import datetime
from typing import Literal

from django.core.exceptions import PermissionDenied
from django.db.models import BigIntegerField, Case, QuerySet, When
from django.db.models.functions import Cast, Substr
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from ninja import Field, Query, Schema
from pydantic import AwareDatetime

from leads import actions, identity
from leads.listing import NEWEST
from leads.models import Contact, Grade, Lead, Stage, Status
from leads.policy import hides_contact, may
from leads.views.acting import whole
from salesops.events.models import Event
from salesops.people.models import Scope, User
from salesops.sop.models import Deadline
from salesops.sop.registry import registry
from salesops.web import keyset
from salesops.web.api.keys import scoped
from salesops.web.api.problems import FieldError, Problem

from .entering import lead_ref
from .router import router
from .schemas import ContactOut, DeadlineOut, DeadlinesOut, LeadOut, LeadsOut, PersonOut

ENDED = 100  # how many deadlines that have ended are given, the newest
SAME = ("source", "product", "need", "budget", "grade", "stage", "status")
TIMES = ("arrived_at", "qualified_at", "responded_at", "last_contact_at")


class Filters(Schema):
    stage: Stage | None = None
    grade: Grade | None = None
    status: Status | None = None
    owner: str | None = Field(None, max_length=150, description=gettext_noop("The owner's login."))
    changed_since: AwareDatetime | None = Field(
        None,
        description=gettext_noop(
            "Leads on which anything happened since. "
            "Ask with a minute's overlap: what is being written now comes later."
        ),
    )
    cursor: str | None = Field(None, max_length=500, description=gettext_noop("What the page before gave as “next”."))
    limit: int = Field(50, ge=1, le=100)


@router.get(
    "",
    **scoped(Scope.LEADS_READ),
    response=LeadsOut,
    url_name="leads",
    operation_id="list_leads",
    summary=gettext_noop("List leads"),
    description=gettext_noop("The newest first. A lead has to match all filters."),
)
def leads(request, filters: Query[Filters]):
    found = Lead.objects.visible_to(request.auth.person).for_list()
    equal = {"stage": filters.stage, "grade": filters.grade, "status": filters.status, "owner__username": filters.owner}
    found = found.filter(**{name: value for name, value in equal.items() if value is not None})
    if filters.changed_since:
        found = found.filter(pk__in=_changed(filters.changed_since))
    if filters.cursor and not keyset.fits(found, NEWEST, filters.cursor):
        raise Problem("invalid", errors=[FieldError("?cursor", "cursor", _("This cursor is not one of this list."))])
    page = keyset.page(found, NEWEST, filters.cursor, size=filters.limit)
    return LeadsOut(leads=[_lead_out(lead, request.auth.person) for lead in page.rows], next=page.after)


def _changed(since: datetime) -> QuerySet:
    """The leads on whose timeline something was recorded since an instant (UTC)."""
    happened = Event.objects.filter(recorded_at__gte=since, file__startswith="lead:")
    # CASE, because PostgreSQL may cast before it filters, and other files have no number at that place.
    number = Case(When(file__startswith="lead:", then=Cast(Substr("file", 6), BigIntegerField())))
    return happened.annotate(lead=number).values("lead")


@router.get(
    "/{int:pk}",
    **scoped(Scope.LEADS_READ),
    response=LeadOut,
    url_name="lead",
    operation_id="read_lead",
    summary=gettext_noop("Read a lead"),
)
def lead(request, pk: int):
    person = request.auth.person
    found = get_object_or_404(Lead.objects.visible_to(person).for_list(), pk=pk)
    actions.look(found.customer_id, lead=found, by=person, at=request.now)
    return _lead_out(found, person)


@router.get(
    "/{int:pk}/contact",
    **scoped(Scope.LEADS_CONTACT),
    response=ContactOut,
    url_name="contact",
    operation_id="read_contact",
    summary=gettext_noop("Read a lead's contact in full"),
    description=gettext_noop(
        "Each look is logged like one on the page, as one of the person on whose behalf the key acts."
    ),
)
def contact(request, pk: int):
    person = request.auth.person
    found = find_whole(person, pk)
    if not may(person, found).reveal:
        raise PermissionDenied
    if found.contact is None:
        raise Http404
    try:
        shown = actions.reveal(found.contact, lead=found, what="api", by=person, at=request.now)
    except actions.Refused as refused:
        raise Problem("refused", str(refused)) from refused
    return _contact_out(shown, masked=False)


@router.get(
    "/{int:pk}/deadlines",
    **scoped(Scope.DEADLINES_READ),
    response=DeadlinesOut,
    url_name="deadlines",
    operation_id="read_deadlines",
    summary=gettext_noop("Read what is due on a lead"),
    description=gettext_noop("What is open, the soonest first; or the last 100 that have ended."),
)
def deadlines(request, pk: int, state: Literal["open", "ended"] = "open"):
    found = get_object_or_404(Lead.objects.visible_to(request.auth.person), pk=pk)
    rows = Deadline.objects.filter(file=found.ref).of_people().select_related("owner")
    if state == "open":
        rows = rows.open().order_by("due_at", "id")
    else:
        rows = rows.exclude(ending="").order_by("-due_at", "-id")[:ENDED]
    return DeadlinesOut(deadlines=[_deadline_out(row, request.now) for row in rows])


def find_whole(person: User, pk: int) -> Lead:
    """The lead with all that the forms and the policy ask of one. Raises Http404 outside the person's scope."""
    return get_object_or_404(whole(Lead.objects.visible_to(person), person), pk=pk)


def _lead_out(lead: Lead, person: User) -> LeadOut:
    customer, contact = lead.customer, None if hides_contact(person, lead) else lead.contact
    return LeadOut(
        **lead_ref(lead.pk).model_dump(),
        company=customer.name,
        industry=customer.industry,
        region=customer.region,
        size=customer.size,
        contact=_contact_out(contact, masked=True) if contact else None,
        owner=_person_out(lead.owner),
        **{name: getattr(lead, name) for name in (*SAME, *TIMES)},
    )


def _contact_out(contact: Contact, *, masked: bool) -> ContactOut:
    numbers = {name: getattr(contact, name) for name in ("phone", "email", "wechat")}
    if masked:
        numbers = {name: identity.masked(number) for name, number in numbers.items()}
    return ContactOut(name=contact.name, title=contact.title, masked=masked, **numbers)


def _person_out(person: User | None) -> PersonOut | None:
    return PersonOut(id=person.pk, username=person.username, name=person.name) if person else None


def _deadline_out(row: Deadline, now: datetime) -> DeadlineOut:
    rule = registry.get(row.rule)
    return DeadlineOut(
        id=row.pk,
        rule=row.rule,
        title=str(rule.title) if rule else row.title,
        owner=_person_out(row.owner),
        desk=row.desk,
        starts_at=row.starts_at,
        due_at=row.due_at,
        state=row.ending or "open",
        late=row.is_late(now),
        met_at=row.met_at,
        ended_at=row.ended_at,
    )
