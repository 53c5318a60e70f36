from django.db import models
from django.utils.translation import gettext_lazy as _


class Round(models.Model):
    """One period of a rule that time opens, filled in slices; `cursor` is the last subject that has its deadline."""

    rule = models.CharField(_("rule"), max_length=64)
    period = models.CharField(_("period"), max_length=40)
    opens_at = models.DateTimeField(_("opens at"))
    cursor = models.BigIntegerField(default=0)
    done_at = models.DateTimeField(_("filled at"), null=True)

    class Meta:
        verbose_name = _("round")
        verbose_name_plural = _("rounds")
        constraints = [models.UniqueConstraint(fields=["rule", "period"], name="round_once")]
        indexes = [models.Index(fields=["opens_at"], condition=models.Q(done_at=None), name="round_to_fill")]

    def __str__(self):
        return f"{self.rule} {self.period}"
