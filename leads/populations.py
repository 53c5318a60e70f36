"""Whose leads owe something every month or quarter: who held a lead of which grade when the period began."""

from datetime import datetime

from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from leads.models import Assignment, Grade, GradeChange
from salesops.sop.populations import Member, population


@population("leads.b_held", subject="lead")
def b_held(at: datetime, after: int, limit: int) -> list[Member]:
    """The B leads that somebody held at `at`."""
    return _held(Grade.B, at, after, limit)


@population("leads.c_held", subject="lead")
def c_held(at: datetime, after: int, limit: int) -> list[Member]:
    """The C leads that somebody held at `at`."""
    return _held(Grade.C, at, after, limit)


def _held(grade: str, at: datetime, after: int, limit: int) -> list[Member]:
    """As it stood at `at`, so that it does not matter when the round is filled. In order of lead."""
    later = GradeChange.objects.filter(lead=OuterRef("lead"), at__gt=at).order_by("at", "id").values("before")
    running = Assignment.objects.filter(Q(ended_at=None) | Q(ended_at__gt=at), at__lte=at, lead__gt=after)
    rows = running.annotate(grade_then=Coalesce(Subquery(later[:1]), "lead__grade")).filter(grade_then=grade)
    found = rows.order_by("lead").values_list("lead", "owner", "lead__customer__name")[:limit]
    return [Member(lead, owner, title=company, file=f"lead:{lead}") for lead, owner, company in found]
