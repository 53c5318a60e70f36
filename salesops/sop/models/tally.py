from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from salesops.people.models import Team


class Tally(models.Model):
    """How many deadlines of a rule, team and person were due on a day, by how they count. Can be rebuilt."""

    rule = models.CharField(max_length=64)
    team = models.ForeignKey(Team, models.CASCADE, null=True, related_name="+")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    day = models.DateField(_("day of the due time, in the company's zone"))
    in_time = models.IntegerField(default=0)
    late = models.IntegerField(default=0)
    waived = models.IntegerField(default=0)
    void = models.IntegerField(default=0)
    outage = models.IntegerField(default=0)

    class Meta:
        verbose_name = _("tally")
        verbose_name_plural = _("tallies")
        constraints = [
            models.UniqueConstraint(fields=["rule", "team", "owner", "day"], name="tally_once", nulls_distinct=False)
        ]
        indexes = [models.Index(fields=["owner", "day"]), models.Index(fields=["team", "day"])]

    def __str__(self):
        return f"{self.rule} {self.day}"
