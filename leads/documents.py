"""Whose files of leads one may open: those of leads that one sees, but not those of the pool, as with contacts."""

from django.db.models import QuerySet

from leads.models import Lead, Status
from salesops.documents.holders import Holder, register
from salesops.people.models import Role, User


def open_leads(user: User) -> QuerySet:
    """The leads whose files the user may open."""
    seen = Lead.objects.visible_to(user)
    return seen if user.has_role(Role.SO, Role.ADMIN) else seen.exclude(status=Status.POOL)


register(Holder("lead", open_leads))
