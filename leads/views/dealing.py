"""What a lead has come to: the signed contract and the payments for it."""

from django.core.exceptions import PermissionDenied
from django.db.models import Q, Sum
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from leads import actions
from leads.actions.dealing import why_not_win
from leads.forms import ReasonForm
from leads.forms.dealing import DealForm, PaymentForm
from leads.models import Deal, Lead, Payment
from salesops.web.forms import one_time

from .acting import attempt, find_inside, find_to, saved, show_form
from .detail import head

SHOWN = 100  # payments


@one_time
def deal(request, pk):
    """The signing, which makes a lead won; and the payments received since."""
    lead, allowed = find_inside(request, pk)
    if request.method == "POST" and not (allowed.work or allowed.head):
        raise PermissionDenied
    received = Sum("payments__amount", filter=Q(payments__withdrawn_at=None), default=0)
    signed = lead.deals.standing().annotate(received=received).first()
    form = _form(request, signed)
    if request.method == "POST" and form.is_valid():
        action, about = (actions.receive_payment, signed) if signed else (actions.win, lead)
        done = _("The payment is recorded.") if signed else _("Won! The signing is recorded.")
        if saved(request, form, action, about, done=done, **form.said):
            return redirect("leads:deal", pk)
    context = head(request, lead, allowed) | {"deal": signed, "form": form, "here": reverse("leads:deal", args=[pk])}
    if signed:
        payments = signed.payments.standing().select_related("by")[:SHOWN]
        beyond = signed.received > signed.amount
        context |= {"payments": payments, "outstanding": abs(signed.amount - signed.received), "beyond": beyond}
    else:
        context["refused"] = why_not_win(lead)
    return render(request, "leads/deal.html", context, status=422 if form.errors else 200)


def _form(request, signed: Deal | None):
    kind = PaymentForm if signed else DealForm
    return kind(request.POST if request.method == "POST" else None, now=request.now, auto_id="deal_%s")


@one_time
def deal_withdrawal(request, pk):
    """Takes a signing back, with the reason."""
    found = get_object_or_404(_seen(request, Deal.objects, "lead"), pk=pk)
    return _withdraw(request, found.lead, found, actions.withdraw_deal, _("Take the signing back"))


@one_time
def payment_withdrawal(request, pk):
    """Takes a payment back, with the reason."""
    found = get_object_or_404(_seen(request, Payment.objects, "deal__lead"), pk=pk)
    return _withdraw(request, found.deal.lead, found, actions.withdraw_payment, _("Take the payment back"))


def _seen(request, money, lead: str):
    return money.standing().select_related(lead).filter(**{f"{lead}__in": Lead.objects.visible_to(request.user)})


def _withdraw(request, lead: Lead, money: Deal | Payment, action, title: str):
    lead = find_to(request, lead.pk, "work", "head")
    form = ReasonForm(request.POST if request.method == "POST" else None, auto_id="withdrawal_%s")
    if form.is_valid():
        attempt(request, action, money, **form.said, done=_("Taken back."))
        return redirect("leads:deal", lead.pk)
    return show_form(request, lead, form, title=title, button=title)
