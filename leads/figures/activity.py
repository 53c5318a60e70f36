"""What people did: talks, visits, new customers, and how fast they answered."""

from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from leads.models import Assignment, Customer, Deal, FollowUp, Way
from salesops.sop.models import Tally
from salesops.sop.registry import registry

from .registry import Figure, Ratio, Source, register


def _rule(row: Tally) -> str:
    return str(registry[row.rule].title) if registry.get(row.rule) else row.rule


talks = Source(lambda: FollowUp.objects.all(), day="logged_at", owner="by", text=lambda row: row.get_way_display())
assignments = Source(lambda: Assignment.objects.all(), day="at", owner="owner", text=lambda row: row.get_how_display())
customers = Source(lambda: Customer.objects.all(), day="created_at", owner="owner", lead="", text=str)
tallies = Source(lambda: Tally.objects.all(), day="day", owner="owner", lead="", text=_rule)

_VISITED = Q(way=Way.VISIT, reached=True)
_IS_CUSTOMER = Exists(
    Deal.objects.standing().filter(lead__customer=OuterRef("lead__customer"), at__lt=OuterRef("logged_at"))
)
_RESPONSE = Q(rule="lead.first_response")
_JUDGED = F("in_time") + F("late")

register(
    Figure("follow_ups", _("Follow-ups"), _("Logged contacts and tries of every kind."), talks),
    Figure("calls", _("Phone calls"), _("Logged follow-ups by telephone, answered or not."), talks, Q(way=Way.CALL)),
    Figure("visits", _("Visits"), _("Logged visits at which the customer was met."), talks, _VISITED),
    Figure(
        "new_visits",
        _("Visits to new customers"),
        _("Visits to companies that had signed nothing yet."),
        talks,
        _VISITED & ~Q(_IS_CUSTOMER),
    ),
    Figure(
        "new_intents",
        _("New intents"),
        _("Talks in which a high or medium intent was noted."),
        talks,
        Q(reached=True, intent__in=["high", "medium"]),
    ),
    Figure("leads_got", _("Leads received"), _("Leads assigned, claimed or taken over."), assignments),
    Figure("new_customers", _("New customers"), _("Companies that were recorded in the period, by owner."), customers),
    Figure(
        "responses_in_time",
        _("Answered in time"),
        _("First responses within their time."),
        tallies,
        _RESPONSE,
        total="in_time",
        hidden=True,
    ),
    Figure(
        "responses_due",
        _("First responses due"),
        _("First responses that were due, in time or late."),
        tallies,
        _RESPONSE,
        total=_JUDGED,
        hidden=True,
    ),
    Ratio(
        "response",
        _("Answered in time"),
        _("First responses within their time, of all that were due."),
        "responses_in_time",
        "responses_due",
    ),
    Figure(
        "duties_in_time",
        _("Duties in time"),
        _("Duties done in time."),
        tallies,
        total="in_time",
        hidden=True,
    ),
    Figure(
        "duties_due", _("Duties due"), _("Duties that were due, in time or late."), tallies, total=_JUDGED, hidden=True
    ),
    Ratio(
        "on_time",
        _("On-time rate"),
        _("Duties done in time, of all that were due; waived, void and fallen into an outage left out."),
        "duties_in_time",
        "duties_due",
    ),
)
