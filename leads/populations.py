"""Whose leads and customers owe something every month or quarter: who held what when the period began."""

from datetime import datetime

from django.db.models import CharField, OuterRef, Q, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat

from leads.models import Assignment, Grade, GradeChange, KeyMark
from salesops.events.models import Event
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


@population("customers.key", subject="customer")
def key_customers(at: datetime, after: int, limit: int) -> list[Member]:
    """The customers that were key customers at `at`, with who owned them then. In order of customer."""
    reference = Concat(Value("customer:"), Cast(OuterRef("customer"), CharField()), output_field=CharField())
    later = Event.objects.filter(name="customer.passed_on", subject=reference, at__gt=at).order_by("at", "id")
    marked = KeyMark.objects.filter(Q(until=None) | Q(until__gt=at), since__lte=at, customer__gt=after)
    rows = marked.annotate(passed=Subquery(later.values("refs")[:1])).order_by("customer")
    return [
        Member(
            row["customer"],
            row["passed"].get("previous") if row["passed"] else row["customer__owner"],
            title=row["customer__name"],
            file=f"customer:{row['customer']}",
        )
        for row in rows.values("customer", "customer__owner", "customer__name", "passed")[:limit]
    ]
