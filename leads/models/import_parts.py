"""What an import needs beside its rows: the file while it is being prepared, what columns mean, and who gets when."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from salesops.encryption import EncryptedBytesField

from .imports import ImportRow, LeadImport
from .lead import Lead


class ImportFile(models.Model):
    """A piece of an uploaded file, encrypted; kept until the import begins or is thrown away, and no longer."""

    lead_import = models.ForeignKey(LeadImport, models.CASCADE, related_name="pieces")
    number = models.PositiveIntegerField()
    content = EncryptedBytesField()

    class Meta:
        verbose_name = _("piece of an uploaded file")
        verbose_name_plural = _("pieces of uploaded files")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["lead_import", "number"], name="import_piece_once")]

    def __str__(self):
        return f"{self.lead_import} {self.number}"


class ImportMapping(models.Model):
    """What somebody said that a set of headings means. One's own goes first, then the newest in the company."""

    headings = models.CharField(max_length=64, help_text=_("Hash of the headings."))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    fields = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("meaning of headings")
        verbose_name_plural = _("meanings of headings")
        constraints = [models.UniqueConstraint(fields=["headings", "by"], name="import_mapping_once")]
        indexes = [models.Index(fields=["headings", "-at"], name="import_mapping_newest")]

    def __str__(self):
        return self.headings[:8]


class ImportTurn(models.Model):
    """When an imported lead is handed over, where an import is spread over working days."""

    class Way(models.TextChoices):
        CLEANING = "cleaning", _("cleaning")
        OWNER = "owner", _("account manager")
        POOL = "pool", _("lead pool")
        TAKEN_OVER = "taken_over", _("taken over at a later stage")

    row = models.OneToOneField(ImportRow, models.CASCADE, related_name="turn")
    lead_import = models.ForeignKey(LeadImport, models.CASCADE, related_name="turns")
    lead = models.ForeignKey(Lead, models.CASCADE, related_name="+")
    way = models.CharField(max_length=10, choices=Way)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    negotiating = models.BooleanField(default=False)
    at = models.DateTimeField(help_text=_("The opening of a working day, or when it was imported."))
    done_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("turn of an imported lead")
        verbose_name_plural = _("turns of imported leads")
        indexes = [
            models.Index(fields=["at", "id"], condition=Q(done_at=None), name="import_turn_due"),
            models.Index(fields=["lead_import", "owner"], name="import_turn_of"),
        ]

    def __str__(self):
        return f"{self.lead} {self.at:%Y-%m-%d}"
