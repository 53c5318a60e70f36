"""What My Day says of leads: who to call, what was said last, where to act; what was done and what lies idle."""

from datetime import datetime

from django.db.models import CharField, Exists, OuterRef, Q, Subquery, Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from leads.models import FollowUp, Lead, Status
from salesops.people import scope
from salesops.people.models import Role, User
from salesops.sop.models import Deadline
from salesops.sop.my_day import Done, Note
from salesops.sop.subjects import Brief


def briefs(user: User, ids: list[int], now: datetime) -> dict[int, Brief]:
    """The briefs of those leads that the user sees, in two queries."""
    said = FollowUp.objects.filter(lead=OuterRef("pk")).exclude(note="").order_by("-logged_at", "-id")
    last = {"last_note": Subquery(said.values("note")[:1]), "last_at": Subquery(said.values("logged_at")[:1])}
    leads = Lead.objects.visible_to(user).filter(pk__in=ids).select_related("contact").annotate(**last)
    holders = {user.pk, *scope.acted_for(user).values_list("pk", flat=True)}
    return {lead.pk: _brief(lead, holders) for lead in leads}


def _brief(lead: Lead, holders: set[int]) -> Brief:
    values = {"tags": (lead.grade,) if lead.grade else ()}
    if lead.last_note:
        values |= {"last": lead.last_note, "last_at": lead.last_at}
    if lead.owner_id in holders:
        if lead.contact:
            words = (lead.contact.name, lead.contact.title, lead.contact.masked_phone)
            values["who"] = " ".join(filter(None, words))
        if lead.status in (Status.ASSIGNED, Status.ACTIVE):
            values |= {"act_url": reverse("leads:follow_up", args=[lead.pk]), "act_label": _("Log a follow-up")}
            values["act_event"] = "follow_up.logged"
        if lead.status == Status.ASSIGNED:
            values |= {"post_url": reverse("leads:acceptance", args=[lead.pk]), "post_label": _("Accept the lead")}
            values["post_event"] = "lead.accepted"
    return Brief(**values)


def without_next_step() -> Q:
    """Leads that somebody holds and on which nothing is owed."""
    reference = Concat(Value("lead:"), Cast(OuterRef("pk"), CharField()), output_field=CharField())
    owed = Deadline.objects.open().filter(file=reference, owner=OuterRef("owner"))
    return Q(status__in=[Status.ASSIGNED, Status.ACTIVE]) & ~Q(Exists(owed))


def notes(user: User, now: datetime) -> list[Note]:
    """How many of my leads have no next step."""
    if not user.has_role(Role.AM, *scope.HEADS):
        return []
    count = Lead.objects.filter(without_next_step(), owner=user).count()
    return [Note(_("My leads without a next step"), count, reverse("leads:list") + "?view=no_next")]


def done_today(user: User, now: datetime) -> list[Done]:
    """The follow-ups that the user has logged since midnight."""
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = FollowUp.objects.filter(by=user, logged_at__gte=midnight).select_related("lead__customer")[:50]
    return [
        Done(
            row.logged_at,
            row.lead.customer.name,
            row.note or (_("Reached") if row.reached else _("No answer")),
            reverse("leads:detail", args=[row.lead_id]),
        )
        for row in rows
    ]
