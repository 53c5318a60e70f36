from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .customer import Customer

UNDO = timedelta(days=7)


class Merge(models.Model):
    """Two customers were one: what moved to the one that stays, so that it can be told and taken back."""

    kept = models.ForeignKey(Customer, models.CASCADE, related_name="merges", verbose_name=_("customer that stays"))
    gone = models.ForeignKey(Customer, models.CASCADE, related_name="+", verbose_name=_("duplicate"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))
    reason = models.CharField(_("reason"), max_length=300)
    # Ids of leads, contacts, key_contacts, subsidiaries and earlier duplicates that moved, and of the key marks.
    moved = models.JSONField(_("what moved"), default=dict)
    # By field of the customer that stays: the value before and after.
    fields = models.JSONField(_("changed fields"), default=dict)
    undone_at = models.DateTimeField(_("undone at"), null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("undone by")
    )

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name = _("merge of customers")
        verbose_name_plural = _("merges of customers")
        constraints = [
            models.CheckConstraint(condition=~Q(kept=models.F("gone")), name="merge_of_two"),
            models.UniqueConstraint(fields=["gone"], condition=Q(undone_at=None), name="merge_once"),
        ]

    def __str__(self):
        return f"{self.gone} → {self.kept}"
