"""Whose files of leads one may open: those of leads that one sees, but not those of the pool, as with contacts."""

from django.db.models import QuerySet

from leads.models import Appointment, Comment, FollowUp, Lead, NeedsReport, Status
from salesops.documents.holders import Holder, register
from salesops.people.models import Role, User


def open_leads(user: User) -> QuerySet:
    """The leads whose files the user may open."""
    seen = Lead.objects.visible_to(user)
    return seen if user.has_role(Role.SO, Role.ADMIN) else seen.exclude(status=Status.POOL)


def of_leads(model):
    """The records of a model whose leads' files the user may open."""
    return lambda user: model.objects.filter(lead__in=open_leads(user))


register(
    Holder("lead", open_leads),
    Holder("follow_up", of_leads(FollowUp)),
    Holder("comment", of_leads(Comment)),
    Holder("appointment", of_leads(Appointment)),
    Holder("needs", of_leads(NeedsReport)),
)
