from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class PoolRules(models.Model):
    """Who may claim how much from the lead pool (公海). One row, made when it is first changed."""

    daily = models.PositiveSmallIntegerField(
        _("claims a day"), default=5, validators=[MinValueValidator(1), MaxValueValidator(200)]
    )
    holding = models.PositiveSmallIntegerField(
        _("leads at once"),
        default=50,
        validators=[MinValueValidator(1), MaxValueValidator(2000)],
        help_text=_("Whoever holds this many cannot claim more until some are closed or given back."),
    )
    former_days = models.PositiveSmallIntegerField(
        _("days that a former owner waits"),
        default=7,
        validators=[MaxValueValidator(365)],
        help_text=_("Whoever lost or gave back a lead cannot claim it again before then."),
    )
    fresh_hours = models.PositiveSmallIntegerField(
        _("hours that a new lead waits"),
        default=0,
        validators=[MaxValueValidator(72)],
        help_text=_("So that everybody has the chance to see it. 0: it may be claimed at once."),
    )
    late_costs = models.BooleanField(
        _("each overdue duty takes one claim off"),
        default=True,
        help_text=_("Counts the first responses and follow-ups that are late at this moment."),
    )
    slow_rate = models.PositiveSmallIntegerField(
        _("on-time rate, in percent, below which only half may be claimed"),
        default=60,
        validators=[MaxValueValidator(100)],
        help_text=_("Counts the first responses of the last 30 days, from the fifth on. 0: no such limit."),
    )
    hide_former = models.BooleanField(_("hide who held a lead before"), default=True)

    class Meta:
        verbose_name = _("rules of the lead pool")
        verbose_name_plural = _("rules of the lead pool")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="pool_rules_once")]

    def __str__(self):
        return str(self._meta.verbose_name)

    @classmethod
    def now(cls) -> "PoolRules":
        """The rules that hold: those on file, else the defaults. One query."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)
