"""What a lead has come to: the signed amount (签约额) and the payments received for it (回款). All amounts in yuan."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .lead import Lead

LEAST = Decimal("0.01")


class StandingQuerySet(models.QuerySet):
    def standing(self):
        """Those that count: what was noted by mistake is withdrawn, never deleted or changed."""
        return self.filter(withdrawn_at=None)


class Money(models.Model):
    """What the two have in common. A figure counts in the period of its day, whenever it was noted."""

    amount = models.DecimalField(_("amount, yuan"), max_digits=14, decimal_places=2)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, editable=False)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("withdrawn by")
    )
    withdrawn_reason = models.CharField(_("why withdrawn"), max_length=300, blank=True, default="")

    objects = StandingQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self):
        return str(self.amount)


class Deal(Money):
    """A signed contract. `owner` is who held the lead on the day: the figure stays theirs."""

    lead = models.ForeignKey(Lead, models.PROTECT, related_name="deals", verbose_name=_("lead"))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="deals", verbose_name=_("account manager")
    )
    signed_on = models.DateField(_("signed on"))
    ends_on = models.DateField(_("contract ends on"), null=True, blank=True)

    class Meta:
        verbose_name = _("deal")
        verbose_name_plural = _("deals")
        ordering = ["-signed_on", "-id"]
        indexes = [models.Index(fields=["owner", "signed_on"], name="deal_of_owner")]
        constraints = [
            models.UniqueConstraint(fields=["lead"], condition=Q(withdrawn_at=None), name="one_deal_of_a_lead"),
            models.CheckConstraint(condition=Q(amount__gte=LEAST), name="deal_has_amount"),
        ]


class Payment(Money):
    """Money that came in for a deal."""

    deal = models.ForeignKey(Deal, models.PROTECT, related_name="payments", verbose_name=_("deal"))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="payments", verbose_name=_("account manager")
    )
    received_on = models.DateField(_("received on"))
    note = models.CharField(_("note"), max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("received payment")
        verbose_name_plural = _("received payments")
        ordering = ["-received_on", "-id"]
        indexes = [
            models.Index(fields=["owner", "received_on"], name="payment_of_owner"),
            models.Index(fields=["deal", "-received_on", "-id"], name="payment_of_deal"),
        ]
        constraints = [models.CheckConstraint(condition=Q(amount__gte=LEAST), name="payment_has_amount")]

    @property
    def place(self) -> str:
        """Where the page puts a form about it."""
        return f"payment-{self.pk}"
