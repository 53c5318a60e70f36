from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .lead import Lead


class NeedSurvey(models.Model):
    """What a customer said they need, asked each quarter where nothing is to be bought soon (handbook H2)."""

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="surveys", verbose_name=_("lead"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))
    needs = models.TextField(_("needs"))
    situation = models.CharField(_("what they use today"), max_length=500, blank=True, default="")
    timing = models.CharField(_("when something may come of it"), max_length=200, blank=True, default="")

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name = _("need survey")
        verbose_name_plural = _("need surveys")
        indexes = [models.Index(fields=["lead", "-at"])]

    def __str__(self):
        return f"{self.lead} · {self.at:%Y-%m-%d}"
