from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class ProtectionRules(models.Model):
    """How much of the customers' data one person may read and take out (handbook H4). One row, made when first changed.

    An hour and a day are the last 60 minutes and the last 24 hours before a look.
    """

    reveals_hour = models.PositiveSmallIntegerField(
        _("numbers shown per hour"), default=30, validators=[MinValueValidator(1), MaxValueValidator(1000)]
    )
    reveals_day = models.PositiveSmallIntegerField(
        _("numbers shown per day"), default=100, validators=[MinValueValidator(1), MaxValueValidator(5000)]
    )
    reveals_alarm = models.PositiveSmallIntegerField(
        _("numbers shown per day from which the manager is told"),
        default=60,
        validators=[MinValueValidator(1), MaxValueValidator(5000)],
    )
    views_hour = models.PositiveSmallIntegerField(
        _("leads and customers opened per hour"),
        default=240,
        validators=[MinValueValidator(10), MaxValueValidator(5000)],
        help_text=_("Opening the same one again does not count. Beyond this, no new ones can be opened."),
    )
    views_alarm = models.PositiveSmallIntegerField(
        _("leads and customers opened per hour from which the manager is told"),
        default=120,
        validators=[MinValueValidator(5), MaxValueValidator(5000)],
    )
    export_rows = models.PositiveIntegerField(
        _("rows per export"), default=5000, validators=[MinValueValidator(1), MaxValueValidator(20_000)]
    )
    export_hours = models.PositiveSmallIntegerField(
        _("hours an exported file is kept"),
        default=24,
        validators=[MinValueValidator(1), MaxValueValidator(72)],
        help_text=_("It can be downloaded once in this time, then it is deleted."),
    )

    class Meta:
        verbose_name = _("rules of data protection")
        verbose_name_plural = _("rules of data protection")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="protection_rules_once")]

    def __str__(self):
        return str(self._meta.verbose_name)

    def clean(self):
        if self.reveals_day < self.reveals_hour:
            raise ValidationError({"reveals_day": _("A day has at least as many as an hour.")})

    @classmethod
    def now(cls) -> "ProtectionRules":
        """The rules that hold: those on file, else the defaults. One query."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)
