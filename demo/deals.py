"""Two leads that went all the way: one to the proposal, one to a signed contract with its first payment."""

from datetime import datetime
from decimal import Decimal

from demo import phrases
from leads.actions import advance, answer_report, receive_payment, report_needs, request_needs, win, write_needs
from leads.models import Lead
from salesops.sop.calendars import calendar_for

AMOUNT, FIRST = Decimal("268000"), Decimal("80400")


def make(leads: list[Lead], *, at: datetime) -> None:
    """Does it at the instant `at` (UTC), by who holds each lead: the last one stays at the proposal."""
    today = calendar_for().local(at).date()
    for lead in leads:
        by = lead.owner
        write_needs(lead, values=phrases.NEEDS_LIST, by=by, at=at)
        answer_report(report_needs(lead, by=by, at=at), yes=True, name=phrases.WHO_CONFIRMED, by=None, at=at)
        advance(lead, by=by, at=at)
        request_needs(lead, text=phrases.NEEDS_REQUEST, files=(), by=by, at=at)
        advance(lead, by=by, at=at)
    for lead in leads[:-1]:
        deal = win(lead, amount=AMOUNT, signed_on=today, by=lead.owner, at=at)
        receive_payment(deal, amount=FIRST, received_on=today, note=phrases.FIRST_PAYMENT, by=lead.owner, at=at)
