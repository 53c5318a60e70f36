from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from salesops.people.models import Team


class RuleSetting(models.Model):
    """Numbers of a rule that an admin has set, with the instant from which they hold. Never edited: a new row is set.

    `values` holds only what differs from the rule as declared: {"due": {case: term}, "ladder": {step: changes or null},
    "off": true}. A step that the rule does not declare was added: it says all of itself, with "remind". A deadline
    keeps the terms that held when it opened.
    """

    rule = models.CharField(_("rule"), max_length=64)
    team = models.ForeignKey(
        Team,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("team"),
        help_text=_("Empty: all teams. A team's own numbers hold for the teams below it too."),
    )
    holds_from = models.DateTimeField(_("holds from"))
    values = models.JSONField(_("values"), default=dict)
    reason = models.CharField(_("reason"), max_length=500)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("set by"))
    set_at = models.DateTimeField(_("set at"))

    class Meta:
        ordering = ["-holds_from", "-id"]
        verbose_name = _("setting of a rule")
        verbose_name_plural = _("settings of rules")
        indexes = [models.Index(fields=["rule", "holds_from"])]

    def __str__(self):
        return f"{self.rule} {self.holds_from:%Y-%m-%d %H:%M}"
