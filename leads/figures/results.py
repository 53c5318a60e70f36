"""What came of it: stages entered, deals, money, and what was lost."""

from django.db.models import DurationField, Exists, ExpressionWrapper, F, IntegerField, OuterRef, Q
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Extract, TruncDate
from django.utils.translation import gettext_lazy as _

from leads.models import Assignment, Deal, Payment, Stage
from salesops.events.models import Event

from .registry import Figure, Ratio, Source, Unit, register

_FIRST_OF_CUSTOMER = ~Exists(
    Deal.objects.standing().filter(lead__customer=OuterRef("lead__customer"), pk__lt=OuterRef("pk"))
)
_SPAN = ExpressionWrapper(F("signed_on") - TruncDate("lead__arrived_at"), output_field=DurationField())
_DAYS_TO_CLOSE = Extract(_SPAN, "epoch") / 86400


def _stages():
    """Each move to a later stage, with whose lead it was and which one."""
    owner, lead = (Cast(KT(f"refs__{name}"), IntegerField()) for name in ("owner", "lead"))
    return Event.objects.filter(name="lead.staged").annotate(owner=owner, lead=lead)


stages = Source(_stages, day="at", owner="owner")
deals = Source(lambda: Deal.objects.standing(), day="signed_on", owner="owner")
payments = Source(
    lambda: Payment.objects.standing(), day="received_on", owner="owner", lead="deal__lead", text=lambda row: row.note
)
endings = Source(
    lambda: Assignment.objects.filter(ended=Assignment.Ended.CLOSED).exclude(lead__lost_reason=""),
    day="ended_at",
    owner="owner",
)


register(
    Figure(
        "entered_needs",
        _("Entered the needs analysis"),
        _("Leads that entered the needs analysis."),
        stages,
        Q(data__stage=Stage.NEEDS.value),
        hidden=True,
    ),
    Figure(
        "entered_proposal",
        _("Entered the proposal stage"),
        _("Leads that entered the proposal stage."),
        stages,
        Q(data__stage=Stage.PROPOSAL.value),
        hidden=True,
    ),
    Figure(
        "entered_contract",
        _("Entered the contract stage"),
        _("Leads that entered the contract stage."),
        stages,
        Q(data__stage=Stage.CONTRACT.value),
        hidden=True,
    ),
    Ratio(
        "to_needs",
        _("Conversion to needs analysis"),
        _("Leads that entered the needs analysis in the period, for each lead received in it."),
        "entered_needs",
        "leads_got",
    ),
    Ratio(
        "to_proposal",
        _("Conversion to proposal"),
        _("Leads that entered the proposal stage in the period, for each that entered the needs analysis in it."),
        "entered_proposal",
        "entered_needs",
    ),
    Ratio(
        "to_contract",
        _("Conversion to contract"),
        _("Leads that entered the contract stage in the period, for each that entered the proposal stage in it."),
        "entered_contract",
        "entered_proposal",
    ),
    Figure("deals", _("Deals"), _("Contracts signed in the period."), deals),
    Figure(
        "new_signed",
        _("New signed customers"),
        _("Contracts with companies that had signed nothing before."),
        deals,
        _FIRST_OF_CUSTOMER,
    ),
    Figure(
        "signed",
        _("Signed amount"),
        _("The amounts of these contracts."),
        deals,
        total="amount",
        unit=Unit.YUAN,
    ),
    Ratio("average_deal", _("Average deal"), _("Signed amount by deals."), "signed", "deals", Unit.YUAN),
    Figure(
        "close_days",
        _("Days until the signature"),
        _("From each lead's arrival to the signature."),
        deals,
        total=_DAYS_TO_CLOSE,
        hidden=True,
    ),
    Ratio(
        "days_to_close",
        _("Days to close"),
        _("From a lead's arrival to the signature, on average."),
        "close_days",
        "deals",
        Unit.DAYS,
    ),
    Figure(
        "received",
        _("Payments received"),
        _("Money that came in during the period."),
        payments,
        total="amount",
        unit=Unit.YUAN,
    ),
    Figure("lost", _("Lost leads"), _("Leads closed as lost in the period."), endings),
)
