"""One act done to many leads at once, so that its result can be read and taken back."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .lead import Lead

# The clocks of what is owed run on meanwhile, so that this is shorter than for merges and imports.
UNDO = timedelta(hours=24)
MOST = 200  # at once: the page waits for all of them


class BulkChange(models.Model):
    """Who did what to many leads, and whether it was taken back."""

    act = models.CharField(_("act"), max_length=12)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))
    undone_at = models.DateTimeField(_("undone at"), null=True)

    class Meta:
        verbose_name = _("change of many leads")
        verbose_name_plural = _("changes of many leads")
        ordering = ["-at", "-id"]

    def __str__(self):
        return f"{self.act} {self.at:%Y-%m-%d %H:%M}"

    def can_undo(self, at) -> bool:
        """Whether it may be tried: within UNDO, once."""
        return self.undone_at is None and at <= self.at + UNDO


class BulkRow(models.Model):
    """What became of one of the leads. `refusal` says why it was left as it was, in the words of who asked."""

    change = models.ForeignKey(BulkChange, models.CASCADE, related_name="rows", verbose_name=_("change"))
    lead = models.ForeignKey(Lead, models.CASCADE, related_name="+", verbose_name=_("lead"))
    refusal = models.CharField(_("why not"), max_length=300, blank=True, default="")
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    events = models.JSONField(default=list)
    stays = models.BooleanField(_("not taken back"), default=False)

    class Meta:
        verbose_name = _("lead of a change")
        verbose_name_plural = _("leads of a change")
        ordering = ["id"]

    def __str__(self):
        return f"{self.change} {self.lead_id}"
