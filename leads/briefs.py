"""What My Day says of leads: who to call, what was said last, where to act; what was done and what lies idle."""

from datetime import datetime, timedelta

from django.db.models import CharField, Exists, OuterRef, Q, Subquery, Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from leads.models import Customer, FollowUp, KeyContact, Lead, Status
from leads.models.follow_up import last_said, planned_talks, talks
from leads.models.promise import open_texts, texts
from salesops.people import scope
from salesops.people.models import Role, User
from salesops.sop.models import Deadline
from salesops.sop.my_day import Done, Note
from salesops.sop.subjects import Brief, Talk
from salesops.standing import StandingQuery
from salesops.web.addresses import address

# The page offers an undo for ten seconds; this leaves room for a slow connection. The lead's page has it longer.
UNDO = timedelta(minutes=1)


def briefs(user: User, ids: list[int], now: datetime) -> dict[int, Brief]:
    """The briefs of those leads that the user sees, in one query."""
    leads = Lead.objects.visible_to(user).filter(pk__in=ids).select_related("contact").with_holder(user)
    read = leads.only("grade", "status", "contact__name", "contact__title", "contact__phone")
    return {lead.pk: _brief(lead) for lead in read.annotate(planned=planned_talks(), **last_said(), **open_texts())}


def _brief(lead: Lead) -> Brief:
    values = {"tags": (lead.grade,) if lead.grade else (), "last": lead.last or "", "last_at": lead.last_at}
    values["texts"] = texts(lead)
    if lead.held:
        values["talks"] = tuple(
            Talk(talk.get_way_display(), talk.starts_at, address("leads:move", talk.pk)) for talk in talks(lead.planned)
        )
        if lead.contact:
            words = (lead.contact.name, lead.contact.title, lead.contact.masked_phone)
            values["who"] = " ".join(filter(None, words))
        if lead.contact and lead.contact.phone:
            values |= {"call_url": address("leads:contact", lead.pk), "call": lead.contact_id}
        if lead.status in (Status.ASSIGNED, Status.ACTIVE):
            values |= {"act_url": address("leads:follow_up", lead.pk), "act_label": _("Log a follow-up")}
            values["act_event"] = "follow_up.logged"
        if lead.status == Status.ASSIGNED:
            values |= {"post_url": address("leads:acceptance", lead.pk), "post_label": _("Accept the lead")}
            values["post_event"] = "lead.accepted"
    return Brief(**values)


def customers(user: User, ids: list[int], now: datetime) -> dict[int, Brief]:
    """The briefs of those customers that the user sees, in one query."""
    last = KeyContact.objects.filter(customer=OuterRef("pk")).order_by("-at", "-id")
    rows = Customer.objects.visible_to(user).filter(pk__in=ids).with_holder(user).only("name")
    rows = rows.annotate(last=Subquery(last.values("needs")[:1]), last_at=Subquery(last.values("at")[:1]))
    return {row.pk: _customer_brief(row) for row in rows}


def _customer_brief(customer: Customer) -> Brief:
    values = {"last": customer.last or "", "last_at": customer.last_at}
    if customer.held:
        values |= {"act_url": address("leads:key_contact", customer.pk), "act_label": _("Log the contact")}
        values["act_event"] = "contact.logged"
    return Brief(**values)


def without_next_step() -> Q:
    """Leads that somebody holds and on which nothing is owed, by them or by who stands in for them."""
    reference = Concat(Value("lead:"), Cast(OuterRef("pk"), CharField()), output_field=CharField())
    theirs = Q(owner=OuterRef("owner")) | Q(on_behalf_of=OuterRef("owner"))
    owed = Deadline.objects.open().filter(theirs, file=reference)
    return Q(status__in=[Status.ASSIGNED, Status.ACTIVE]) & ~Q(Exists(owed))


def notes(user: User, now: datetime) -> list[Note]:
    """How many of my leads have no next step."""
    if not user.has_role(Role.AM, *scope.HEADS):
        return []
    count = len(_without_next_step(user.pk))
    return [Note(_("My leads without a next step"), count, reverse("leads:list") + "?view=no_next")]


def done_today(user: User, now: datetime) -> list[Done]:
    """The follow-ups that the user has logged since midnight; the last can be undone for a little while."""
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return [
        Done(
            logged_at,
            customer,
            note or (_("Reached") if reached else _("No answer")),
            address("leads:detail", lead),
            undo_url=address("leads:undo", pk) if not number and logged_at > now - UNDO else "",
        )
        for number, (pk, lead, customer, logged_at, reached, note) in enumerate(_logged(user.pk, midnight))
    ]


_logged = StandingQuery(
    lambda user, since: FollowUp.objects.filter(by=user, logged_at__gte=since).values_list(
        "pk", "lead", "lead__customer__name", "logged_at", "reached", "note"
    )[:50]
)
_without_next_step = StandingQuery(
    lambda user: Lead.objects.filter(without_next_step(), owner=user).order_by().values_list("pk")
)
