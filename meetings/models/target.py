"""目标: what a team or a person means to reach of a figure in a day, a week or a month."""

from datetime import date
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from salesops.people.models import Team


class Target(models.Model):
    """Of one person, or of a team as a whole. `first` is the first day of the period."""

    class Kind(models.TextChoices):
        DAY = "day", _("Day")
        WEEK = "week", _("Week")
        MONTH = "month", _("Month")

    team = models.ForeignKey(
        Team, models.CASCADE, null=True, blank=True, related_name="targets", verbose_name=_("team")
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="targets",
        verbose_name=_("person"),
    )
    figure = models.CharField(_("figure"), max_length=40)
    kind = models.CharField(_("period"), max_length=5, choices=Kind)
    first = models.DateField(_("from"))
    number = models.DecimalField(_("target"), max_digits=14, decimal_places=2)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        constraints = [
            models.CheckConstraint(
                condition=Q(team__isnull=False, person__isnull=True) | Q(team__isnull=True, person__isnull=False),
                name="target_of_team_or_person",
            ),
            models.CheckConstraint(condition=Q(number__gte=Decimal(0)), name="target_is_not_negative"),
            models.UniqueConstraint(
                fields=["person", "kind", "first", "figure"], condition=Q(person__isnull=False), name="person_target"
            ),
            models.UniqueConstraint(
                fields=["team", "kind", "first", "figure"], condition=Q(team__isnull=False), name="team_target"
            ),
        ]

    def __str__(self):
        return f"{self.figure} {self.kind} {self.first}"

    @property
    def whose(self) -> str:
        """The person or team, as forms and addresses name them."""
        return f"person={self.person_id}" if self.person_id else f"team={self.team_id}"

    @property
    def key(self) -> tuple[str, str, str, date]:
        return self.whose, self.figure, self.kind, self.first
