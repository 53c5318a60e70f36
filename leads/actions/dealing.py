"""A lead is won with a signed contract; payments for it come in."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from leads.models import Deal, Lead, Payment, Stage, Status
from salesops.events.recording import record
from salesops.people.models import User

from .refusing import Refused, locked
from .staging import enter


@transaction.atomic
def win(lead: Lead, *, amount: Decimal, signed_on: date, ends_on: date | None = None, by: User, at: datetime) -> Deal:
    """Records the signed contract (赢单): the amount in yuan counts for its owner on the day it was signed.

    What was owed to win the lead ends. Raises Refused for a lead that nobody works on or that is not at a proposal yet.
    """
    lead = locked(lead, at)
    if refusal := why_not_win(lead):
        raise Refused(refusal)
    deal = Deal.objects.create(
        lead=lead, owner=lead.owner, amount=amount, signed_on=signed_on, ends_on=ends_on, by=by, at=at
    )
    lead.status = Status.WON
    lead.save(update_fields=["status"])
    if lead.stage < Stage.CONTRACT:
        enter(lead, Stage.CONTRACT, by=by, at=at)
    record("lead.won", at=at, by=by, refs={"deal": deal.pk, "lead": lead.pk, "owner": lead.owner_id}, file=lead.ref)
    return deal


def why_not_win(lead: Lead) -> str:
    """Why no contract can be recorded on a lead, "" if one can."""
    if lead.status != Status.ACTIVE:
        return _("Nobody works on %(company)s now.") % {"company": lead.customer.name}
    if lead.stage < Stage.PROPOSAL:
        return _("A contract comes after the needs analysis: move the lead on first.")
    return ""


@transaction.atomic
def withdraw_deal(deal: Deal, *, reason: str, by: User, at: datetime) -> None:
    """Takes a signing back that was noted by mistake or fell through: the lead is worked on again.

    Raises Refused while payments stand for it, or if it was withdrawn already.
    """
    lead = locked(deal.lead, at)
    deal = Deal.objects.select_for_update(of=("self",)).get(pk=deal.pk)
    if deal.withdrawn_at:
        raise Refused(_("This was withdrawn already."))
    if deal.payments.standing().exists():
        raise Refused(_("Payments were received for it: withdraw them first."))
    _withdraw(deal, reason, by, at)
    if lead.status == Status.WON:
        lead.status = Status.ACTIVE
        lead.save(update_fields=["status"])
    refs = {"deal": deal.pk, "lead": lead.pk, "owner": lead.owner_id}
    record("lead.reopened", at=at, by=by, refs=refs, data={"grade": lead.grade}, file=lead.ref)


@transaction.atomic
def receive_payment(
    deal: Deal, *, amount: Decimal, received_on: date, note: str = "", by: User, at: datetime
) -> Payment:
    """Records a payment received for a deal, in yuan. Raises Refused for a deal that was withdrawn."""
    lead = locked(deal.lead, at)
    deal = Deal.objects.select_for_update(of=("self",)).get(pk=deal.pk)
    if deal.withdrawn_at:
        raise Refused(_("This was withdrawn already."))
    values = {"amount": amount, "received_on": received_on, "note": note}
    payment = Payment.objects.create(deal=deal, owner_id=lead.owner_id or deal.owner_id, by=by, at=at, **values)
    _record_payment("payment.received", payment, lead, by, at)
    return payment


@transaction.atomic
def withdraw_payment(payment: Payment, *, reason: str, by: User, at: datetime) -> None:
    """Takes a payment back that was noted by mistake. Raises Refused if it was withdrawn already."""
    lead = locked(payment.deal.lead, at)
    payment = Payment.objects.select_for_update(of=("self",)).get(pk=payment.pk)
    if payment.withdrawn_at:
        raise Refused(_("This was withdrawn already."))
    _withdraw(payment, reason, by, at)
    _record_payment("payment.withdrawn", payment, lead, by, at)


def _withdraw(money: Deal | Payment, reason: str, by: User, at: datetime) -> None:
    money.withdrawn_at, money.withdrawn_by, money.withdrawn_reason = at, by, reason
    money.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])


def _record_payment(name: str, payment: Payment, lead: Lead, by: User, at: datetime) -> None:
    refs = {"payment": payment.pk, "deal": payment.deal_id, "lead": lead.pk, "owner": payment.owner_id}
    record(name, at=at, by=by, refs=refs, file=lead.ref)
